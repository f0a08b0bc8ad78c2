import IncidentModel
import KubernetesObjects

/// Pods that have a node and do not get going.
struct StartRules {
  let view: ClusterView
  private let lostNodes: Set<String>
  /// What has started longer ago than this, and still runs, has got over it.
  static let recentSeconds = 600.0

  init(_ view: ClusterView, lostNodes: Set<String>) {
    self.view = view
    self.lostNodes = lostNodes
  }

  var findings: [KubernetesFinding] {
    view.pods.flatMap { pod -> [KubernetesFinding] in
      guard pod.isAssigned, pod.isAlive, pod.hasStatus, !lostNodes.contains(pod.spec.nodeName) else { return [] }
      return findings(pod)
    }
  }

  private func findings(_ pod: Pod) -> [KubernetesFinding] {
    if pod.isReady, !hasRecentRestart(pod) { return [] }
    let unready = !pod.isReady
    var found: [KubernetesFinding] = []
    if unready, let mount = mountFailure(pod) { return [mount] }
    for (statuses, isInit) in [(pod.status.initContainers, true), (pod.status.containers, false)] {
      for status in statuses {
        let containers = isInit ? pod.spec.initContainers : pod.spec.containers
        let container = containers.first { $0.name == status.name } ?? Container()
        if unready, status.state.phase == .waiting {
          found += waiting(pod, container, status, isInit: isInit).map { named($0, status) }
        } else if !isInit || !status.isReady {
          found += ended(pod, container, status, isInit: isInit).map { named($0, status) }
        }
      }
    }
    return found
  }

  /// Whether a container came back a short while ago after it had ended.
  private func hasRecentRestart(_ pod: Pod) -> Bool {
    pod.status.containers.contains { status in
      status.restartCount > 1 && status.lastState.finishedAt.map { view.age($0) < 300 } ?? false
    }
  }

  private func named(_ finding: KubernetesFinding, _ status: ContainerStatus) -> KubernetesFinding {
    var finding = finding
    finding.container = status.name
    return finding
  }

  // MARK: - Waiting

  private func waiting(
    _ pod: Pod, _ container: Container, _ status: ContainerStatus, isInit: Bool
  ) -> [KubernetesFinding] {
    switch status.state.reason {
    case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError":
      return ImageRules(view).findings(pod, container, status)
    case "CreateContainerConfigError": return configuration(pod, status).map { [$0] } ?? []
    case "CreateContainerError", "RunContainerError", "PostStartHookError", "StartError":
      return execution(pod, container, status, text: status.state.message).map { [$0] } ?? []
    case "CrashLoopBackOff": return ended(pod, container, status, isInit: isInit)
    default: return []
    }
  }

  private func configuration(_ pod: Pod, _ status: ContainerStatus) -> KubernetesFinding? {
    let text = status.state.message
    guard text.mentions(["not found", "couldn't find key", "references non-existent"]) else { return nil }
    var found = finding(
      .configurationReferenceMissing, pod, 0.95, "what it is configured from does not exist",
      [state(pod, status, "waiting.message", "\(status.state.reason): \(text)")])
    found.value = text.quoted
    return found
  }

  /// The container's own program cannot be run.
  private func execution(
    _ pod: Pod, _ container: Container, _ status: ContainerStatus, text: String
  ) -> KubernetesFinding? {
    let quotation = state(pod, status, "message", text)
    if text.mentions(["oom", "cannot allocate memory", "memory limit too low"]) {
      return finding(.outOfMemoryKilled, pod, 0.95, "its memory limit does not let it begin", [quotation])
    }
    let words = [
      "exec format error", "executable file not found", "no such file or directory", "permission denied", "exec:",
    ]
    guard text.mentions(words) else { return nil }
    return finding(.entrypointInvalid, pod, 0.95, "its program cannot be run", [quotation])
  }

  // MARK: - Ended

  private func ended(
    _ pod: Pod, _ container: Container, _ status: ContainerStatus, isInit: Bool
  ) -> [KubernetesFinding] {
    let isOver = status.state.phase == .terminated
    let end = isOver ? status.state : status.lastState
    guard end.phase == .terminated, end.exitCode != 0 || end.reason == "OOMKilled" else { return [] }
    let isBack = status.state.phase == .running
    guard !isBack || (view.age(end.finishedAt) < Self.recentSeconds && !status.isReady) || hasRecentRestart(pod) else {
      return []
    }
    let last = isOver ? "state" : "lastState"
    let quotation = state(
      pod, status, "\(last).terminated",
      "\(end.reason), exit \(end.exitCode)\(end.message.isEmpty ? "" : ": \(end.message.prefix(300))")",
      at: end.finishedAt)
    let restarts = state(pod, status, "restartCount", "\(status.restartCount)")
    let wasKilledByProbe = view.events(of: pod).contains {
      ($0.reason == "Killing" && $0.message.mentions(["failed liveness", "failed startup"]))
        || ($0.reason == "Unhealthy" && $0.message.mentions(["liveness probe failed", "startup probe failed"]))
    }
    if end.reason == "OOMKilled" {
      return [
        finding(.outOfMemoryKilled, pod, 0.95, "it was killed for the memory it used", [quotation, restarts], end)
      ]
    }
    if let denied = denied(pod, container, end, isInit: isInit) {
      return [finding(.volumePermissionDenied, pod, denied.1, "it may not use its volume", [quotation, denied.0], end)]
    }
    if [126, 127].contains(end.exitCode) || end.reason == "ContainerCannotRun" || end.reason == "StartError"
      || end.message.mentions(["exec format error"])
    {
      return [finding(.entrypointInvalid, pod, 0.95, "its program cannot be run", [quotation, restarts], end)]
    }
    if let log = log(pod), log.mentions(["exec format error"]) {
      return [finding(.entrypointInvalid, pod, 0.95, "its program cannot be run", [quotation, restarts], end)]
    }
    if isInit {
      let text =
        log(pod).map { [KubernetesFinding.Quotation(pod.metadata.reference(.pod), "log", Self.tail($0))] } ?? []
      return [
        finding(
          .initContainerFailing, pod, 0.95, "its init container \(status.name) fails", [quotation, restarts] + text, end
        )
      ]
    }
    if wasKilledByProbe { return [] }
    if end.exitCode == 137 {
      var found = finding(.outOfMemoryKilled, pod, 0.6, "it was killed from outside", [quotation, restarts], end)
      found.check = "Look for out-of-memory kills in the node's kernel log: exit 137 is any kill."
      return [found]
    }
    var found = finding(
      .applicationNotAnswering, pod, 0.55, "it ends by itself",
      [quotation, restarts]
        + (log(pod).map {
          [.init(pod.metadata.reference(.pod), "log", Self.tail($0))]
        } ?? []), end)
    found.check = "Read what the container wrote before it ended."
    return [found]
  }

