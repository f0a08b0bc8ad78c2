import Agents
import Dispatch
import IncidentModel
import Supervision
import TestSupport
import Testing

/// Deadlines, tries and restarts, on a clock that the test moves.
@Suite struct AgentRunnerTests {
  private let clock = ManualClock()

  @Test func aSecondTryFollowsTheBackoffAndItsAnswerCounts() async throws {
    let calls = Counter()
    let flaky = ScriptedAgent(name: "flaky") { _ in
      if calls.next() < 3 { throw ScriptedError(description: "not yet") }
      return [diagnostic("at last")]
    }
    let task = Task { [clock] in
      try await investigate([flaky.participant(attempts: 3, backoffSeconds: 2)], clock: clock)
    }
    await clock.untilSomebodySleeps(.seconds(2))
    #expect(calls.count == 1)
    clock.advance(by: .seconds(2))
    // The pause doubles.
    await clock.untilSomebodySleeps(.seconds(4))
    #expect(calls.count == 2)
    clock.advance(by: .seconds(4))
    let snapshot = try await task.value
    #expect(snapshot.said.first == "flaky: at last")
    #expect(snapshot.account("flaky")?.restarts == 0)
    #expect(snapshot.account("flaky")?.turns == 1)
  }

  @Test func whoMissesTheDeadlineIsCancelledAndFails() async throws {
    let late = ScriptedAgent(name: "late") { [clock] _ in
      try await clock.sleep(for: .seconds(100))
      return [diagnostic("too late")]
    }
    let task = Task { [clock] in try await investigate([late.participant(deadlineSeconds: 30)], clock: clock) }
    await clock.untilSomebodySleeps(.seconds(100))
    await clock.untilSomebodySleeps(.seconds(30))
    clock.advance(by: .seconds(30))
    let snapshot = try await task.value
    #expect(
      snapshot.said.first
        == "supervisor: The agent late failed: it did not answer within 30 seconds. It was given up.")
  }

  /// A replay sets threads aside; otherwise agents have threads of their own, since they compute for long.
  @Test func agentsComputeOnTheThreadsThatTheCallerSetAside() async throws {
    let threads = Threads()
    let inside = Guarded<[Bool]>([])
    let agent = ScriptedAgent(name: "agent") { _ in
      inside.withLock { $0.append(Threads.isCurrent) }
      return [diagnostic("done")]
    }
    _ = try await withTaskExecutorPreference(threads) { try await investigate([agent.participant()]) }
    #expect(inside.withLock { $0 } == [true])
    _ = try await investigate([agent.participant()])
    #expect(inside.withLock { $0 } == [true, false])
  }

  private final class Threads: TaskExecutor {
    private static let key = DispatchSpecificKey<Bool>()
    private let queue = DispatchQueue(label: "set aside")
    static var isCurrent: Bool { DispatchQueue.getSpecific(key: key) == true }

    init() { queue.setSpecific(key: Self.key, value: true) }

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      queue.async { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
  }

  @Test func aRestartMakesTheAgentAnewAfterARest() async throws {
    let made = Counter()
    let participant = AgentParticipant(
      manifest: AgentManifest(name: "fragile", attempts: 1, backoffSeconds: 7, restarts: 1)
    ) {
      let life = made.next()
      return ScriptedAgent(name: "fragile") { _ in
        if life == 1 { throw ScriptedError(description: "broken from the start") }
        return [diagnostic("life \(life)")]
      }
    }
    let other = ScriptedAgent(
      name: "other", ready: { snapshot, seen in seen == nil && snapshot.revision.number > 1 },
      answer: { _ in [diagnostic("meanwhile")] })
    let task = Task { [clock] in try await investigate([participant, other.participant()], clock: clock) }
    await clock.untilSomebodySleeps(.seconds(7))
    clock.advance(by: .seconds(7))
    let snapshot = try await task.value
    #expect(
      snapshot.said.dropLast() == [
        "supervisor: The agent fragile failed: broken from the start. It was restarted.", "other: meanwhile",
        "fragile: life 2",
      ])
    #expect(made.count == 2)
    #expect(snapshot.account("fragile") == .init(name: "fragile", turns: 2, contributions: 1, restarts: 1))
  }

  @Test func restartsAreCounted() async throws {
    let calls = Counter()
    let hopeless = ScriptedAgent(name: "hopeless") { _ in
      _ = calls.next()
      throw ScriptedError(description: "never")
    }
    let snapshot = try await investigate(
      [hopeless.participant(attempts: 2, restarts: 3, backoffSeconds: 0)], clock: clock)
    #expect(calls.count == 8)
    #expect(snapshot.account("hopeless") == .init(name: "hopeless", turns: 4, contributions: 0, restarts: 3))
    #expect(snapshot.diagnostics.map(\.kind) == Array(repeating: .agentFailure, count: 4))
  }

  @Test func noTryBeginsAfterTheInvestigationsTimeIsSpent() async throws {
    let calls = Counter()
    let slow = ScriptedAgent(name: "slow") { [clock] _ in
      _ = calls.next()
      clock.advance(by: .seconds(20))
      throw ScriptedError(description: "slow and wrong")
    }
    let snapshot = try await investigate(
      [slow.participant(attempts: 5, restarts: 2, deadlineSeconds: 3600, backoffSeconds: 0)],
      budget: InvestigationBudget(wallSeconds: 50), clock: clock)
    #expect(calls.count == 3)
    #expect(snapshot.conclusion?.reason.contains("50 seconds") == true)
    #expect(snapshot.diagnostics.first?.statement.contains("the time of the investigation was spent") == true)
  }

  @Test func anAgentThatCancelsItselfFailsLikeAnyOther() async throws {
    let odd = ScriptedAgent(name: "odd") { _ in throw CancellationError() }
    let snapshot = try await investigate([odd.participant()], clock: clock)
    #expect(snapshot.diagnostics.map(\.kind) == [.agentFailure])
    #expect(snapshot.conclusion != nil)
  }
}
