import BlackboardStore
import Foundation
import IncidentModel

/// A storage under test; each call of `make` gives an empty one.
enum StorageKind: String, CaseIterable, Sendable {
  case memory, sqlite

  func make(in folder: String) async throws -> any BlackboardStorage {
    switch self {
    case .memory: MemoryStorage()
    case .sqlite: try await SQLiteStorage(file: folder + "/board.sqlite")
    }
  }
}

/// Runs the test with a folder of its own, and removes it.
func withTemporaryFolder<Value>(_ test: (String) async throws -> Value) async throws -> Value {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("board-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await test(folder)
}

/// The code with which the work failed, or nil when it did not.
func errorCode(_ work: () async throws -> Void) async -> BlackboardStoreError.Code? {
  do {
    try await work()
    return nil
  } catch {
    return (error as? BlackboardStoreError)?.code
  }
}

let incidentA = InvestigationID(incident: "A", digest: "sha256:1")
let author: AgentName = "detection"

func note(_ statement: String) -> Posting {
  Posting(author: author, contribution: .diagnostic(Diagnostic(kind: .blindSpot, statement: statement)))
}

/// One contribution of every kind, with values that are awkward to store.
let everyKind: [Posting] = {
  let window = TimeWindow(
    start: Timestamp(nanoseconds: 1_772_334_760_000_000_001), end: Timestamp(nanoseconds: 1_772_338_360_500_000_000))
  let evidence = Evidence(
    kind: .metric, statement: "cpu “90 %” → 4.2× normal",
    query: .init(source: "metrics", expression: "a|b", window: window),
    digest: "sha256:0", value: 0.1 + 0.2, unit: "s",
    excerpt: SeriesExcerpt(
      title: "a|b", unit: "s", times: [window.start, window.end], values: [nil, 1e-300], baselineLow: -0.0,
      baselineHigh: 1.0 / 3))
  let hypothesis = Hypothesis(
    id: "H1", component: "größe/支付\u{0}🚀", componentKind: .instance, componentRole: .database, metric: nil,
    fault: .networkDelay, cause: "slow-disk", onset: window.start, score: 1e308, confidence: 0.7,
    statement: "line\nbreak and \"quotes\"", propagation: ["a", "b"],
    channelShares: [.init(channel: .latencyExcess, share: 0.3)], evidence: [evidence])
  let map = ServiceMap(components: [Component(id: "a", runsOn: "n")], calls: [.init(from: "a", to: "b")])
  let contributions: [Contribution] = [
    .opening(
      Opening(
        incident: Incident(id: "A", title: "t", window: window, symptom: .init(component: "a")), serviceMap: map,
        inputDigest: "i", configurationDigest: "c", version: "v")),
    .detection(Detection(onset: window.start, onsetSource: .estimated, isAnomalous: true, statement: "s")),
    .signal(
      Signal(
        id: "S1", component: "a", channel: .change, subject: "", strength: .leastNonzeroMagnitude, evidence: evidence)),
    .context(ContextNote(topic: .impact, components: [], statement: "", evidence: [evidence])),
    .assessment(Assessment(ranking: [.init(component: "a", score: 0.5)])), .hypothesis(hypothesis),
    .critique(Critique(hypothesis: "H1", test: "t", verdict: .vetoes, oddsFactor: 0, statement: "s")),
    .remediation(
      Remediation(
        id: "R1", hypothesis: "H1", runbook: nil, title: "t", steps: [.init(kind: .waitUntil, title: "w")], risk: .low,
        blastRadius: ["a"], isReversible: true, requiresApproval: true, expectedEffect: "e", verification: "v",
        reason: "r")),
    .diagnostic(Diagnostic(kind: .limitReached, statement: "\u{202e}e\u{301}é")),
    .conclusion(Conclusion(reason: "r", agents: [.init(name: "critic", turns: 1, contributions: 2, restarts: 3)])),
  ]
  return contributions.map { Posting(author: "agent-ü", contribution: $0) }
}()
