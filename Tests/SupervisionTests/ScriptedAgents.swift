import Agents
import BlackboardStore
import IncidentModel
import Supervision
import Telemetry
import TestSupport

/// Wrong on purpose.
struct ScriptedError: Error, CustomStringConvertible { var description: String }

/// An agent that does what a test says.
struct ScriptedAgent: Agent {
  var name: AgentName
  var letsFirst: [AgentName] = []
  /// By default once, as soon as the investigation is open.
  var ready: @Sendable (BlackboardSnapshot, Revision?) -> Bool = { snapshot, seen in
    snapshot.opening != nil && seen == nil
  }
  var answer: @Sendable (BlackboardSnapshot) async throws -> [Contribution]

  func isReady(_ snapshot: BlackboardSnapshot, seen: Revision?) -> Bool { ready(snapshot, seen) }
  func contribute(_ snapshot: BlackboardSnapshot) async throws -> [Contribution] { try await answer(snapshot) }

  func participant(
    attempts: Int = 1, restarts: Int = 0, deadlineSeconds: Double = 60, backoffSeconds: Double = 1,
    maximumContributions: Int = 100
  ) -> AgentParticipant {
    AgentParticipant(
      manifest: AgentManifest(
        name: name, deadlineSeconds: deadlineSeconds, attempts: attempts, backoffSeconds: backoffSeconds,
        maximumContributions: maximumContributions, restarts: restarts)
    ) { self }
  }
}

/// Counts calls, from any thread.
final class Counter: Sendable {
  private let value = Guarded(0)

  /// The number of this call, from 1.
  func next() -> Int {
    value.withLock { value in
      value += 1
      return value
    }
  }

  var count: Int { value.withLock { $0 } }
}

/// Collects what an investigation announces.
final class EventLog: Sendable {
  private let log = Guarded<[InvestigationEvent]>([])
  var events: [InvestigationEvent] { log.withLock { $0 } }
  var observe: @Sendable (InvestigationEvent) -> Void { { [self] event in log.withLock { $0.append(event) } } }
}

/// Holds back answers until it is their turn to be finished. Agents that did not run side by side would wait for ever.
final class FinishingOrder: Sendable {
  private struct State {
    var next = 0
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Guarded(State())

  func waitForPlace(_ place: Int) async {
    await withCheckedContinuation { continuation in
      let isNext = state.withLock { state in
        if state.next == place { return true }
        state.waiting[place] = continuation
        return false
      }
      if isNext { continuation.resume() }
    }
  }

  /// To be called when the supervisor has noticed that the one before has finished.
  func advance() {
    let next = state.withLock { state in
      state.next += 1
      return state.waiting.removeValue(forKey: state.next)
    }
    next?.resume()
  }
}

func diagnostic(_ statement: String) -> Contribution {
  .diagnostic(Diagnostic(kind: .blindSpot, statement: statement))
}

let sampleWindow = TimeWindow(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 3_600_000_000_000))
let sampleOpening = Opening(
  incident: Incident(id: "i", title: "t", window: sampleWindow), serviceMap: ServiceMap(), inputDigest: "in",
  configurationDigest: "c", version: "v")

/// Runs these agents on a new board in memory.
func investigate(
  _ participants: [AgentParticipant], budget: InvestigationBudget = InvestigationBudget(),
  clock: any Clock<Duration> = ManualClock(), events: EventLog? = nil
) async throws -> BlackboardSnapshot {
  let board = try await Blackboard(try InvestigationID(sampleOpening), in: MemoryStorage())
  return try await Supervisor(
    participants: participants, blackboard: board, budget: budget, clock: clock, observe: events?.observe
  ).investigate(sampleOpening)
}

extension BlackboardSnapshot {
  /// `author: statement` of every diagnostic and the conclusion, in order.
  var said: [String] {
    entries.compactMap { entry in
      switch entry.contribution {
      case .diagnostic(let value): "\(entry.author): \(value.statement)"
      case .conclusion(let value): "\(entry.author): \(value.reason)"
      default: nil
      }
    }
  }

  func account(_ name: AgentName) -> Conclusion.AgentAccount? { conclusion?.agents.first { $0.name == name } }
}
