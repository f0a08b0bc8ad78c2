import Agents
import IncidentModel
import Telemetry
import Testing

/// Who is ready when: a pure function of the board and of what the agent has seen.
@Suite struct ReadinessTests {
  private func ready(_ board: Board, seen: [AgentName: Revision] = [:]) throws -> [String] {
    try projectCatalog().participants(for: shopTelemetry()).map { $0.make() }
      .filter { $0.isReady(board.snapshot, seen: seen[$0.name]) }.map(\.name.rawValue)
  }

  @Test func nobodyIsReadyBeforeTheOpening() throws {
    let agents = try projectCatalog().participants(for: shopTelemetry()).map { $0.make() }
    #expect(agents.allSatisfy { !$0.isReady(BlackboardSnapshot(), seen: nil) })
  }

  @Test func eachWaitsForWhatItWorksOn() throws {
    var board = Board(shopTelemetry())
    #expect(try ready(board) == ["detection"])
    board.post("detection", anomaly())
    #expect(try ready(board) == ["context", "root-cause", "remediation"])
    board.post("root-cause", .assessment(Assessment(ranking: [])), .hypothesis(hypothesis("H1", "payment")))
    #expect(try ready(board, seen: ["context": Revision(2), "root-cause": Revision(2)]) == ["critic", "remediation"])
  }

  @Test func inAHealthySystemNothingIsProposed() throws {
    var board = Board(shopTelemetry())
    board.post("detection", anomaly(false))
    #expect(try ready(board) == ["context", "root-cause"])
  }

  @Test func whoHasAnsweredIsReadyAgainOnlyForNews() throws {
    var board = Board(shopTelemetry())
    board.post("detection", anomaly())
    board.post("root-cause", .hypothesis(hypothesis("H1", "payment")))
    let seen = Dictionary(uniqueKeysWithValues: AgentCatalog.names.map { ($0, board.snapshot.revision) })
    #expect(try ready(board, seen: seen) == [])
    board.post("context", .context(ContextNote(topic: .impact, components: [], statement: "s")))
    #expect(try ready(board, seen: seen) == [])
    board.post("root-cause", .hypothesis(hypothesis("H2", "checkout")))
    #expect(try ready(board, seen: seen) == ["critic"])
  }

  @Test func adviceComesLast() throws {
    let participants = try projectCatalog().participants(for: shopTelemetry())
    let last = try #require(participants.last?.make())
    #expect(last.name == "remediation")
    #expect(Set(last.letsFirst).isSuperset(of: ["context", "root-cause", "critic"]))
  }

  @Test func anAgentWithoutAnOpeningFailsInWords() async throws {
    for participant in try projectCatalog().participants(for: shopTelemetry())
    where ["root-cause", "remediation", "context"].contains(participant.manifest.name) {
      await #expect(throws: AgentError.self) { try await participant.make().contribute(BlackboardSnapshot()) }
    }
  }

  @Test func detectionPassesOnWhatTheSourceCouldNotSeeOnce() async throws {
    let telemetry = shopTelemetry()
    let contributions = try await DetectionAgent(telemetry: telemetry).contribute(Board(telemetry).snapshot)
    let statements = contributions.compactMap { if case .diagnostic(let value) = $0 { value.statement } else { nil } }
    #expect(statements.filter { $0 == "There are no logs." }.count == 1)
    #expect(contributions.contains { if case .detection = $0 { true } else { false } })
  }
}
