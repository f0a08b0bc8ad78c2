import IncidentModel

/// One recommendation's life: proposed, then approved, rejected or expired, then applied, then verified or failed.
package struct RemediationRecord: Hashable, Sendable {
  package var proposal: Proposal
  package private(set) var state = State.proposed
  package private(set) var approvals: [Approval] = []
  package private(set) var run: RunProgress?
  package var proposedAt: Timestamp
  package private(set) var changedAt: Timestamp
  /// Of the last entry of the journal that is about it.
  package internal(set) var lastSequence = 0

  package enum State: Hashable, Sendable {
    case proposed
    /// By as many people as it needs.
    case approved
    case rejected(Rejection)
    case expired(Expiry)
    case applying
    /// Every step is done; whether it helped is still to be seen.
    case applied
    /// It helped.
    case verified
    case failed(String)

    package var name: String {
      switch self {
      case .proposed: "proposed"
      case .approved: "approved"
      case .rejected: "rejected"
      case .expired: "expired"
      case .applying: "applying"
      case .applied: "applied"
      case .verified: "verified"
      case .failed: "failed"
      }
    }
  }

  /// An event that does not fit the state: the journal is not one, or a caller has not looked.
  package struct Misfit: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String
  }

  package init(_ proposal: Proposal, at moment: Timestamp) {
    self.proposal = proposal
    proposedAt = moment
    changedAt = moment
  }

  package var missingApprovals: Int {
    let isApprovedByPolicy = approvals.contains { $0.person == Approval.policy }
    return isApprovedByPolicy ? 0 : max(0, proposal.terms.approvals - approvals.count)
  }

  /// Of the approvals that a run is for: a second run with the same key is the same run.
  package var key: String {
    var digest = ContentDigest()
    digest.update(proposal.id.rawValue)
    for approval in approvals {
      digest.update(approval.person)
      digest.update(approval.at.nanoseconds)
      digest.update(approval.planDigest)
    }
    return digest.finalize()
  }

  mutating func amend(_ proposal: Proposal, at moment: Timestamp) throws(Misfit) {
    guard state == .proposed || state == .approved else { throw misfit("amended") }
    self.proposal = proposal
    approvals = []
    change(to: .proposed, moment)
  }

  mutating func approve(_ approval: Approval, at moment: Timestamp) throws(Misfit) {
    guard state == .proposed else { throw misfit("approved") }
    guard approval.planDigest == proposal.plan.digest, proposal.open.isEmpty else { throw misfit("approved as it is") }
    guard !approvals.contains(where: { $0.isSamePerson(as: approval) }) else { throw misfit("approved twice by one") }
    approvals.append(approval)
    change(to: missingApprovals == 0 ? .approved : .proposed, moment)
  }

  mutating func reject(_ rejection: Rejection, at moment: Timestamp) throws(Misfit) {
    guard state == .proposed || state == .approved else { throw misfit("rejected") }
    change(to: .rejected(rejection), moment)
  }

  mutating func expire(_ expiry: Expiry, at moment: Timestamp) throws(Misfit) {
    guard state == .proposed || state == .approved else { throw misfit("expired") }
    change(to: .expired(expiry), moment)
  }

  mutating func begin(key: String, _ plan: BoundRunbook, at moment: Timestamp) throws(Misfit) {
    guard state == .approved else { throw misfit("begun") }
    guard key == self.key, plan.digest == proposal.plan.digest else { throw misfit("begun with this key") }
    run = RunProgress(key: key, plan: plan, startedAt: moment)
    change(to: .applying, moment)
  }

  mutating func progress(at moment: Timestamp, _ change: (inout RunProgress) throws(Misfit) -> Void) throws(Misfit) {
    guard state == .applying, var progress = run else { throw misfit("run") }
    try change(&progress)
    run = progress
    changedAt = moment
  }

  mutating func beginUndo(_ reason: String, at moment: Timestamp) throws(Misfit) {
    guard run != nil else { throw misfit("undone") }
    run?.beginUndo(reason)
    change(to: .applying, moment)
  }

  mutating func end(_ ending: RunEnding, at moment: Timestamp) throws(Misfit) {
    guard state == .applying else { throw misfit("ended") }
    run?.end(ending)
    switch ending {
    case .applied: change(to: .applied, moment)
    case .failed(let why): change(to: .failed(why), moment)
    case .halted(let why): change(to: .failed("Halted: \(why)"), moment)
    case .undone: change(to: .failed("Taken back: \(run?.undoReason ?? "")"), moment)
    }
  }

  mutating func verify(_ verification: Verification, at moment: Timestamp) throws(Misfit) {
    guard state == .applied else { throw misfit("verified") }
    run?.verification = verification
    change(to: verification.outcome == .helped ? .verified : .failed(verification.says), moment)
  }

  /// It has become worse, what was done can be taken back, and nobody has said yet whether it shall be.
  package var proposesUndo: Bool {
    guard let run, run.verification?.outcome == .worse else { return false }
    return run.canBeTakenBack && run.keptBecause == nil
  }

  mutating func declineUndo(_ reason: String, at moment: Timestamp) throws(Misfit) {
    guard proposesUndo else { throw misfit("left as it is") }
    run?.keptBecause = reason
    changedAt = moment
  }

  private mutating func change(to state: State, _ moment: Timestamp) {
    self.state = state
    changedAt = moment
  }

  private func misfit(_ act: String) -> Misfit {
    Misfit(description: "\(proposal.id) is \(state.name) and cannot be \(act)")
  }
}

extension Approval {
  /// One name or one account is one person.
  package func isSamePerson(as other: Approval) -> Bool {
    person == other.person || account != nil && account == other.account
  }
}
