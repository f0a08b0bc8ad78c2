import Runbooks

extension ReviewDesk {
  /// Lays a recommendation that has expired on the desk once more, as its runbook is now; it has to be approved anew.
  ///
  /// Not for an incident that is over, an alert that comes and goes, or a finding that has been superseded: there the
  /// advice itself is of yesterday.
  @discardableResult package func renew(_ id: ProposalID, by person: String) throws -> RemediationRecord {
    var new = ProposalID("")
    try decide { board in
      guard let record = board[id] else { throw DeskError(.unknown, "there is no recommendation \(id)") }
      guard case .expired = record.state else {
        throw DeskError(.notNow, "\(id) is \(record.state.name); only what has expired is laid down again")
      }
      guard record.isRenewable(board.observed(record.proposal)) else {
        throw DeskError(.expired, "what \(id) was for is over or was found anew; it is not laid down again")
      }
      if let waiting = board.all.last(where: { $0.isSameAdvice(as: record) && $0.proposal.id != id && !$0.isOver }) {
        throw DeskError(.notNow, "\(waiting.proposal.id) is the same advice and waits")
      }
      guard let runbook = try self.runbook(record.proposal.plan.runbook) else {
        throw DeskError(.unknown, "there is no runbook \(record.proposal.plan.runbook) any more")
      }
      var proposal = record.proposal
      if proposal.open.isEmpty {
        do {
          proposal = try proposal.amended(runbook, inputs: [:])
        } catch let refusal as BoundRunbook.Refusal {
          throw DeskError(.refused, refusal.description)
        }
      }
      proposal.id = board.nextID
      new = proposal.id
      return [.proposed(proposal)]
    }
    guard let record = try board()[new] else { throw DeskError(.unknown, "there is no recommendation \(id)") }
    return record
  }
}

extension RemediationRecord {
  /// Whether an expired recommendation is still for this world.
  package func isRenewable(_ now: ObservedState) -> Bool {
    guard case .expired = state else { return false }
    return !now.isResolved && !now.isFlapping && now.finding == proposal.findingDigest
  }

  fileprivate func isSameAdvice(as other: RemediationRecord) -> Bool {
    proposal.incident == other.proposal.incident && proposal.plan.runbook == other.proposal.plan.runbook
      && proposal.component == other.proposal.component
  }

  fileprivate var isOver: Bool {
    switch state {
    case .rejected, .expired, .verified, .failed: true
    case .proposed, .approved, .applying, .applied: false
    }
  }
}
