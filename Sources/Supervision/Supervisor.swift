import Agents
import BlackboardStore
import IncidentModel

/// Leads one investigation: asks the agenda what is next, runs the agents side by side on one snapshot, posts what
/// they answer as one batch, and goes on until all is said or a bound is reached.
///
/// No clock time reaches an entry; the same agents with the same answers leave the same log, whatever order they
/// finish in.
package actor Supervisor {
  package static let name: AgentName = "supervisor"

  private let participants: [AgentParticipant]
  private let blackboard: Blackboard
  private let policy: AgendaPolicy
  private let clock: any Clock<Duration>
  private let observe: @Sendable (InvestigationEvent) -> Void

  /// - Parameter participants: in catalogue order, names unique.
  package init(
    participants: [AgentParticipant], blackboard: Blackboard, budget: InvestigationBudget = InvestigationBudget(),
    clock: any Clock<Duration> = .continuous, observe: (@Sendable (InvestigationEvent) -> Void)? = nil
  ) {
    self.participants = participants
    self.blackboard = blackboard
    policy = AgendaPolicy(budget: budget)
    self.clock = clock
    self.observe = observe ?? { _ in }
  }

  /// Runs to the conclusion. A log that has one is returned as it is; one that was interrupted goes on where it ended.
  /// - Parameter notes: what is known beforehand to be missing; posted with the opening.
  /// - Throws: `BlackboardStoreError` when the log cannot be written, `CancellationError` when cancelled; agents
  ///   cannot make it throw.
  package func investigate(_ opening: Opening, notes: [Diagnostic] = []) async throws -> BlackboardSnapshot {
    let elapsedSeconds = stopwatch(clock)
    var snapshot = await blackboard.snapshot()
    if let conclusion = snapshot.conclusion {
      observe(.concluded(conclusion))
      return snapshot
    }
    if snapshot.opening == nil {
      let batch = [Contribution.opening(opening)] + notes.map { .diagnostic($0) }
      snapshot = try await post(batch.map { Posting(author: Self.name, contribution: $0) }, after: snapshot)
    }
    let begin = snapshot
    let runners = participants.map {
      AgentRunner($0, resumingAt: begin, clock: clock, elapsedSeconds: elapsedSeconds)
    }
    // The opening is revision 1, and every batch after it was a turn.
    var turn = max(0, snapshot.revision.number - 1)
    while true {
      try Task.checkCancellation()
      var standings: [AgendaPolicy.Standing] = []
      for runner in runners { standings.append(await runner.standing(at: snapshot)) }
      switch policy.next(turn: turn, elapsedSeconds: elapsedSeconds(), standings: standings) {
      case .run(let names):
        turn += 1
        observe(.turnStarted(turn: turn, agents: names))
        let chosen = runners.filter { names.contains($0.participant.manifest.name) }
        snapshot = try await runTurn(chosen, on: snapshot)
      case .wait(let seconds):
        try await clock.sleep(for: .seconds(seconds))
      case .conclude(let reason):
        return try await conclude(reason, standings, runners, after: snapshot)
      }
    }
  }

  private func runTurn(_ runners: [AgentRunner], on snapshot: BlackboardSnapshot) async throws -> BlackboardSnapshot {
    let end = policy.budget.wallSeconds
    let answers = try await withThrowingTaskGroup(of: (Int, AgentRunner.Answer).self) { group in
      for (position, runner) in runners.enumerated() {
        group.addTask { (position, try await runner.answer(snapshot, before: end)) }
      }
      var answers: [Int: AgentRunner.Answer] = [:]
      for try await (position, answer) in group {
        answers[position] = answer
        announce(answer, of: runners[position].participant.manifest.name)
      }
      return answers
    }
    let ordered = runners.enumerated().compactMap { position, runner in
      answers[position].map { (manifest: runner.participant.manifest, answer: $0) }
    }
    let batch = TurnBatch(ordered, after: snapshot, budget: policy.budget)
    return try await post(batch.postings, after: snapshot)
  }

  private func conclude(
    _ reason: ConclusionReason, _ standings: [AgendaPolicy.Standing], _ runners: [AgentRunner],
    after snapshot: BlackboardSnapshot
  ) async throws -> BlackboardSnapshot {
    var batch: [Contribution] = []
    for standing in standings where standing.isReady && standing.condition != .givenUp {
      batch.append(
        .diagnostic(
          Diagnostic(
            kind: .limitReached,
            statement: "The agent \(standing.name) had more to do but was not asked again. \(reason.statement)")))
    }
    var accounts: [Conclusion.AgentAccount] = []
    for runner in runners {
      let name = runner.participant.manifest.name
      let count = snapshot.entries.lazy.filter { $0.author == name }.count
      accounts.append(await runner.account(contributions: count))
    }
    let conclusion = Conclusion(reason: reason.statement, agents: accounts)
    batch.append(.conclusion(conclusion))
    let final = try await post(batch.map { Posting(author: Self.name, contribution: $0) }, after: snapshot)
    observe(.concluded(conclusion))
    return final
  }

  private func post(_ batch: [Posting], after snapshot: BlackboardSnapshot) async throws -> BlackboardSnapshot {
    guard !batch.isEmpty else { return snapshot }
    let next = try await blackboard.post(batch, basedOn: snapshot.revision)
    observe(.batchPosted(next.revision, entries: Array(next.entries.dropFirst(snapshot.entries.count))))
    return next
  }

  private func announce(_ answer: AgentRunner.Answer, of name: AgentName) {
    switch answer {
    case .contributions(let contributions): observe(.agentFinished(name, contributionCount: contributions.count))
    case .failure(let reason, let isGivenUp):
      observe(.agentFailed(name, reason: reason, isGivenUp: isGivenUp))
    }
  }
}

/// Seconds since now on that clock.
private func stopwatch<C: Clock>(_ clock: C) -> @Sendable () -> Double where C.Duration == Duration {
  let start = clock.now
  return { start.duration(to: clock.now) / .seconds(1) }
}
