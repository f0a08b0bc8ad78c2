import HTTPTransport
import IncidentModel
import KubernetesDiagnosis
import KubernetesObjects
import TextReading

/// One log that is worth reading: of a container as it runs, or as it ran before its last restart.
package struct PodLogRequest: Hashable, Sendable {
  package var pod: ObjectName
  /// What the pod is called on the service map.
  package var component: String
  package var container: String
  package var isPrevious: Bool
  /// Changes when there is another log to be read: the pod's uid and how often the container has begun.
  package var version: String

  package static let maximumPodCount = 20
  package static let maximumContainerCount = 3
  package static let tailLines = 200
  package static let maximumBytes = 64 << 10

  /// Logs of pods that are unhealthy now, or that the rules suspect, if only by a hint; those first that restart.
  static func plan(_ snapshot: ClusterSnapshot) -> [PodLogRequest] {
    let view = ClusterView(snapshot)
    let names = ObjectNames(snapshot)
    var suspects: Set<ObjectName> = []
    for finding in ClusterDiagnosis(view).findings {
      for object in [finding.object, finding.component] + finding.evidence.map(\.object) {
        if object.kind == ObjectKind.pod.rawValue { suspects.insert(object.name) }
        if let workload = snapshot.workloads[object] {
          suspects.formUnion(view.pods(of: workload).prefix(2).map(\.metadata.name))
        }
        if let service = snapshot.services[object.name], object.kind == ObjectKind.service.rawValue {
          let pods = view.pods(matching: service.selector, in: service.namespace)
          suspects.formUnion(pods.prefix(2).map(\.metadata.name))
        }
      }
    }
    let pods = view.pods.filter { $0.hasStatus && $0.isAlive && $0.isAssigned }
    let ranked = pods.compactMap { pod -> (rank: Int, pod: Pod)? in
      let isUnready = pod.status.conditions["Ready"] != nil && !pod.isReady
      if isUnready { return (pod.restartCount > 0 ? 0 : 1, pod) }
      return suspects.contains(pod.metadata.name) ? (2, pod) : nil
    }.sorted { ($0.rank, $0.pod.metadata.name) < ($1.rank, $1.pod.metadata.name) }
    return ranked.prefix(maximumPodCount).flatMap { requests($0.pod, names.podText($0.pod.metadata.name)) }
  }

  /// The containers that are not ready, or all where each is; one that never ran has written nothing.
  private static func requests(_ pod: Pod, _ component: String) -> [PodLogRequest] {
    let all = pod.status.initContainers + pod.status.containers
    let begun = all.filter { $0.restartCount > 0 || $0.state.phase == .running || $0.state.phase == .terminated }
    let unready = begun.filter { !$0.isReady && !($0.state.phase == .terminated && $0.state.exitCode == 0) }
    let chosen = unready.isEmpty ? begun.filter(\.isReady) : unready
    return chosen.prefix(maximumContainerCount).flatMap { status -> [PodLogRequest] in
      let version = "\(pod.metadata.uid) \(status.restartCount) \(status.state.phase.rawValue)"
      let now = PodLogRequest(
        pod: pod.metadata.name, component: component, container: status.name, isPrevious: false, version: version)
      guard status.restartCount > 0, !status.isReady else { return [now] }
      var before = now
      before.isPrevious = true
      return [before, now]
    }
  }
}

extension ClusterMirror {
  /// The logs that are worth reading as things are now.
  package var logRequests: [PodLogRequest] { PodLogRequest.plan(snapshot) }
}

/// A line that a container wrote.
package struct PodLogLine: Hashable, Sendable {
  package var time: Timestamp
  package var text: String
}

extension KubernetesClient {
  /// The last lines of a log, oldest first.
  /// - Throws: `KubernetesAPIError` or `CancellationError`.
  package func log(_ wanted: PodLogRequest) async throws -> [PodLogLine] {
    let name = "pods/\(wanted.pod.name)/log"
    var path =
      "/api/v1/namespaces/\(URLText.escaped(wanted.pod.namespace))/pods/\(URLText.escaped(wanted.pod.name))/log"
    path += "?container=\(URLText.escaped(wanted.container))&tailLines=\(PodLogRequest.tailLines)"
    path += "&limitBytes=\(PodLogRequest.maximumBytes)&timestamps=true"
    if wanted.isPrevious { path += "&previous=true" }
    let body = try await get(
      path, subject: name, accept: "text/plain, application/json", verb: "get",
      maximumBytes: 2 * PodLogRequest.maximumBytes)
    let text = String(decoding: body, as: UTF8.self)
    return text.split(separator: "\n").suffix(PodLogRequest.tailLines).compactMap { line in
      // Each line begins with its time; what does not is the rest of one that the limit cut.
      guard let blank = line.firstIndex(of: " "), let time = Timestamp(rfc3339: String(line[..<blank])) else {
        return nil
      }
      let words = line[line.index(after: blank)...]
      return words.isEmpty ? nil : PodLogLine(time: time, text: String(words))
    }
  }

  /// Reads logs, a few at a time. A container that has no log any more is nothing to tell of.
  /// - Throws: `CancellationError`.
  package func logs(
    _ wanted: [PodLogRequest]
  ) async throws -> (lines: [PodLogRequest: [PodLogLine]], blindSpots: [String]) {
    let sideBySide = 4
    var lines: [PodLogRequest: [PodLogLine]] = [:]
    var failures: [PodLogRequest: KubernetesAPIError] = [:]
    try await withThrowingTaskGroup(of: (PodLogRequest, Result<[PodLogLine], KubernetesAPIError>).self) { group in
      var rest = wanted[...]
      func addOne() {
        guard let next = rest.popFirst() else { return }
        group.addTask {
          do {
            return (next, .success(try await log(next)))
          } catch let error as KubernetesAPIError {
            return (next, .failure(error))
          }
        }
      }
      for _ in 0..<sideBySide { addOne() }
      while let (one, result) = try await group.next() {
        switch result {
        case .success(let read): lines[one] = read
        case .failure(let error): failures[one] = error
        }
        // Whoever may not read one log may read none.
        if failures.values.contains(where: { $0.kind == .forbidden(verb: "get") }) { rest = [] }
        addOne()
      }
    }
    return (lines, Self.blindSpots(failures))
  }

  private static func blindSpots(_ failures: [PodLogRequest: KubernetesAPIError]) -> [String] {
    let isForbidden = failures.values.contains { $0.kind == .forbidden(verb: "get") }
    if isForbidden { return ["Logs of pods could not be read: the role lacks the verb “get” on “pods/log”."] }
    // 400 and 404: the container has not begun, or the log before its restart is gone.
    let others = failures.filter { $0.value.kind != .notServed && $0.value.kind != .refused(status: 400) }
    let first = others.min { ($0.key.pod, $0.key.container) < ($1.key.pod, $1.key.container) }
    return first.map { ["\(others.count) logs of pods could not be read: \($0.value)."] } ?? []
  }
}
