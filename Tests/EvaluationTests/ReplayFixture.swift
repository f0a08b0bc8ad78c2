import Evaluation
import Foundation
import IncidentModel
import Synchronization
import Telemetry
import TextReading

/// A made-up dataset: case `n` is caused by component `c<n % 3>`, and every fourth by nothing at all.
struct FixtureAdapter: DatasetAdapter {
  static let name = "fixture"

  var caseCount: Int
  var unreadable: Set<Int> = []
  var healthyWindowCount = 0
  var beforeRead: @Sendable (Int) -> Void = { _ in }

  static func recognises(_ folder: String) -> Bool { false }

  init(folder: String) throws { caseCount = 0 }

  init(caseCount: Int) { self.caseCount = caseCount }

  func cases() throws -> [CaseReference] {
    (0..<caseCount).map {
      CaseReference(id: "group-\($0 % 2)/case-\($0)", group: "group-\($0 % 2)", path: "", position: $0)
    }
  }

  func read(_ reference: CaseReference, options: ReadOptions) throws -> TelemetryWindow {
    beforeRead(reference.position)
    if unreadable.contains(reference.position) {
      throw DatasetError(file: "metrics.csv", line: 3, message: "broken")
    }
    return Self.window(id: reference.id, position: reference.position)
  }

  func readHealthy(_ position: Int, options: ReadOptions) throws -> TelemetryWindow? {
    position < healthyWindowCount ? Self.window(id: "quiet \(position)", position: position) : nil
  }

  static func window(id: String, position: Int) -> TelemetryWindow {
    let window = TimeWindow(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 1_000_000_000))
    return TelemetryWindow(
      incident: Incident(id: id, title: id, window: window),
      serviceMap: ServiceMap(components: ["c0", "c1", "c2"].map { Component(id: $0) }), inputDigest: "\(position)")
  }

  static func truth(_ reference: CaseReference) -> GroundTruth {
    if reference.position % 4 == 3 { return .healthy(file: "truth.yaml") }
    return GroundTruth(
      components: [.init(ComponentID("c\(reference.position % 3)"), line: 1)], fault: .cpu, file: "truth.yaml")
  }

  var dataset: ReplayDataset { ReplayDataset(name: "fixture", adapter: self, truth: GroundTruthReader(Self.truth)) }

  /// Always answers c0 before c1, never c2, with the case's name in the title; the quiet windows are left alone.
  @Sendable static func answer(_ window: TelemetryWindow) -> BlackboardSnapshot {
    let isQuiet = window.incident.id.hasPrefix("quiet")
    let opening = Opening(
      incident: window.incident, serviceMap: window.serviceMap, inputDigest: window.inputDigest,
      configurationDigest: "", version: "")
    var contributions: [Contribution] = [
      .opening(opening),
      .detection(Detection(onset: nil, onsetSource: .alert, isAnomalous: !isQuiet, statement: "")),
    ]
    if !isQuiet {
      contributions += [("H1", "c0", 0.9), ("H2", "c1", 0.2)].map { .hypothesis(hypothesis($0.0, $0.1, $0.2)) }
    }
    return BlackboardSnapshot(
      entries: contributions.enumerated().map {
        BlackboardEntry(sequence: $0.offset + 1, revision: Revision(1), author: "test", contribution: $0.element)
      })
  }

  private static func hypothesis(_ id: HypothesisID, _ component: ComponentID, _ confidence: Double) -> Hypothesis {
    Hypothesis(
      id: id, component: component, componentKind: .service, componentRole: .application, metric: nil, fault: .cpu,
      cause: nil, onset: nil, score: confidence, confidence: confidence, statement: "", propagation: [],
      channelShares: [], evidence: [])
  }
}

/// An empty folder that is removed again.
func withTemporaryFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tocsin-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await body(folder)
}

extension Scorecard {
  /// Without run times, which differ from run to run.
  var timeless: Scorecard {
    var copy = self
    copy.seconds = Seconds(total: 0, each: [])
    for position in copy.results.indices { copy.results[position].seconds = 0 }
    for position in copy.healthy.results.indices { copy.healthy.results[position].seconds = 0 }
    return copy
  }
}

/// Counts what was investigated.
final class Tally: Sendable {
  private let seen = Mutex<[String]>([])

  func note(_ id: String) { seen.withLock { $0.append(id) } }
  var ids: [String] { seen.withLock { $0.sorted() } }
}

/// Lets nobody pass until so many have come.
final class Barrier: @unchecked Sendable {
  private let condition = NSCondition()
  private var missing: Int

  init(count: Int) { missing = count }

  func wait() {
    condition.lock()
    missing -= 1
    if missing <= 0 { condition.broadcast() }
    while missing > 0 { condition.wait() }
    condition.unlock()
  }
}
