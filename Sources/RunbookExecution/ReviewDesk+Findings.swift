import IncidentModel
import Runbooks

extension ReviewDesk {
  /// What a newer investigation of an incident came to: what it no longer bears out is withdrawn, what it brings is laid
  /// on the desk. Where it found what was found before, nothing changes, and leave that was given stays good.
  /// - Returns: What lies on the desk for each of its recommendations, best first.
  @discardableResult package func take(
    _ advised: Proposal.Advised, library: RunbookLibrary
  ) throws -> [RemediationRecord] {
    let finding = advised.findingDigest
    try decide { board in
      let known = board.all.filter { $0.proposal.incident == advised.incident }
      guard !known.isEmpty else { return [] }
      if board.finding(of: advised.incident) != finding {
        return [.incidentObserved(incident: advised.incident, .newerFinding(digest: finding))]
      }
      return known.filter { $0.state == .proposed || $0.state == .approved }.compactMap { record in
        library.runbooks.first { $0.name == record.proposal.plan.runbook }
          .flatMap { record.proposal.departure(from: advised, runbook: $0) }
          .map { .expired(record.proposal.id, $0) }
      }
    }
    return try propose(Proposal.all(from: advised, library: library))
  }
}

extension RemediationRecord {
  /// Whether this is the same advice for the same incident, and asking again would be asking twice.
  func answers(_ other: Proposal, on board: ReviewBoard, at now: Timestamp) -> Bool {
    guard proposal.incident == other.incident, other.incident != Proposal.byHand,
      proposal.plan.runbook == other.plan.runbook, proposal.component == other.component
    else { return false }
    let isSameFinding = proposal.findingDigest == other.findingDigest
    switch state {
    case .rejected: return true
    case .expired: return false
    case .proposed, .approved, .applying, .applied:
      return isSameFinding && proposal.plan.runbookDigest == other.plan.runbookDigest
    case .verified, .failed:
      // What is found again after it was over, or after the component has been left alone for long enough, is news.
      let isOver = board.reopenedAt(proposal.incident).map { changedAt <= $0 } ?? false
      return isSameFinding && !isOver && changedAt.seconds(until: now) < Double(proposal.terms.cooldownSeconds)
    }
  }
}
