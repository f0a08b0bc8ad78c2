import IncidentModel

/// Why an alert pages, or does not, at a moment: the rules it meets in order, and what would have changed the outcome.
package struct Explanation: Hashable, Sendable, Codable {
  package struct Step: Hashable, Sendable, Codable {
    package enum Stage: String, Hashable, Sendable, Codable {
      case dedup, severity, maintenance, inhibition, group, route, budget
    }

    package var stage: Stage
    /// The group it is about; nil for what holds for all of them.
    package var groupKey: String?
    /// Whether this keeps the alert from paging.
    package var isStopping: Bool
    package var statement: String
    /// The rule as the policy has it, and where.
    package var rule: String?
    package var place: RulePlace?
    /// The file that the place is in.
    package var file: String?
  }

  package var fingerprint: Fingerprint
  package var labels: LabelSet
  package var at: Timestamp
  package var steps: [Step]
  /// Full sentences, each with one change that would have made it page.
  package var counterfactuals: [String]
}

extension Desk {
  /// The chain for an alert as the desk stands; nil for one that it does not know.
  ///
  /// An alert that is taken for another one is explained as that one.
  package func explanation(of fingerprint: Fingerprint) -> Explanation? {
    let first = representative(of: fingerprint)
    guard let alert = state.alerts[first] else { return nil }
    var explanation = Explanation(
      fingerprint: fingerprint, labels: alert.labels, at: now, steps: [], counterfactuals: [])
    explainDuplicates(fingerprint, first, &explanation)
    explanation.steps.append(dedup(alert))
    explainFlapping(alert, first, &explanation)
    explainSeverity(alert, &explanation)
    explainSilences(alert, &explanation)
    explainInhibition(alert, &explanation)
    explainIncident(alert, first, &explanation)
    let routes = index.matching(alert.labels)
    for route in routes { explain(alert, first, route: route, &explanation) }
    explainStorm(alert, routes, &explanation)
    explainBudgets(alert, first, routes, &explanation)
    for place in explanation.steps.indices where explanation.steps[place].place != nil {
      explanation.steps[place].file = explanation.steps[place].file ?? policy.file
    }
    return explanation
  }

  private func dedup(_ alert: ActiveAlert) -> Explanation.Step {
    let isOver = alert.isResolved(at: state.now)
    let since = Timestamp(nanoseconds: alert.startsAt)
    let heard = Timestamp(nanoseconds: alert.updatedAt)
    let end = Timestamp(nanoseconds: alert.endsAt)
    let state =
      isOver
      ? "over since \(end)\(alert.endIsAssumed ? ", since nobody repeated it" : "")"
      : "firing since \(since)"
    return Explanation.Step(
      stage: .dedup, isStopping: isOver,
      statement: "\(state); last heard of at \(heard); reports in between are taken for the same alert")
  }

  private func explainSilences(_ alert: ActiveAlert, _ explanation: inout Explanation) {
    let muting = silences.values.filter { $0.mutes(alert.labels, at: state.now) }.sorted { $0.id < $1.id }
    for silence in muting {
      let matchers = "{" + silence.matchers.map(\.description).joined(separator: ",") + "}"
      let words = [silence.createdBy, silence.comment].filter { !$0.isEmpty }.joined(separator: ": ")
      explanation.steps.append(
        Explanation.Step(
          stage: .maintenance, isStopping: true,
          statement: "silenced until \(silence.endsAt) by silence \(silence.id)\(words.isEmpty ? "" : " (\(words))")",
          rule: matchers))
      explanation.counterfactuals.append("It would not have been muted without silence \(silence.id).")
    }
    if muting.isEmpty {
      explanation.steps.append(
        Explanation.Step(stage: .maintenance, isStopping: false, statement: "no silence matches it"))
    }
  }

