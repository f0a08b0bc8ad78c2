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
    var told: Set<String> = []
    for identity in identities(of: alert) {
      for (place, receiver) in policy.receivers.enumerated()
      where entries(identity, to: place).contains(where: { $0.firing.contains(first) }) {
        told.insert(receiver.name)
      }
    }
    return AlertOutcome(
      fingerprint: fingerprint, labels: alert.labels, annotations: alert.annotations,
      startsAt: Timestamp(nanoseconds: alert.startsAt), endsAt: Timestamp(nanoseconds: alert.endsAt),
      isFiring: !alert.isResolved(at: state.now), fate: alert.fate,
      deduplicatedInto: first == fingerprint ? nil : first,
      incident: alert.incident == 0 ? nil : state.rules.incidents.current(Int(alert.incident)),
      acknowledgement: state.rules.acknowledged[first], told: told.sorted())
  }

  /// The little that a back-test asks for each alert of a long history.
  func state(of fingerprint: Fingerprint) -> (first: Fingerprint, startsAt: Timestamp, incident: Int)? {
    let first = representative(of: fingerprint)
    guard let alert = state.alerts[first] else { return nil }
    return (first, Timestamp(nanoseconds: alert.startsAt), Int(alert.incident))
  }

  func label(_ name: String, of fingerprint: Fingerprint) -> String? { state.alerts[fingerprint]?.labels[name] }

  private func identities(of alert: ActiveAlert) -> [AlertGroup.Identity] {
    index.matching(alert.labels).map { identity(alert.labels, route: $0) }
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

  /// What fires and has a label with a value, in the order of fingerprints.
  package func firing(_ label: String, _ value: String) -> [IncomingAlert] {
    state.alerts.filter { !$0.value.isResolved(at: state.now) && $0.value.labels[label] == value }
      .sorted { $0.key < $1.key }
      .map {
        IncomingAlert(
          labels: $0.value.labels, annotations: $0.value.annotations,
          startsAt: Timestamp(nanoseconds: $0.value.startsAt))
      }
  }

  /// The incident that an alert is a part of, by its number; nil where the policy makes none.
  package func incident(of fingerprint: Fingerprint) -> Int? {
    guard rules.correlation != nil, let alert = state.alerts[representative(of: fingerprint)], alert.incident != 0
    else { return nil }
    return state.rules.incidents.current(Int(alert.incident))
  }

  /// When the next timer is due; nil where there is none. Until then `advance(to:)` has nothing to do.
  package var nextDue: Timestamp? { timers.first.map { Timestamp(nanoseconds: $0.at) } }
}
