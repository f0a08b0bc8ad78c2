import IncidentModel

/// The alert desk: alerts in, notifications out, decided as Alertmanager decides, under a clock that is told to it.
///
/// A pure state machine. Notifications are taken to arrive; whoever sends them repeats what failed. Alerts that stop at
/// the same moment as a timer are seen by that timer.
package struct Desk: Sendable {
  package struct Limits: Hashable, Sendable {
    /// Of labels and annotations together, for each alert.
    package var maximumAlertBytes = 64 << 10
    package var maximumAlertCount = 1_000_000

    package init() {}
  }

  package let policy: AlertmanagerConfiguration
  let limits: Limits
  let index: RouteIndex
  let receiverOfRoute: [Int]
  let intervals: [String: NamedIntervals]
  /// For each route the names it groups by; nil for all.
  let groupingNames: [[[UInt8]]?]

  var state: State
  var inhibition: Inhibition
  var timers = TimerQueue()
  var silences: [String: Silence] = [:]
  /// What was decided since they were last taken.
  private(set) var notifications: [Notification] = []

  /// All that has to be kept to go on after a restart with the same policy.
  struct State: Hashable, Sendable {
    var startedAt: Int64
    var now: Int64
    var alerts: [Fingerprint: ActiveAlert] = [:]
    var groups: [Int: AlertGroup] = [:]
    var groupOfLabels: [AlertGroup.Identity: Int] = [:]
    var nextGroup = 0
    var log = NotificationLog()
    var counts = DeskCounts()
    var lastSweep: Int64
  }

  package init(policy: AlertmanagerConfiguration, startingAt start: Timestamp, limits: Limits = Limits()) {
    self.init(
      policy: policy, limits: limits,
      state: State(startedAt: start.nanoseconds, now: start.nanoseconds, lastSweep: start.nanoseconds))
  }

  init(policy: AlertmanagerConfiguration, limits: Limits, state: State) {
    self.policy = policy
    self.limits = limits
    self.state = state
    index = RouteIndex(policy.tree)
    let places = Dictionary(policy.receivers.enumerated().map { ($1.name, $0) }) { first, _ in first }
    receiverOfRoute = policy.tree.routes.map { places[$0.receiver] ?? 0 }
    intervals = Dictionary(policy.intervals.map { ($0.name, $0) }) { first, _ in first }
    groupingNames = policy.tree.routes.map { route in
      guard case .by(let names) = route.grouping else { return nil }
      return names.map { Array($0.utf8) }
    }
    inhibition = Inhibition(policy.inhibitRules)
    for (fingerprint, alert) in state.alerts { inhibition.insert(fingerprint, alert.labels) }
    for (number, group) in state.groups { timers.insert(TimerQueue.Entry(at: group.nextLook, group: number)) }
  }

  package var now: Timestamp { Timestamp(nanoseconds: state.now) }

  package var counts: DeskCounts {
    var counts = state.counts
    for alert in state.alerts.values { counts.byFate[alert.fate, default: 0] += 1 }
    return counts
  }

  package var activeAlertCount: Int { state.alerts.count }
  package var groupCount: Int { state.groups.count }

  package mutating func takeNotifications() -> [Notification] {
    defer { notifications = [] }
    return notifications
  }

  mutating func send(_ notification: Notification) { notifications.append(notification) }

  // MARK: - Time

  /// Lets time pass: all that is due until then, that moment included.
  package mutating func advance(to moment: Timestamp) {
    pass(until: moment.nanoseconds.addingSaturating(1))
    state.now = max(state.now, moment.nanoseconds)
  }

  /// Takes an event at its moment. What was due before is done first; what is due at the same moment comes after it.
  package mutating func receive(_ event: DeskEvent) {
    if event.at.nanoseconds < state.now { state.counts.outOfOrder += 1 }
    let moment = max(state.now, event.at.nanoseconds)
    pass(until: moment)
    state.now = moment
    switch event.content {
    case .alert(let alert): receive(alert)
    case .silence(let silence): silences[silence.id] = silence
    case .endSilence(let id):
      if let end = silences[id]?.endsAt { silences[id]?.endsAt = min(end, Timestamp(nanoseconds: moment)) }
    }
  }

  /// Alertmanager forgets resolved alerts every half hour.
  static let sweepInterval: Int64 = 1_800_000_000_000

  /// Timers and sweeps in the order in which they are due, those at the moment excluded.
  private mutating func pass(until moment: Int64) {
    while true {
      let sweep = state.lastSweep + Self.sweepInterval
      guard sweep < moment else { break }
      runTimers(before: sweep)
      // Nothing to forget and nothing due: many sweeps pass at once.
      let isIdle = state.alerts.isEmpty && timers.first == nil
      let sweepsUntil = (moment - 1 - state.startedAt) / Self.sweepInterval
      state.lastSweep = isIdle ? state.startedAt + sweepsUntil * Self.sweepInterval : sweep
      state.now = max(state.now, state.lastSweep)
      forgetWhatIsOver()
    }
    runTimers(before: moment)
  }

  private mutating func runTimers(before moment: Int64) {
    while let timer = timers.first, timer.at < moment {
      timers.removeFirst()
      // A timer that was moved is found under its new moment.
      guard let group = state.groups[timer.group], group.nextLook == timer.at else { continue }
      state.now = max(state.now, timer.at)
      look(at: timer.group)
    }
  }

  private mutating func forgetWhatIsOver() {
    let now = state.now
    for (fingerprint, alert) in state.alerts where alert.groupCount == 0 && alert.isResolved(at: now) {
      state.counts.byFate[alert.fate, default: 0] += 1
      inhibition.remove(fingerprint, alert.labels)
      state.alerts[fingerprint] = nil
    }
    state.log.forget(before: now)
    silences = silences.filter { $0.value.endsAt.nanoseconds > now - NotificationLog.retention }
  }
}

extension Int64 {
  /// The nearest number where the sum is out of range, so that what is due in centuries is never due now.
  func addingSaturating(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}
