import IncidentModel

/// A look that did nothing does nothing at the next interval either, unless something changed: such looks are left out.
///
/// A group that sleeps keeps its rhythm. It wakes at the first of its looks at which time alone can change what it finds,
/// or, at the next of its looks, once a report changes it: one of its own members, an alert that may inhibit one, a
/// silence, a suspected cause, an escalation. A look too many changes nothing, so that it is enough to wake too often.
extension Desk {
  /// Even where nothing can change.
  private static let longestSleep: Int64 = 30 * 86_400_000_000_000

  /// When a group looks next, were no look left out.
  func nextLook(of group: AlertGroup) -> Int64 {
    guard group.isAsleep else { return group.nextLook }
    let interval = timings[group.route].interval
    return group.nextLook - (group.nextLook - ranBefore) / interval * interval
  }

  /// Sets the next look of a group that was looked at now.
  mutating func rest(_ number: Int, _ outlook: Outlook) {
    guard let group = state.groups[number] else { return }
    let interval = timings[group.route].interval
    let next = state.now.addingSaturating(interval)
    let until = min(outlook.until, state.now.addingSaturating(Self.longestSleep))
    let isAsleep = !looksEveryInterval && until > next && !sharesLog[group.route]
    let look = isAsleep ? next.addingSaturating((until - next + interval - 1) / interval * interval) : next
    state.groups[number]?.isAsleep = look > next
    state.groups[number]?.nextLook = look
    timers.insert(TimerQueue.Entry(at: look, subject: Int32(number)))
    if timers.isFull { timers.makeAnew { [self] in insertTimers(into: &$0) } }
    guard look > next else { return }
    enter(group, number, into: &sleeping)
    if sleeping.isFull {
      sleeping.makeAnew { [self] anew in
        for (number, group) in state.groups.all where group.isAsleep { enter(group, number, into: &anew) }
      }
    }
  }

  /// When an empty group is old enough to go.
  func outlook(ofEmpty group: AlertGroup) -> Outlook {
    let ticks = (group.emptySince - state.startedAt) / AlertGroup.cleaningInterval + 1
    var outlook = Outlook()
    outlook.changes(at: state.startedAt.addingSaturating(ticks * AlertGroup.cleaningInterval))
    return outlook
  }

  /// Enters what others may change for a group.
  private func enter(_ group: AlertGroup, _ number: Int, into sleeping: inout SleepingGroups) {
    for fingerprint in group.members {
      guard let alert = state.alerts[fingerprint] else { continue }
      for subject in inhibition.subjects(ofTarget: alert.labels) { sleeping.add(number, under: subject) }
      if !rules.owners.isEmpty, alert.incident != 0 {
        sleeping.add(number, under: Self.subject(ofIncident: state.rules.incidents.current(Int(alert.incident))))
      }
    }
  }

  private static func subject(ofIncident id: Int) -> UInt64 { UInt64(truncatingIfNeeded: id) &* Fingerprint.prime }

  // MARK: - Waking

  mutating func wake(_ number: Int) {
    guard let group = state.groups[number], group.isAsleep else { return }
    let next = nextLook(of: group)
    state.groups[number]?.isAsleep = false
    state.groups[number]?.nextLook = next
    timers.insert(TimerQueue.Entry(at: next, subject: Int32(number)))
  }

  /// The groups of all that an alert may inhibit, once it begins or ends.
  mutating func wakeInhibited(by labels: LabelSet) {
    for subject in inhibition.subjects(ofSource: labels) {
      for number in sleeping.take(under: subject) { wake(number) }
    }
  }

  /// The groups of all that a silence mutes, whenever it does.
  mutating func wakeSilenced(by silence: Silence) {
    for alert in state.alerts.values
    where alert.groupCount > 0 && silence.matchers.allSatisfy({ $0.matches(alert.labels) }) {
      for route in index.matching(alert.labels) {
        if let number = state.groups.number(of: identity(alert.labels, route: route)) { wake(number) }
      }
    }
  }

  /// The groups of an incident whose suspected cause may be another one now.
  mutating func wake(incident id: Int) {
    guard !rules.owners.isEmpty else { return }
    for number in sleeping.take(under: Self.subject(ofIncident: id)) { wake(number) }
  }

  // MARK: - Timers

  /// All that are due by the state alone.
  func insertTimers(into timers: inout TimerQueue) {
    for (number, group) in state.groups.all {
      timers.insert(TimerQueue.Entry(at: group.nextLook, subject: Int32(number)))
      for (rule, moment) in group.escalations {
        timers.insert(TimerQueue.Entry(at: moment, subject: Int32(number), rule: Int16(rule), kind: .escalation))
      }
    }
    for incident in state.rules.incidents.incidents.values where incident.isOpen {
      timers.insert(
        TimerQueue.Entry(at: incident.nextCheck, subject: Int32(truncatingIfNeeded: incident.id), kind: .incident))
    }
  }
}
