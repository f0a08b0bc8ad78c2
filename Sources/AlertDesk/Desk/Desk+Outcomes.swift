import IncidentModel

/// What has become of one alert, as whoever shows alerts wants to know it.
package struct AlertOutcome: Hashable, Sendable, Codable {
  package var fingerprint: Fingerprint
  package var labels: LabelSet
  package var annotations: LabelSet
  package var startsAt: Timestamp
  /// When it ended, or ends unless it is repeated.
  package var endsAt: Timestamp
  package var isFiring: Bool
  /// What came of it this time; the strongest where it is in several groups.
  package var fate: AlertFate
  /// The alert that this one is taken for; what is said here is said of that one.
  package var deduplicatedInto: Fingerprint?
  package var incident: Int?
  package var acknowledgement: Acknowledgement?
  /// Receivers that were told that it fires, sorted.
  package var told: [String]
}

extension Desk {
  /// The outcome of one alert; nil for one that is not known, or no longer.
  package func outcome(of fingerprint: Fingerprint) -> AlertOutcome? {
    let first = representative(of: fingerprint)
    guard let alert = state.alerts[first] else { return nil }
    let groups = groupKeys(of: alert)
    let told = state.log.entries.filter { groups.contains($0.key.groupKey) && $0.value.firing.contains(first) }
    return outcome(fingerprint, first, alert, told: Set(told.map { policy.receivers[$0.key.receiver].name }).sorted())
  }

  /// The outcomes of all alerts that are known, sorted by fingerprint; duplicates are told of by the alert that they are
  /// taken for.
  package func outcomes() -> [AlertOutcome] {
    var told: [Fingerprint: Set<String>] = [:]
    for (key, entry) in state.log.entries {
      for fingerprint in entry.firing { told[fingerprint, default: []].insert(policy.receivers[key.receiver].name) }
    }
    return state.alerts.sorted { $0.key < $1.key }.map { fingerprint, alert in
      outcome(fingerprint, fingerprint, alert, told: told[fingerprint, default: []].sorted())
    }
  }

  private func outcome(
    _ fingerprint: Fingerprint, _ first: Fingerprint, _ alert: ActiveAlert, told: [String]
  ) -> AlertOutcome {
    AlertOutcome(
      fingerprint: fingerprint, labels: alert.labels, annotations: alert.annotations,
      startsAt: Timestamp(nanoseconds: alert.startsAt), endsAt: Timestamp(nanoseconds: alert.endsAt),
      isFiring: !alert.isResolved(at: state.now), fate: alert.fate,
      deduplicatedInto: first == fingerprint ? nil : first,
      incident: alert.incident == 0 ? nil : state.rules.incidents.current(Int(alert.incident)),
      acknowledgement: state.rules.acknowledged[first], told: told)
  }

  /// The little that a back-test asks for each alert of a long history.
  func state(of fingerprint: Fingerprint) -> (first: Fingerprint, startsAt: Timestamp, incident: Int)? {
    let first = representative(of: fingerprint)
    guard let alert = state.alerts[first] else { return nil }
    return (first, Timestamp(nanoseconds: alert.startsAt), Int(alert.incident))
  }

  func groupKeys(of alert: ActiveAlert) -> Set<String> {
    Set(
      index.matching(alert.labels).map { number in
        let route = policy.tree.routes[number]
        return "\(route.key):\(groupingNames[number].map { alert.labels.keeping($0) } ?? alert.labels)"
      })
  }

  // MARK: - Incidents

  /// The incidents that are open or were within the last day, the oldest first; those that were merged away are not
  /// among them.
  package var incidents: [CorrelatedIncident] {
    state.rules.incidents.incidents.values.filter { $0.mergedInto == nil }.sorted { $0.id < $1.id }
  }

  /// An incident by its number, or the one that it was merged into.
  package func incident(_ id: Int) -> CorrelatedIncident? {
    state.rules.incidents.incidents[state.rules.incidents.current(id)]
  }

  /// What happened to incidents since this was last asked. Where nobody asks for long, the oldest is dropped.
  package mutating func takeIncidentChanges() -> [IncidentChange] {
    defer { state.rules.incidents.changes = [] }
    return state.rules.incidents.changes
  }

  /// When the next timer is due; nil where there is none. Until then `advance(to:)` has nothing to do.
  package var nextDue: Timestamp? { timers.first.map { Timestamp(nanoseconds: $0.at) } }

  package var activeSilences: [Silence] {
    silences.values.filter { $0.startsAt <= now && now < $0.endsAt }.sorted { $0.id < $1.id }
  }
}
