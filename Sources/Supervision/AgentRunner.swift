import Agents
import IncidentModel

/// Runs one agent: deadline, tries with backoff, restarts, and the account of it all. What an agent does wrong ends
/// here, as an answer that says so.
package actor AgentRunner {
  package enum Answer: Hashable, Sendable {
    case contributions([Contribution])
    case failure(reason: String, isGivenUp: Bool)
  }

  package nonisolated let participant: AgentParticipant
  private let clock: any Clock<Duration>
  /// Seconds since the investigation began.
  private let elapsedSeconds: @Sendable () -> Double

  private var agent: any Agent
  /// The revision of the last snapshot that was answered.
  private var seen: Revision?
  private var isGivenUp = false
  /// On the scale of `elapsedSeconds`; nil for an agent that has not failed since its last answer.
  private var restsUntil: Double?
  package private(set) var turns: Int
  package private(set) var restarts = 0
  package private(set) var lastError: String?

  private static let longestRestSeconds = 60.0

  /// - Parameter snapshot: where the log stands when the investigation begins or goes on after an interruption.
  package init(
    _ participant: AgentParticipant, resumingAt snapshot: BlackboardSnapshot, clock: any Clock<Duration>,
    elapsedSeconds: @escaping @Sendable () -> Double
  ) {
    self.participant = participant
    self.clock = clock
    self.elapsedSeconds = elapsedSeconds
    agent = participant.make()
    let name = participant.manifest.name
    // A batch is computed from the revision before its own.
    seen = snapshot.lastRevision[name].map { Revision($0.number - 1) }
    turns = Set(snapshot.entries.lazy.filter { $0.author == name }.map(\.revision)).count
  }

  package func standing(at snapshot: BlackboardSnapshot) -> AgendaPolicy.Standing {
    let condition: AgendaPolicy.Standing.Condition =
      if isGivenUp {
        .givenUp
      } else if let restsUntil {
        .recovering(restSeconds: max(0, restsUntil - elapsedSeconds()))
      } else {
        .able
      }
    return AgendaPolicy.Standing(
      name: participant.manifest.name, isReady: seen != snapshot.revision && agent.isReady(snapshot, seen: seen),
      letsFirst: agent.letsFirst, condition: condition)
  }

  /// Asks the agent once for this turn, with as many tries as its manifest allows.
  /// - Parameter end: when the investigation's time is spent, on the scale of `elapsedSeconds`.
  /// - Throws: `CancellationError` when the investigation itself was cancelled, and nothing else.
  package func answer(_ snapshot: BlackboardSnapshot, before end: Double) async throws -> Answer {
    let manifest = participant.manifest
    turns += 1
    var reason = ""
    for attempt in 1...max(1, manifest.attempts) {
      if attempt > 1 {
        try await clock.sleep(for: .seconds(pause(manifest.backoffSeconds, doubled: attempt - 2)))
      }
      let left = end - elapsedSeconds()
      guard left > 0 else {
        reason = "the time of the investigation was spent"
        break
      }
      do {
        let agent = agent
        let contributions = try await withDeadline(
          .seconds(min(manifest.deadlineSeconds, left)), on: clock, { try await agent.contribute(snapshot) })
        seen = snapshot.revision
        restsUntil = nil
        return .contributions(contributions)
      } catch is DeadlinePassed {
        reason = "it did not answer within \(secondsInWords(manifest.deadlineSeconds))"
      } catch {
        try Task.checkCancellation()
        reason = "\(error)"
      }
    }
    return failure(reason)
  }

  package func account(contributions: Int) -> Conclusion.AgentAccount {
    Conclusion.AgentAccount(
      name: participant.manifest.name, turns: turns, contributions: contributions, restarts: restarts)
  }

  private func failure(_ reason: String) -> Answer {
    lastError = reason
    if restarts < participant.manifest.restarts {
      restsUntil = elapsedSeconds() + pause(participant.manifest.backoffSeconds, doubled: restarts)
      restarts += 1
      agent = participant.make()
    } else {
      isGivenUp = true
    }
    return .failure(reason: reason, isGivenUp: isGivenUp)
  }

  private func pause(_ seconds: Double, doubled times: Int) -> Double {
    var pause = seconds
    for _ in 0..<times where pause < Self.longestRestSeconds { pause *= 2 }
    return min(pause, Self.longestRestSeconds)
  }
}

private struct DeadlinePassed: Error {}

/// Races the work against the clock; the loser is cancelled and waited for.
private func withDeadline<Value: Sendable>(
  _ limit: Duration, on clock: any Clock<Duration>, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value?.self) { group in
    // A caller that runs on threads of its own, as a replay does, needs no others: going over to them and back would
    // cost more than a small case's arithmetic.
    if withUnsafeCurrentTask(body: { $0?.unownedTaskExecutor != nil }) {
      group.addTask { try await work() }
    } else {
      group.addTask(executorPreference: AnalysisThreads.shared) { try await work() }
    }
    group.addTask {
      try await clock.sleep(for: limit)
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let value = first else { throw DeadlinePassed() }
    return value
  }
}
