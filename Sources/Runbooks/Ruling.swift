import IncidentModel

extension Guardrails {
  /// Whether an approved recommendation may begin now: nothing, or every reason against it in full sentences.
  ///
  /// The approvals themselves are judged by `ReviewBoard.expiries`.
  package func hindrances(to record: RemediationRecord, on board: ReviewBoard, at now: Timestamp) -> [String] {
    let proposal = record.proposal
    var reasons: [String] = []
    if let stop = board.stop { reasons.append("Everything is stopped by \(stop.by): \(stop.reason)") }
    if let planned = proposal.terms.planned, now < planned.notBefore {
      reasons.append("It is planned for \(planned.notBefore)")
    }
    reasons += prohibitions(of: proposal, at: now)
    if let role = proposal.terms.approverRole,
      !record.approvals.contains(where: { $0.person == Approval.policy || hasRole(role, $0.person) })
    {
      reasons.append("one of those who approve must be of the role \(role)")
    }
    reasons += objections(to: record.approvals, of: proposal, board.memory, at: now)
    let others = board.runs.filter { $0.proposal.id != proposal.id }
    let running = board.underWay.filter { $0.proposal.id != proposal.id }
    let ofSame = running.filter { $0.proposal.plan.runbook == proposal.plan.runbook }
    if ofSame.count >= proposal.terms.concurrency {
      reasons.append(
        "\(proposal.plan.runbook) is under way \(ofSame.count) times, and may be \(proposal.terms.concurrency)")
    }
    if let other = running.first(where: { $0.shares(proposal.components) }) {
      reasons.append("\(other.proposal.id) is acting on the same components")
    }
    for other in others where other.shares([proposal.component]) && other.proposal.plan.runbook == proposal.plan.runbook
    {
      // A run that seems to lie ahead means that the clock was moved: then nothing is known of how long ago it was.
      if other.changedAt.seconds(until: now) < Double(proposal.terms.cooldownSeconds) {
        reasons.append(
          "\(proposal.component) is left alone for \(proposal.terms.cooldownSeconds) s after \(other.proposal.id)")
        break
      }
    }
    return reasons + budgets.compactMap { exhausted($0, proposal, others, now) }
  }

  /// Leave that was given under another policy counts as far as this one would let it be given.
  private func objections(
    to approvals: [Approval], of proposal: Proposal, _ memory: OutcomeMemory, at now: Timestamp
  ) -> [String] {
    var reasons: [String] = []
    for approval in approvals {
      if approval.person == Approval.policy {
        if proposal.terms.approvals > 0, preapproval(of: proposal, memory, at: now) == nil {
          reasons.append("the policy does not approve it by itself any more")
        }
      } else if let refusal = refusal(of: approval.person, for: proposal, at: now) {
        reasons.append(refusal)
      }
      if proposal.terms.planned == nil, approval.at.seconds(until: now) > Double(approvalSeconds) {
        reasons.append("the approval of \(approval.person) is older than \(approvalSeconds) s")
      }
    }
    let people = Set(approvals.map { person($0.person) })
    if people.count < approvals.count { reasons.append("two of those who approved are one person") }
    return reasons
  }

  private func exhausted(
    _ budget: ActionBudget, _ proposal: Proposal, _ others: [RemediationRecord], _ now: Timestamp
  ) -> String? {
    let counted = others.filter { other in
      guard let started = other.run?.startedAt, started.seconds(until: now) < Double(budget.seconds) else {
        return false
      }
      return switch budget.per {
      case .all: true
      case .component: other.shares(proposal.components)
      case .runbook: other.proposal.plan.runbook == proposal.plan.runbook
      }
    }
    guard counted.count >= budget.actions else { return nil }
    let scope =
      switch budget.per {
      case .all: "in all"
      case .component: "at a component"
      case .runbook: "of a runbook"
      }
    return "\(counted.count) actions have begun in the last \(budget.seconds) s; \(budget.actions) \(scope) are allowed"
  }

  /// Why this may run without a person's leave, in words; nil where it may not.
  package func preapproval(of proposal: Proposal, _ memory: OutcomeMemory, at now: Timestamp) -> String? {
    guard proposal.open.isEmpty, proposal.plan.risk == .low, proposal.plan.isReversible, proposal.terms.approvals < 2,
      proposal.confidence != nil
    else { return nil }
    let record = memory.record(runbook: proposal.plan.runbook, fault: proposal.fault, at: now)
    guard
      memory.rejection(
        runbook: proposal.plan.runbook, fault: proposal.fault, component: proposal.component, at: now) == nil
    else { return nil }
    let rule = preapproved.first { rule in
      rule.runbooks.contains { $0.matches(proposal.plan.runbook) } && record.tried >= rule.tried
        && record.interval.lowerBound >= rule.helped
    }
    return rule == nil ? nil : record.sentence
  }
}
