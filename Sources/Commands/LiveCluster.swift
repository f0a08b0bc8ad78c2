import Foundation
import IncidentModel
import KubernetesAPI
import Supervision
import Telemetry

/// A cluster under investigation: read, written down as a case, and judged like any other case.
///
/// What is judged is always what was written, so that a recording gives the same report again.
struct LiveCluster: Sendable {
  let client: KubernetesClient
  let scopes: [ResourceScope]
  let name: String
  let namespace: String?
  /// Where the case is written.
  let folder: String
  let investigator: Investigator
  /// Nil where logs are not to be read.
  let logs: LiveLogs?

  static let windowSeconds = 3600.0

  /// Reads everything once.
  func read(_ console: Console) async throws -> (mirror: ClusterMirror, blindSpots: [String]) {
    let progress = ProgressLine("read \(name)", console: console)
    defer { progress.finish() }
    let total = scopes.count
    let done = ReadScopes()
    let reading = try await client.read(scopes) { _, _ in progress.show(done: done.next(), total: total) }
    var mirror = ClusterMirror(scopes)
    for list in reading.lists { mirror.apply(.listed(list)) }
    progress.finish()
    console.note("\(name) (Kubernetes \(reading.serverVersion)): \(mirror.memory.objectCount) objects read")
    return (mirror, reading.blindSpots)
  }

  /// Writes the case and investigates it.
  func judge(_ mirror: ClusterMirror, blindSpots: [String], at now: Timestamp) async throws -> BlackboardSnapshot {
    try await record(mirror, blindSpots: blindSpots, at: now)
    let dataset = try CaseFolderAdapter(folder: folder)
    guard let reference = try dataset.cases().first else { throw CommandFailure(.internalFault, "no case was written") }
    return try await investigate(try dataset.read(reference, options: ReadOptions()))
  }

  /// Investigates the objects as they are in memory.
  func judge(_ mirror: ClusterMirror, at now: Timestamp) async throws -> BlackboardSnapshot {
    var assembly = WindowAssembly(incident: incident(at: now))
    assembly.kubernetes = mirror.snapshot
    assembly.kubernetes?.missesPods = mirror.memory.missesPods
    if mirror.snapshot.newestTime.map({ $0 > now }) ?? true { assembly.kubernetes?.statedMoment = now }
    assembly.blindSpots = client.session.access.blindSpots + limits(mirror.memory) + mirror.blindSpots
    assembly.inputDigest = ContentDigest.of(mirror.memory.versions)
    if let logs {
      let read = try await logs.table(for: mirror)
      assembly.logs = read.logs
      assembly.kubernetes?.addLogs(read.logs)
      assembly.blindSpots += read.blindSpots
    }
    return try await investigate(assembly.window())
  }

  private func investigate(_ telemetry: TelemetryWindow) async throws -> BlackboardSnapshot {
    try await investigator.investigate(telemetry, storage: try await StoreLocation.memory.open())
  }

  private func incident(at now: Timestamp) -> Incident {
    let place = namespace.map { "namespace \($0)" } ?? "all namespaces"
    return Incident(
      id: "kubernetes-\(namespace ?? "all")-\(Int(now.seconds))", title: "\(name), \(place)",
      window: TimeWindow(start: now.advanced(bySeconds: -Self.windowSeconds), end: now), environment: name)
  }

  /// Writes the case.
  func record(_ mirror: ClusterMirror, blindSpots: [String], at now: Timestamp) async throws {
    let memory = mirror.memory
    var window = TelemetryWindow(incident: incident(at: now))
    var all = blindSpots + limits(memory)
    if let logs {
      let read = try await logs.table(for: mirror)
      window.logs = read.logs
      all += read.blindSpots
    }
    for sentence in memory.blindSpots where !all.contains(sentence) { all.append(sentence) }
    do {
      try CaseWriter(folder: folder).write(window, compress: false, blindSpots: all)
      try ClusterRecording(memory).write(to: folder + "/kubernetes")
    } catch {
      throw CommandFailure(.usage, "cannot write \(folder): \(error)")
    }
  }

  /// What reading one namespace alone leaves open.
  func limits(_ memory: ObjectMemory) -> [String] {
    guard let namespace else { return [] }
    var sentences = [
      memory.missesPods
        ? "Pods of other namespaces could not be read, so nodes may have less room than it seems; what is said of "
          + "scheduling is less certain."
        : "Of pods in other namespaces only what the scheduler looks at was read, and nothing of how they are."
    ]
    if !memory.holdsAnything(in: namespace) {
      sentences.append("Nothing was found in the namespace \(namespace); is that its name?")
    }
    return sentences
  }

  /// The present second.
  static var now: Timestamp {
    Timestamp(seconds: Date().timeIntervalSince1970.rounded(.down)) ?? Timestamp(nanoseconds: 0)
  }
}

/// How many scopes were read, counted from any thread.
private final class ReadScopes: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0

  func next() -> Int {
    lock.withLock {
      count += 1
      return count
    }
  }
}
