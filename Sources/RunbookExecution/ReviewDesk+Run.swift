import Foundation
import IncidentModel
import Runbooks

extension ReviewDesk {
  /// Begins an approved recommendation, or goes on with one that was begun, until it ends or a person is needed.
  ///
  /// A step is written down as begun before it starts. One that has begun and of which nobody knows how it ended, since
  /// its process was killed, is never run again by itself: the answer is `record.run.next == .ask`.
  /// - Throws: `DeskError` for everything that keeps it from beginning.
  @discardableResult package func run(_ id: ProposalID) async throws -> RemediationRecord {
    guard let hold = try journal.hold(id) else { throw DeskError(.busy, "\(id) is being run by another process") }
    defer { withExtendedLifetime(hold) {} }
    guard let record = try board()[id] else { throw DeskError(.unknown, "there is no recommendation \(id)") }
    switch record.state {
    case .approved: try await begin(id)
    case .applying, .applied: break
    case .proposed:
      throw DeskError(
        .notNow, "\(id) needs \(record.missingApprovals) more approval\(record.missingApprovals == 1 ? "" : "s")")
    case .expired(let expiry): throw DeskError(.expired, "\(id) is withdrawn. \(expiry.says)")
    case .rejected, .verified, .failed: throw DeskError(.notNow, "\(id) is \(record.state.name): it is over")
    }
    return try await advance(id)
  }

  /// Whether a process carries it out at this moment. What has begun and is not being run was interrupted.
  package func isRunning(_ id: ProposalID) throws -> Bool { try journal.hold(id) == nil }

  /// A person's word on the step that the run waits for; `run` goes on from there.
  /// - Throws: `DeskError`, also while somebody runs it: a step that is being done is not to be judged, nor done twice.
  @discardableResult package func answer(
    _ id: ProposalID, _ answer: StepAnswer, by person: String
  ) throws -> RemediationRecord {
    guard let hold = try journal.hold(id) else { throw DeskError(.busy, "\(id) is being run; halt it first") }
    defer { withExtendedLifetime(hold) {} }
    return try changing(id) { record, _ in
      guard case .ask(let place, let isInterrupted)? = record.run?.next, record.state == .applying else {
        throw DeskError(.notNow, "\(id) waits for nobody's word")
      }
      guard isInterrupted || answer != .again else {
        throw DeskError(.refused, "a step for people is done or abandoned; it cannot be done again by a program")
      }
      if let refusal = self.guardrails.refusal(of: person, for: record.proposal, at: self.around.now()) {
        throw DeskError(.refused, refusal)
      }
      // Killed, a program leaves what it had started running.
      if answer == .again, let run = record.run, let process = StepMark(id, run, place).processes.first {
        throw DeskError(
          .notNow, "process \(process) of this step still runs; wait for it or end it before it is done again")
      }
      return [.answered(id, place, answer, by: self.guardrails.person(person))]
    }
  }

  /// Takes back what a run did, last step first.
  @discardableResult package func undo(
    _ id: ProposalID, by person: String, reason: String
  ) async throws -> RemediationRecord {
    guard let hold = try journal.hold(id) else { throw DeskError(.busy, "\(id) is being run by another process") }
    defer { withExtendedLifetime(hold) {} }
    try changing(id) { record, board in
      if let stop = board.stop { throw DeskError(.refused, "everything is stopped by \(stop.by): \(stop.reason)") }
      guard let run = record.run, run.canBeTakenBack else {
        throw DeskError(.notNow, "there is nothing of \(id) that a program could take back now")
      }
      if let refusal = self.guardrails.refusal(of: person, for: record.proposal, at: self.around.now()) {
        throw DeskError(.refused, refusal)
      }
      if let other = board.underWay.first(where: { $0.proposal.id != id && $0.shares(record.proposal.components) }) {
        throw DeskError(.notNow, "\(other.proposal.id) is acting on the same components")
      }
      return [.undoBegan(id, reason: "\(reason) (\(self.guardrails.person(person)))")]
    }
    return try await advance(id)
  }

  // MARK: Beginning

