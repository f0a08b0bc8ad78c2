import Agents
import IncidentModel
import Supervision
import TestSupport
import Testing

/// Random numbers that any task may draw.
private final class RandomSource: Sendable {
  private let generator: Guarded<SeededGenerator>

  init(seed: Int) { generator = Guarded(SeededGenerator(seed: seed)) }

  func draw(below bound: Int) -> Int { generator.withLock { Int.random(in: 0..<bound, using: &$0) } }
}

/// An agent that is ready at random (a pure function of what it is asked), and answers or fails at random.
private func randomAgent(_ name: AgentName, among names: [AgentName], seed: Int) -> ScriptedAgent {
  let source = RandomSource(seed: seed)
  return ScriptedAgent(
    name: name, letsFirst: names.filter { _ in source.draw(below: 5) == 0 },
    ready: { snapshot, seen in
      let question = RandomSource(seed: seed &* 31 &+ snapshot.revision.number &* 7 &+ (seen?.number ?? -1))
      return snapshot.opening != nil && question.draw(below: 5) < 3
    },
    answer: { _ in
      switch source.draw(below: 5) {
      case 0: throw ScriptedError(description: "random")
      case 1: []
      case 2: [.hypothesis(hypothesis("H1"))]
      default: [diagnostic("said")]
      }
    })
}

/// Whatever agents do, an investigation ends within its bounds and nobody is forgotten.
@Suite struct AgendaPropertyTests {
  @Test(arguments: 0..<200)
  func everyInvestigationEndsWithinItsBoundsAndForgetsNobody(seed: Int) async throws {
    let source = RandomSource(seed: seed)
    let names = (0...source.draw(below: 6)).map { AgentName("agent-\($0)") }
    let turns = source.draw(below: 11)
    let agents = names.enumerated().map { randomAgent($1, among: names, seed: seed * 100 + $0) }
    let participants = agents.map {
      $0.participant(attempts: 1 + source.draw(below: 3), restarts: source.draw(below: 3), backoffSeconds: 0)
    }
    let log = EventLog()
    let snapshot = try await investigate(
      participants, budget: InvestigationBudget(turns: turns, hypotheses: 3), events: log)
    #expect(log.events.count { if case .turnStarted = $0 { true } else { false } } <= turns)
    #expect(snapshot.hypotheses.count <= 3)
    #expect(snapshot.entries.map(\.sequence) == Array(1...snapshot.entries.count))
    guard case .conclusion(let conclusion)? = snapshot.entries.last?.contribution else {
      Issue.record("no conclusion")
      return
    }
    let end = BlackboardSnapshot(entries: snapshot.entries.filter { $0.revision < snapshot.revision })
    for agent in agents where agent.isReady(end, seen: nil) {
      let hasRun = conclusion.agents.contains { $0.name == agent.name && $0.turns > 0 }
      let isExplained = snapshot.diagnostics.contains { $0.statement.contains("agent \(agent.name) ") }
      #expect(hasRun || isExplained, "\(agent.name): \(snapshot.said)")
    }
  }

  /// The agenda alone, driven through every sequence of outcomes of three agents that are always ready.
  @Test func theAgendaComesToAnEndForEverySequenceOfFailures() {
    let policy = AgendaPolicy(budget: InvestigationBudget(turns: 6, wallSeconds: 1000))
    for sequence in 0..<729 {
      var digits = sequence
      var conditions: [AgendaPolicy.Standing.Condition] = [.able, .able, .able]
      var (turn, elapsed, steps) = (0, 0.0, 0)
      loop: while true {
        steps += 1
        let standings = conditions.enumerated().map {
          AgendaPolicy.Standing(name: AgentName("\($0)"), isReady: true, letsFirst: ["0"], condition: $1)
        }
        switch policy.next(turn: turn, elapsedSeconds: elapsed, standings: standings) {
        case .conclude: break loop
        case .wait(let seconds):
          #expect(seconds > 0)
          elapsed += seconds
          conditions = conditions.map { $0 == .givenUp ? .givenUp : .recovering(restSeconds: 0) }
        case .run(let names):
          #expect(!names.isEmpty)
          turn += 1
          for name in names {
            conditions[Int(name.rawValue) ?? 0] = [.able, .recovering(restSeconds: 300), .givenUp][digits % 3]
            digits /= 3
          }
        }
        guard steps < 100 else {
          Issue.record("the agenda goes on for ever at \(sequence)")
          return
        }
      }
    }
  }

  @Test func theSameAgentsLeaveTheSameLogEveryTime() async throws {
    func run() async throws -> [BlackboardEntry] {
      let participants = (["a", "b", "c"] as [AgentName]).map { name in
        ScriptedAgent(
          name: name, ready: { snapshot, _ in snapshot.revision.number < 9 },
          answer: { snapshot in [diagnostic("\(name) saw \(snapshot.entries.count)")] }
        ).participant()
      }
      return try await investigate(participants).entries
    }
    let first = try await run()
    #expect(first.count == 1 + 8 * 3 + 1)
    for _ in 0..<20 { #expect(try await run() == first) }
  }
}
