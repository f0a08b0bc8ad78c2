import IncidentModel
import KubernetesDiagnosis
import KubernetesObjects
import Telemetry
import Testing
import TextReading

@testable import Agents

@Suite struct KubernetesAgentTests {
  private func telemetry(_ objects: String) throws -> TelemetryWindow {
    var snapshot = ClusterSnapshot()
    try ObjectReader().read(FileBytes(name: "objects", bytes: Array(objects.utf8)), into: &snapshot)
    var window = shopTelemetry()
    window.kubernetes = snapshot
    return window
  }

  private let cordoned = """
    {"kind":"Node","apiVersion":"v1","metadata":{"name":"n1"},"spec":{"unschedulable":true},
     "status":{"allocatable":{"cpu":"CPU"},"conditions":[{"type":"Ready","status":"True"}]}}
    {"kind":"Service","apiVersion":"v1","metadata":{"name":"web","namespace":"shop"},"spec":{"selector":{"app":"web"}}}
    {"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-1","namespace":"shop","labels":{"app":"web"}},
     "spec":{"containers":[{"name":"web","resources":{"requests":{"cpu":"2"}}}]},"status":{"phase":"Pending",
     "conditions":[{"type":"PodScheduled","status":"False","message":"0/1 nodes are available: 1 node(s) were unschedulable."}]}}
    """

  private func contributions(cpu: String) async throws -> (board: Board, posted: [Contribution]) {
    let window = try telemetry(cordoned.replacing("CPU", with: cpu))
    let board = Board(window)
    let agent = KubernetesAgent(diagnosis: window.kubernetes.map { ClusterDiagnosis($0) })
    #expect(agent.isReady(board.snapshot, seen: nil) && !agent.isReady(board.snapshot, seen: Revision(1)))
    return (board, try await agent.contribute(board.snapshot))
  }

  @Test func proposesCauseObjectAndEvidence() async throws {
    let (_, posted) = try await contributions(cpu: "4")
    guard case .hypothesis(let hypothesis)? = posted.first else {
      Issue.record("no hypothesis")
      return
    }
    #expect(hypothesis.cause == "node-cordoned" && hypothesis.component == "service/web" && hypothesis.fault == .config)
    #expect(hypothesis.object?.kind == "node" && hypothesis.object?.name == "n1")
    #expect(hypothesis.confidence == 0.96)
    #expect(hypothesis.evidence.contains { $0.statement.contains("status.conditions[PodScheduled].message") })
    guard case .critique(let critique)? = posted.last else {
      Issue.record("no critique")
      return
    }
    #expect(critique.verdict == .supports && critique.statement.contains("uncordon node/n1"))
  }

  @Test func advisesNothingUnderWhichThePodWouldNotFit() async throws {
    var (board, posted) = try await contributions(cpu: "1")
    board.post("detection", anomaly())
    for contribution in posted { board.post("kubernetes", contribution) }
    #expect(board.snapshot.critiques.values.joined().contains { $0.verdict == .inconclusive })
    let advice = try await RemediationAgent(runbooks: try emptyRunbooks()).contribute(board.snapshot)
    #expect(advice.isEmpty)
  }

  @Test func isSilentWithoutObjects() {
    #expect(!KubernetesAgent(diagnosis: nil).isReady(Board(shopTelemetry()).snapshot, seen: nil))
  }

  @Test func whatIsUnhealthyIsAnIncidentWhateverTelemetryShows() async throws {
    let window = try telemetry(cordoned.replacing("CPU", with: "4"))
    let agent = DetectionAgent(telemetry: window, diagnosis: window.kubernetes.map { ClusterDiagnosis($0) })
    let posted = try await agent.contribute(Board(window).snapshot)
    guard case .detection(let detection)? = posted.first else {
      Issue.record("no detection")
      return
    }
    #expect(detection.isAnomalous)
  }
}
