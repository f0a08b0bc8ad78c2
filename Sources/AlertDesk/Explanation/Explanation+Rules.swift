import IncidentModel

/// What the rules beyond Alertmanager's say of an alert, each with its text, its place, and what would have changed it.
extension Desk {
  private func step(
    _ stage: Explanation.Step.Stage, stops: Bool, _ statement: String, group: String? = nil, rule: String? = nil,
    at place: RulePlace? = nil
  ) -> Explanation.Step {
    Explanation.Step(
      stage: stage, groupKey: group, isStopping: stops, statement: statement, rule: rule, place: place,
      file: place == nil ? nil : rules.file)
  }

  func explainDuplicates(_ own: Fingerprint, _ first: Fingerprint, _ explanation: inout Explanation) {
    guard own != first, let alert = state.alerts[first] else { return }
    let rule = deduplication.key(alert.labels).map { rules.deduplication[$0.rule] }
    explanation.steps.append(
      step(
        .dedup, stops: false, "taken for \(first) \(alert.labels), and from here on told of as that one",
        rule: rule.map { "by: [\($0.by.joined(separator: ", "))]" }, at: rule?.place))
    explanation.counterfactuals.append("It would have been an alert of its own without the rule of deduplication.")
  }

  func explainFlapping(_ alert: ActiveAlert, _ fingerprint: Fingerprint, _ explanation: inout Explanation) {
    guard let rule = flappingRule(for: alert.labels) else { return }
    let text =
      "\(rule.starts) starts within \(PromDuration.text(nanoseconds: rule.within)), hold "
      + PromDuration.text(nanoseconds: rule.hold)
    guard let record = state.rules.flaps[fingerprint], record.heldUntil > state.now else {
      explanation.steps.append(step(.dedup, stops: false, "does not flap", rule: text, at: rule.place))
      return
    }
    guard isFlapping(fingerprint) else {
      explanation.steps.append(
        step(.dedup, stops: false, "flaps, and is told once before it is held", rule: text, at: rule.place))
      return
    }
    let until = Timestamp(nanoseconds: record.heldUntil)
    explanation.steps.append(
      step(
        .dedup, stops: true, "flaps: held until \(until) unless it begins again before", rule: text, at: rule.place))
    explanation.counterfactuals.append("It would not have been held if it had begun fewer than \(rule.starts) times.")
  }

  func explainIncident(_ alert: ActiveAlert, _ fingerprint: Fingerprint, _ explanation: inout Explanation) {
    guard let rule = rules.correlation, alert.incident != 0,
      let incident = incident(Int(alert.incident)),
      let member = incident.members.first(where: { $0.fingerprint == fingerprint })
    else { return }
    let text = "within \(PromDuration.text(nanoseconds: rule.within)), \(rule.hops) hops"
    var statement = "in incident \(incident.id) of \(incident.members.count + incident.unlistedCount) alerts"
    if let link = member.link {
      let path = link.path.map(\.rawValue).joined(separator: " – ")
      let seconds = Int(abs(link.secondsApart).rounded())
      statement += ", since \(link.to) began \(seconds) s \(link.secondsApart < 0 ? "after" : "before") it"
      statement += link.path.count > 1 ? " and is connected by \(path)" : " at \(path)"
    } else {
      statement += ", which it opened"
    }
    if let cause = suspectedCause(of: incident.id) { statement += "; the suspected cause is \(cause)" }
    explanation.steps.append(step(.group, stops: false, statement, rule: text, at: rule.place))
  }

  func explainStorm(_ alert: ActiveAlert, _ routes: [Int], _ explanation: inout Explanation) {
    guard let rule = rules.storm, isInStorm else { return }
    let text =
      "\(rule.alerts) alerts within \(PromDuration.text(nanoseconds: rule.within)), calm after "
      + PromDuration.text(nanoseconds: rule.calm)
    let since = Timestamp(nanoseconds: state.rules.storm.since ?? state.now)
    for receiver in receivers(of: routes) {
      let held = state.rules.storm.byReceiver[receiver]?.held ?? 0
      let isHeld = alert.fate == .heldByStorm
      explanation.steps.append(
        step(
          .budget, stops: isHeld,
          "a storm since \(since): \(receiver) is told the first alert and worse ones, \(held) are held",
          rule: text, at: rule.place))
      if isHeld {
        explanation.counterfactuals.append(
          "It would have paged \(receiver) as the first alert of the storm, or if it were worse than what was told.")
      }
    }
  }

  func explainBudgets(
    _ alert: ActiveAlert, _ fingerprint: Fingerprint, _ routes: [Int], _ explanation: inout Explanation
  ) {
    let receivers = receivers(of: routes)
    let budgets = rules.budgets.filter { receivers.contains($0.receiver) }
    for budget in budgets {
      let text = "\(budget.pages) pages within \(PromDuration.text(nanoseconds: budget.within)) to \(budget.receiver)"
      let since = state.now.addingSaturating(-budget.within)
      let spent = (state.rules.pagesOfReceiver[budget.receiver] ?? []).count { $0 > since }
      let isExempt = !budget.except.isEmpty && budget.except.allSatisfy { $0.matches(alert.labels) }
      let isHeld = alert.fate == .overBudget && spent >= budget.pages && !isExempt
      var statement = "\(spent) of \(budget.pages) pages to \(budget.receiver) are spent"
      if isExempt { statement += "; this one may page all the same" }
      if isHeld, let free = budgetFree(budget) {
        statement += "; the next is free at \(Timestamp(nanoseconds: free))"
        explanation.counterfactuals.append(
          "It would have paged \(budget.receiver) with a budget of \(spent + 1) pages.")
      }
      explanation.steps.append(step(.budget, stops: isHeld, statement, rule: text, at: budget.place))
    }
    if budgets.isEmpty {
      explanation.steps.append(
        step(.budget, stops: false, "the policy has no budget of pages for it, so that none is spent"))
    }
  }

  /// Who is told as well, and why; of a group that exists.
  func explainOthers(_ group: AlertGroup, _ key: String, _ explanation: inout Explanation) {
    for other in group.others {
      explanation.steps.append(
        step(
          .route, stops: false, "goes to \(policy.receivers[other.receiver].name) as well: \(other.because)",
          group: key))
    }
    for (place, moment) in group.escalations.sorted(by: { $0.key < $1.key })
    where rules.escalation.indices.contains(place) {
      let rule = rules.escalation[place]
      explanation.steps.append(
        step(
          .route, stops: false,
          "goes to \(rule.receiver) as well at \(Timestamp(nanoseconds: moment)) unless it is acknowledged before",
          group: key, rule: "after \(PromDuration.text(nanoseconds: rule.after))", at: rule.place))
    }
  }

  private func receivers(of routes: [Int]) -> [String] {
    Set(routes.map { policy.tree.routes[$0].receiver }).sorted()
  }
}
