import IncidentModel

/// Which incidents are to be investigated now. Pure.
struct InvestigationSchedule: Sendable, Hashable {
  /// A storm's first alerts are waited for this long, so that the first investigation sees most of them.
  var settleSeconds = 1.0
  /// After new evidence, until it has been quiet for so long.
  var debounceSeconds = 10.0
  /// Between two investigations of one incident.
  var gapSeconds = 60.0
  /// An answer that found no cause is tried again after this, when there is more to see.
  var secondLookSeconds = 120.0
  var parallelCount = 2
  /// Of one incident; its budget.
  var maximumGenerations = 20

  /// In the order in which they are to begin: those that had fewer investigations first, so that none starves.
  /// - Parameters:
  ///   - running: incidents that are being investigated.
  ///   - changedAt: when somebody last announced a change.
  func due(_ living: [IncidentRecord], running: Set<Int>, changedAt: Timestamp?, at now: Timestamp) -> [Int] {
    let due = living.filter { incident in
      !running.contains(incident.number) && incident.state == .open
        && incident.investigations.count < maximumGenerations && isDue(incident, changedAt, now)
    }
    return Array(
      due.sorted { ($0.investigations.count, $0.number) < ($1.investigations.count, $1.number) }
        .map(\.number).prefix(max(0, parallelCount - running.count)))
  }

  private func isDue(_ incident: IncidentRecord, _ changedAt: Timestamp?, _ now: Timestamp) -> Bool {
    guard let last = incident.investigations.last else {
      return incident.openedAt.seconds(until: now) >= settleSeconds
    }
    let since = last.startedAt.seconds(until: now)
    guard since >= gapSeconds else { return false }
    let evidence = max(incident.joinedAt, changedAt ?? incident.joinedAt)
    // Where it never becomes quiet, what is new is looked at all the same, only later.
    if evidence > last.startedAt, evidence.seconds(until: now) >= debounceSeconds || since >= 2 * gapSeconds {
      return true
    }
    let hasFoundCause = incident.verdict?.outcome == .causeFound
    return !hasFoundCause && since >= secondLookSeconds
  }
}