  private static func tail(_ log: String) -> String { String(log.suffix(300)) }

  private func log(_ pod: Pod) -> String? { view.snapshot.podLogs[pod.metadata.name] }

  private static let deniedWords = ["permission denied", "read-only file system", "operation not permitted", "eacces"]

  /// A refusal in the container's last words, when it has a volume for data.
  private func denied(
    _ pod: Pod, _ container: Container, _ end: ContainerState, isInit: Bool
  ) -> (KubernetesFinding.Quotation, Double)? {
    let dataVolumes = Set(pod.spec.volumes.filter(\.isForData).map(\.name))
    guard container.mounts.contains(where: { dataVolumes.contains($0.name) }) else { return nil }
    let reference = pod.metadata.reference(.pod)
    if end.message.mentions(Self.deniedWords) {
      return (.init(reference, "terminated.message", String(end.message.prefix(300))), 0.96)
    }
    if let log = log(pod), log.mentions(Self.deniedWords) {
      let line = log.split(separator: "\n").last { String($0).mentions(Self.deniedWords) } ?? ""
      return (.init(reference, "log", String(line.prefix(300))), 0.93)
    }
    return nil
  }

  // MARK: - Mounts

  private func mountFailure(_ pod: Pod) -> KubernetesFinding? {
    let isStarting = (pod.status.containers + pod.status.initContainers).allSatisfy {
      $0.state.phase != .running
        && ($0.state.reason.isEmpty || $0.state.reason == "ContainerCreating"
          || $0.state.reason == "PodInitializing")
    }
    guard isStarting else { return nil }
    let events = view.events(of: pod).filter {
      ["FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox"].contains($0.reason)
        && view.age($0.lastAt) < Self.recentSeconds
    }
    for event in events {
      let quotation = KubernetesFinding.Quotation(event)
      let text = event.message
      if event.reason == "FailedCreatePodSandBox" {
        guard text.mentions(["oom", "cannot allocate memory", "memory limit too low"]) else { continue }
        return finding(.outOfMemoryKilled, pod, 0.95, "its memory limit does not let it begin", [quotation])
      }
      if text.mentions(["permission denied", "access denied", "operation not permitted"]) {
        return finding(.volumePermissionDenied, pod, 0.93, "its volume cannot be mounted", [quotation])
      }
      if text.mentions(["multi-attach"]) {
        return finding(.volumeOccupied, pod, 0.85, "its volume is attached to another node", [quotation])
      }
      let isReference = text.mentions(["secret \"", "configmap \"", "object \"", "references non-existent"])
      if isReference, text.mentions(["not found", "not registered", "references non-existent"]) {
        var found = finding(.configurationReferenceMissing, pod, 0.95, "what it mounts does not exist", [quotation])
        found.value = text.quoted
        return found
      }
    }
    return nil
  }

  // MARK: - Words

  private func state(
    _ pod: Pod, _ status: ContainerStatus, _ field: String, _ value: String, at: Timestamp? = nil
  ) -> KubernetesFinding.Quotation {
    .init(pod.metadata.reference(.pod), "containerStatuses[\(status.name)].\(field)", value, at: at)
  }

  private func finding(
    _ cause: KubernetesCause, _ pod: Pod, _ score: Double, _ why: String, _ evidence: [KubernetesFinding.Quotation],
    _ end: ContainerState? = nil
  ) -> KubernetesFinding {
    KubernetesFinding(
      cause, component: view.component(of: pod), object: view.group(of: pod), score: score,
      "\(pod.metadata.reference(.pod)) does not run: \(why).", evidence: evidence,
      since: end?.finishedAt ?? pod.status.startedAt)
  }
}

extension PodVolume {
  /// Holds what the application writes.
  fileprivate var isForData: Bool {
    ["persistentVolumeClaim", "hostPath", "nfs", "csi", "ephemeral", "emptyDir", "local", "iscsi"].contains(source)
  }
}
