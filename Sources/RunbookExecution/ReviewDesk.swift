import Foundation
import HTTPTransport
import IncidentModel
import Runbooks

/// The review desk: what waits for a person, what they decided, what was done and what came of it.
///
/// The one way from a recommendation to an action, for the terminal and for a server. Every change is a line of the
/// journal in the desk's folder, so that several desks, in several programs, can work on one folder.
package actor ReviewDesk {
  /// Whom it asks and what it sees of its surroundings.
  package struct Surroundings: Sendable {
    /// The wall clock.
    package var now: @Sendable () -> Timestamp
    package var pace: Pace
    package var environment: [String: String]
    package var http: HTTPClient
    package var queries: QuerySource?
    /// Between two questions to a source of measurements.
    package var pollSeconds = 5.0
    /// Between two looks at whether everything was stopped while a step runs.
    package var stopPollSeconds = 0.5

    package init(
      now: @escaping @Sendable () -> Timestamp, pace: Pace = .real,
      environment: [String: String] = [:], http: HTTPClient = HTTPClient(), queries: QuerySource? = nil
    ) {
      self.now = now
      self.pace = pace
      self.environment = environment
      self.http = http
      self.queries = queries
    }
  }

  /// In force now: what is begun is judged by these, whichever were in force when it was approved.
  package private(set) var guardrails: Guardrails
  let journal: DeskJournal
  let around: Surroundings
  /// As the runbook's file is now: an approval is for what it was.
  let runbook: @Sendable (String) throws -> Runbook?
  private let observe: @Sendable (DeskEntry) -> Void

  /// - Parameters:
  ///   - runbook: reads a runbook by its name, anew each time.
  ///   - observe: told of every entry that this desk writes, as soon as it is written.
  /// - Throws: `DeskError` where the folder cannot be used.
  package init(
    folder: String, guardrails: Guardrails, around: Surroundings,
    runbook: @escaping @Sendable (String) throws -> Runbook?,
    observe: @escaping @Sendable (DeskEntry) -> Void = { _ in }
  ) throws(DeskError) {
    self.guardrails = guardrails
    self.around = around
    self.runbook = runbook
    self.observe = observe
    journal = try DeskJournal(folder: folder)
  }

  /// As it stands on the disk; what the world has left behind is expired first.
  package func board() throws -> ReviewBoard { try decide { _ in [] } }

  /// Puts another policy in force.
  package func replace(_ guardrails: Guardrails) { self.guardrails = guardrails }

  /// What a desk remembers, for ranking; the desk is only looked at.
  package static func experience(folder: String, at now: Timestamp) throws -> Experience {
    Experience(try DeskJournal(folder: folder).read().memory, at: now)
  }

  // MARK: Decisions

  /// Lays recommendations on the desk. What lies there already, was done or was rejected for the same incident is not
  /// asked again.
  /// - Returns: Those of the given recommendations, or their equals, in order.
  package func propose(_ proposals: [Proposal]) throws -> [RemediationRecord] {
    let now = around.now()
    var ids: [ProposalID] = []
    for proposal in proposals {
      var id = ProposalID("")
      _ = try decide { board in
        if let known = board.all.last(where: { $0.answers(proposal, on: board, at: now) }) {
          id = known.proposal.id
          // What was found anew is news also where it brings the same advice.
          return board.observed(proposal).finding == proposal.findingDigest
            ? [] : [.incidentObserved(incident: proposal.incident, .newerFinding(digest: proposal.findingDigest))]
        }
        var numbered = proposal
        numbered.id = board.nextID
        id = numbered.id
        return [.proposed(numbered)]
      }
      try preapprove(id)
      ids.append(id)
    }
    let board = try board()
    return ids.compactMap { board[$0] }
  }

  /// By policy, where the record is good enough; by the runbook itself, where it asks for nobody.
  private func preapprove(_ id: ProposalID) throws {
    let now = around.now()
    _ = try decide { board in
      guard let record = board[id], record.state == .proposed, record.approvals.isEmpty, record.proposal.open.isEmpty
      else { return [] }
      let isFree = record.proposal.terms.approvals == 0
      guard isFree || self.guardrails.preapproval(of: record.proposal, board.memory, at: now) != nil,
        (try? self.current(record)) != nil
      else { return [] }
      return [.approved(id, self.approval(by: Approval.policy, account: nil, record, board))]
    }
  }

  /// Gives inputs other values; approvals that were given are void.
  @discardableResult package func amend(
    _ id: ProposalID, inputs: [String: String], by person: String
  ) throws -> RemediationRecord {
    try changing(id) { record, _ in
      guard let runbook = try self.runbook(record.proposal.plan.runbook) else { throw self.gone(record) }
      do {
        return [.amended(id, try record.proposal.amended(runbook, inputs: inputs), by: self.guardrails.person(person))]
      } catch let refusal as BoundRunbook.Refusal {
        throw DeskError(.refused, refusal.description)
      }
    }
  }

  /// - Parameters:
  ///   - account: of the system, where there is one: two names from one account are one person.
  ///   - shown: `ReviewBoard.digest(shown:)` of what the person saw; nil for what lies there now.
  /// - Throws: `DeskError` where this person may not, has already, where something else was shown, or where there is
  ///   nothing left to approve.
  @discardableResult package func approve(
    _ id: ProposalID, by person: String, account: String? = nil, shown: String? = nil
  ) throws -> RemediationRecord {
    try changing(id) { record, board in
      if let shown, shown != board.digest(shown: record) {
        throw DeskError(.notNow, "\(id) is no longer what was shown; look at it again")
      }
      guard record.state == .proposed else {
        throw DeskError(.notNow, "\(id) is \(record.state.name) and cannot be approved")
      }
      guard record.proposal.open.isEmpty else {
        throw DeskError(.notNow, "\(id) still needs \(record.proposal.open.joined(separator: ", ")): amend it first")
      }
      if let refusal = self.guardrails.refusal(of: person, for: record.proposal, at: self.around.now()) {
        throw DeskError(.refused, refusal)
      }
      _ = try self.current(record)
      let own = account.flatMap { self.guardrails.sharedAccounts.contains($0) ? nil : $0 }
      let approval = self.approval(by: self.guardrails.person(person), account: own, record, board)
      guard approval.person != Approval.policy else { throw DeskError(.refused, "“\(person)” is nobody's name") }
      if let same = record.approvals.first(where: { $0.isSamePerson(as: approval) }) {
        throw DeskError(.refused, "\(same.person) has approved \(id) already; the other approval is another person's")
      }
      return [.approved(id, approval)]
    }
  }

  /// Says no: to a recommendation, or to taking back what has made things worse.
  /// - Parameters:
  ///   - kind, reason: asked for once; nil takes those that were given for the same advice before.
  @discardableResult package func reject(
    _ id: ProposalID, kind: Rejection.Kind? = nil, reason: String? = nil, by person: String
  ) throws -> RemediationRecord {
    try changing(id) { record, board in
      if record.proposesUndo, let reason, !reason.isEmpty {
        return [.undoDeclined(id, by: self.guardrails.person(person), reason: reason)]
      }
      guard record.state == .proposed || record.state == .approved else {
        throw DeskError(.notNow, "\(id) is \(record.state.name) and cannot be rejected")
      }
      let before = board.memory.rejections.last {
        $0.runbook == record.proposal.plan.runbook && $0.fault == record.proposal.fault
          && $0.component == record.proposal.component
      }?.rejection
      guard let reason = reason ?? before?.reason, !reason.isEmpty else {
        throw DeskError(.refused, "a rejection needs a reason: it decides what is recommended next time")
      }
      let by = self.guardrails.person(person)
      return [.rejected(id, Rejection(kind ?? before?.kind ?? .wrongRunbook, by: by, reason: reason))]
    }
  }

  /// News of an incident; what waits for it is withdrawn where it is resolved, flapping or found anew.
  package func note(_ observation: IncidentObservation, of incident: String) throws {
    _ = try decide { _ in [.incidentObserved(incident: incident, observation)] }
    _ = try board()
  }

  /// Nothing begins any more, and what runs is ended.
  package func stop(by person: String, reason: String) throws {
    _ = try decide { _ in [.stopped(by: person, reason: reason)] }
  }

  /// - Throws: `DeskError` for a person that the policy does not know.
  package func release(by person: String) throws {
    guard guardrails.knows(person) else { throw DeskError(.refused, "\(person) is not known") }
    _ = try decide { $0.stop == nil ? [] : [.released(by: person)] }
  }

  /// Ends a run that is under way, wherever it runs.
  package func halt(_ id: ProposalID, by person: String) throws {
    try changing(id) { record, _ in
      guard record.run?.isUnderWay == true else { throw DeskError(.notNow, "\(id) is not under way") }
      return [.haltAsked(id, by: self.guardrails.person(person))]
    }
  }

  // MARK: Parts

  /// Expires what the world has left behind, then adds what is decided.
  ///
  /// What expires is written also where the decision is refused. Between the two another desk may have written: then
  /// nothing is decided on a board that still holds what has expired.
  @discardableResult func decide(_ events: (ReviewBoard) throws -> [DeskEvent]) throws -> ReviewBoard {
    let now = around.now()
    while true {
      let swept = try journal.transact(at: now) { board in
        board.expiries(at: now).map { DeskEvent.expired($0.id, $0.expiry) }
      }
      for entry in swept.entries { observe(entry) }
      var isSwept = true
      let result = try journal.transact(at: now) { board in
        isSwept = board.expiries(at: now).isEmpty
        return isSwept ? try events(board) : []
      }
      for entry in result.entries { observe(entry) }
      if isSwept { return result.board }
    }
  }

  @discardableResult func changing(
    _ id: ProposalID, _ events: (RemediationRecord, ReviewBoard) throws -> [DeskEvent]
  ) throws -> RemediationRecord {
    let board = try decide { board in
      guard let record = board[id] else { throw DeskError(.unknown, "there is no recommendation \(id)") }
      if case .expired(let expiry) = record.state { throw DeskError(.expired, "\(id) is withdrawn. \(expiry.says)") }
      return try events(record, board)
    }
    guard let record = board[id] else { throw DeskError(.unknown, "there is no recommendation \(id)") }
    return record
  }

  /// The runbook as it is now, where it still is what the recommendation is for and its inputs keep to its limits.
  /// - Throws: `DeskError`.
  func current(_ record: RemediationRecord) throws -> BoundRunbook {
    guard let runbook = try runbook(record.proposal.plan.runbook) else { throw gone(record) }
    guard runbook.digest == record.proposal.plan.runbookDigest else {
      throw DeskError(
        .expired, "the file of \(runbook.name) has changed since; amend the recommendation to see it as it is")
    }
    do {
      return try BoundRunbook(runbook, inputs: record.proposal.plan.inputs)
    } catch {
      throw DeskError(.refused, error.description)
    }
  }

  private func gone(_ record: RemediationRecord) -> DeskError {
    DeskError(.unknown, "there is no runbook \(record.proposal.plan.runbook) any more")
  }

  private func approval(
    by person: String, account: String?, _ record: RemediationRecord, _ board: ReviewBoard
  ) -> Approval {
    let now = around.now()
    // Planned work is approved ahead, for its own time.
    let valid = record.proposal.terms.planned.map { Int(now.seconds(until: $0.notAfter).rounded(.up)) } ?? 0
    return Approval(
      person: person, account: account, at: now, runbookDigest: record.proposal.plan.runbookDigest,
      planDigest: record.proposal.plan.digest, observed: board.observed(record.proposal),
      validSeconds: max(guardrails.approvalSeconds, valid))
  }
}