  private func explainInhibition(_ alert: ActiveAlert, _ explanation: inout Explanation) {
    let found = inhibition.inhibitors(of: alert.labels, among: state.alerts, at: state.now)
    for (place, sources) in found {
      let rule = policy.inhibitRules[place]
      let named = sources.prefix(3).map { source in
        "\(source) \(state.alerts[source]?.labels["alertname"] ?? "")".trimmingBlanks
      }
      let more = sources.count > 3 ? " and \(sources.count - 3) more" : ""
      explanation.steps.append(
        Explanation.Step(
          stage: .inhibition, isStopping: true,
          statement: "inhibited while \(named.joined(separator: ", "))\(more) fires", rule: rule.text,
          place: rule.place))
      explanation.counterfactuals.append(
        "It would not have been inhibited if \(named.joined(separator: ", "))\(more) had not fired.")
    }
    if found.isEmpty {
      explanation.steps.append(
        Explanation.Step(stage: .inhibition, isStopping: false, statement: "no firing alert inhibits it"))
    }
  }

  private func explain(
    _ alert: ActiveAlert, _ fingerprint: Fingerprint, route number: Int, _ explanation: inout Explanation
  ) {
    let route = policy.tree.routes[number]
    let identity = identity(alert.labels, route: number)
    let group = state.groups.number(of: identity).flatMap { state.groups[$0] }
    let key = groupKey(identity)
    if let muting = mutingInterval(of: route, at: state.now) {
      explanation.steps.append(
        Explanation.Step(
          stage: .maintenance, groupKey: key, isStopping: true,
          statement: muting.isOutside
            ? "outside the active time intervals \(route.activeIntervals.joined(separator: ", "))"
            : "inside the mute time interval \(muting.name)",
          rule: muting.name, place: intervals[muting.name]?.place))
      explanation.counterfactuals.append(
        "It would have paged \(route.receiver) \(muting.isOutside ? "inside" : "outside") the time interval "
          + "\(muting.name).")
    }
    explainGroup(group, fingerprint, key, route, &explanation)
    explanation.steps.append(
      Explanation.Step(
        stage: .route, groupKey: key, isStopping: false, statement: "goes to the receiver \(route.receiver)",
        rule: route.key, place: route.place))
    if let group { explainOthers(group, key, &explanation) }
  }

  private func explainGroup(
    _ group: AlertGroup?, _ fingerprint: Fingerprint, _ key: String, _ route: RoutingTree.Route,
    _ explanation: inout Explanation
  ) {
    guard let group, group.members.contains(fingerprint) else {
      explanation.steps.append(
        Explanation.Step(
          stage: .group, groupKey: key, isStopping: true, statement: "it has left its group, since it is over"))
      return
    }
    let next = Timestamp(nanoseconds: nextLook(of: group))
    let told = ([receiverOfRoute[group.route]] + group.others.map(\.receiver)).flatMap { receiver in
      entries(group.identity, to: receiver).filter { $0.firing.contains(fingerprint) }
    }
    var statement = "one of \(group.members.count) in its group; the group's next look is at \(next)"
    if let last = told.map(\.at).max() {
      statement +=
        "; last told at \(Timestamp(nanoseconds: last)), again after "
        + PromDuration.text(nanoseconds: route.timing.repeatInterval) + " unless something changes"
    } else {
      let wait = group.wasLookedAt ? route.timing.interval : route.timing.wait
      statement += "; not told yet"
      explanation.counterfactuals.append(
        "It pages at \(next) if nothing mutes it then; with a shorter \(group.wasLookedAt ? "group_interval" : "group_wait") "
          + "than \(PromDuration.text(nanoseconds: wait)) it would have been sooner.")
    }
    explanation.steps.append(
      Explanation.Step(
        stage: .group, groupKey: key, isStopping: told.isEmpty, statement: statement, rule: route.grouping.text,
        place: route.groupingPlace))
  }
}

extension InhibitRule {
  /// As the policy has it, in one line.
  var text: String {
    let (source, target) = (source.map(\.description), target.map(\.description))
    return "{\(source.joined(separator: ","))} mutes {\(target.joined(separator: ","))}"
      + (equal.isEmpty ? "" : " with equal \(equal.joined(separator: ", "))")
  }
}

extension Grouping {
  fileprivate var text: String {
    switch self {
    case .by(let names): "group_by: [\(names.joined(separator: ", "))]"
    case .byAllLabels: "group_by: ['...']"
    }
  }
}

extension String {
  fileprivate var trimmingBlanks: String { hasSuffix(" ") ? String(dropLast()) : self }
}