  /// Judges, asks the preconditions, judges again and begins: what changed while they were asked counts.
  private func begin(_ id: ProposalID) async throws {
    try judge(id) { _, _ in [] }
    guard let record = try board()[id] else { return }
    for check in record.proposal.plan.preconditions {
      let holds: Bool
      do {
        holds = try await performer.ask(check.query)
      } catch {
        // Neither yes nor no: then nothing is done, and the approval stays for when there is an answer.
        throw DeskError(.unavailable, "whether “\(check.says)” is so cannot be asked: \(error)")
      }
      guard !holds else { continue }
      let expiry = Expiry(.preconditionFailed, "This is not so now: \(check.says)")
      try decide { board in board[id]?.state == .approved ? [.expired(id, expiry)] : [] }
      throw DeskError(.expired, "\(id) is withdrawn. \(expiry.says)")
    }
    try judge(id) { record, plan in [.runBegan(id, key: record.key, plan)] }
  }

  private func judge(
    _ id: ProposalID, _ events: (RemediationRecord, BoundRunbook) throws -> [DeskEvent]
  ) throws {
    do {
      try changing(id) { record, board in
        guard record.state == .approved else {
          throw DeskError(.notNow, "\(id) is \(record.state.name) and cannot be begun")
        }
        let plan = try self.current(record)
        let hindrances = self.guardrails.hindrances(to: record, on: board, at: self.around.now())
        guard hindrances.isEmpty else {
          throw DeskError(.refused, "\(id) may not run: \(hindrances.joined(separator: "; "))")
        }
        return try events(record, plan)
      }
    } catch let error as DeskError where error.kind == .expired {
      let expiry = Expiry(.runbookChanged, "The runbook is not the one that was approved.")
      try decide { board in board[id]?.state == .approved ? [.expired(id, expiry)] : [] }
      throw error
    }
  }

  var performer: StepPerformer {
    StepPerformer(
      guardrails: guardrails, environment: around.environment, http: around.http, queries: around.queries,
      pace: around.pace, pollSeconds: around.pollSeconds)
  }

  // MARK: Going on

  private func advance(_ id: ProposalID) async throws -> RemediationRecord {
    while true {
      let board = try board()
      guard let record = board[id], let run = record.run else {
        throw DeskError(.unknown, "there is no run of \(id)")
      }
      switch run.next {
      case .perform(let place):
        // Looked at under the journal's lock: no step begins after a stop. Refused where another desk has gone on.
        let begun = try decide { board in
          if let reason = haltReason(board, id) { return [.runEnded(id, .halted(reason))] }
          return [.stepBegan(id, place)]
        }
        guard begun[id]?.run?[place] == .begun else { continue }
        let result = await perform(place, of: run, id)
        try decide { _ in [.stepEnded(id, place, result)] }
        if result.status == .cancelled {
          let reason = try haltReason(self.board(), id) ?? "interrupted"
          try decide { _ in [.runEnded(id, .halted(reason))] }
        }
      case .ask: return record
      case .beginUndo(let reason): try decide { _ in [.undoBegan(id, reason: reason)] }
      case .end(let ending): try decide { _ in [.runEnded(id, ending)] }
      case .verify:
        guard let verification = await performer.verify(run.plan.verification) else { return record }
        try decide { _ in [.verified(id, verification)] }
      case .nothing: return record
      }
    }
  }

  private func haltReason(_ board: ReviewBoard, _ id: ProposalID) -> String? {
    if let stop = board.stop { return "everything is stopped by \(stop.by): \(stop.reason)" }
    if let person = board[id]?.run?.haltAskedBy { return "by \(person)" }
    return Task.isCancelled ? "interrupted" : nil
  }

  /// A step, ended at once where everything is stopped or somebody asks for it.
  private func perform(_ place: StepPlace, of run: RunProgress, _ id: ProposalID) async -> StepResult {
    let step = run.plan.steps[place.index]
    let mark = StepMark(id, run, place)
    let action = place.isUndo ? step.undo?.action ?? .manual : step.action
    let (performer, journal, poll) = (performer, journal, around.stopPollSeconds)
    return await withTaskGroup(of: StepResult?.self) { group in
      group.addTask { await performer.perform(action, step.bounds, as: mark) }
      group.addTask {
        while !Task.isCancelled {
          try? await Task.sleep(for: .seconds(poll))
          guard let board = try? journal.read() else { continue }
          if board.stop != nil || board[id]?.run?.haltAskedBy != nil { return nil }
        }
        return nil
      }
      var result: StepResult?
      for await ended in group {
        result = result ?? ended
        group.cancelAll()
      }
      return result ?? StepResult(.cancelled, "ended on request")
    }
  }
}
