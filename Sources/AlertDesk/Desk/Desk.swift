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
  /// What is done beyond Alertmanager.
  package let rules: DeskRules
  let limits: Limits
  let index: RouteIndex
  let receiverOfRoute: [Int]
  let placeOfReceiver: [String: Int]
  let intervals: [String: NamedIntervals]
  /// For each route the names it groups by; nil for all.
  let groupingNames: [[[UInt8]]?]
  let timings: [GroupTiming]
  let hasIntervals: [Bool]
  /// For each route the first that has the same key.
  let firstWithKey: [Int32]
  /// For each route whether what another one tells may count as told by it.
  let sharesLog: [Bool]

  var state: State
  var inhibition: Inhibition
  var deduplication: Deduplication
  let neighbourhood: ServiceNeighbourhood
  var timers = TimerQueue()
  var sleeping = SleepingGroups()
  /// All that was due before this is done.
  private(set) var ranBefore: Int64
  /// Whether no look is left out, as Alertmanager leaves none out: the same is decided, only later.
  package var looksEveryInterval = false
  var silences: [String: Silence] = [:]
  /// What was decided since they were last taken.
  private(set) var notifications: [Notification] = []

  /// All that has to be kept to go on after a restart with the same policy.
  struct State: Hashable, Sendable {
    var startedAt: Int64
    var now: Int64
    var alerts: [Fingerprint: ActiveAlert] = [:]
    var groups = GroupTable()
    var log = NotificationLog()
    var counts = DeskCounts()
    var lastSweep: Int64
    var rules = RuleState()
  }

  /// - Parameter start: from when on the clock runs; Alertmanager's own ticks count from here.
  package init(policy: AlertPolicy, startingAt start: Timestamp, limits: Limits = Limits()) {
    self.init(
      policy: policy, limits: limits,
      state: State(startedAt: start.nanoseconds, now: start.nanoseconds, lastSweep: start.nanoseconds))
  }

  package init(policy: AlertmanagerConfiguration, startingAt start: Timestamp, limits: Limits = Limits()) {
    self.init(policy: AlertPolicy(policy), startingAt: start, limits: limits)
  }

  init(policy whole: AlertPolicy, limits: Limits, state: State) {
    policy = whole.alertmanager
    rules = whole.rules
    self.limits = limits
    self.state = state
    index = RouteIndex(policy.tree)
    let places = Dictionary(policy.receivers.enumerated().map { ($1.name, $0) }) { first, _ in first }
    placeOfReceiver = places
    receiverOfRoute = policy.tree.routes.map { places[$0.receiver] ?? 0 }
    intervals = Dictionary(policy.intervals.map { ($0.name, $0) }) { first, _ in first }
    groupingNames = policy.tree.routes.map { route in
      guard case .by(let names) = route.grouping else { return nil }
      return names.map { Array($0.utf8) }
    }
    timings = policy.tree.routes.map(\.timing)
    hasIntervals = policy.tree.routes.map { !$0.muteIntervals.isEmpty || !$0.activeIntervals.isEmpty }
    var firsts: [String: Int32] = [:]
    firstWithKey = policy.tree.routes.enumerated().map { place, route in
      let first = firsts[route.key] ?? Int32(truncatingIfNeeded: place)
      firsts[route.key] = first
      return first
    }
    sharesLog = Self.sharesLog(policy.tree.routes, whole.rules)
    ranBefore = state.now
    inhibition = Inhibition(policy.inhibitRules)
    deduplication = Deduplication(whole.rules.deduplication)
    neighbourhood = ServiceNeighbourhood(whole.serviceMap)
    for (fingerprint, alert) in state.alerts.sorted(by: { $0.key < $1.key }) {
      inhibition.insert(fingerprint, alert.labels)
      deduplication.insert(fingerprint, alert.labels)
    }
    timers.makeAnew { [self] in insertTimers(into: &$0) }
  }

  /// Routes with one key share what one receiver was told; with escalation or owners any of them may tell any.
  private static func sharesLog(_ routes: [RoutingTree.Route], _ rules: DeskRules) -> [Bool] {
    let mayTellAny = !rules.escalation.isEmpty || !rules.owners.isEmpty
    let names = routes.map { mayTellAny ? [$0.key] : [$0.key, $0.receiver] }
    let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
    return names.map { counts[$0, default: 0] > 1 }
  }

  package var now: Timestamp { Timestamp(nanoseconds: state.now) }

  package var counts: DeskCounts {
    var counts = state.counts
    for alert in state.alerts.values { counts.byFate[alert.fate, default: 0] += 1 }
    return counts
  }

  package var activeAlertCount: Int { state.alerts.count }
  package var groupCount: Int { state.groups.count }

  package var hasNotifications: Bool { !notifications.isEmpty }

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
    if event.content == .resumed { skip(to: moment) }
    pass(until: moment)
    state.now = moment
    switch event.content {
    case .alert(let alert): receive(alert)
    case .silence(let silence):
      if let replaced = silences.updateValue(silence, forKey: silence.id) { wakeSilenced(by: replaced) }
      wakeSilenced(by: silence)
    case .endSilence(let id):
      guard let silence = silences[id] else { break }
      silences[id]?.endsAt = min(silence.endsAt, Timestamp(nanoseconds: moment))
      wakeSilenced(by: silence)
    case .acknowledge(let subject, let person): acknowledge(subject, by: person)
    case .suspect(let incident, let cause):
      let id = state.rules.incidents.current(incident)
      state.rules.incidents.change(id) { $0.investigatedCause = cause }
      wake(incident: id)
    case .tick: pass(until: moment.addingSaturating(1))
    case .resumed: break
    }
  }

  /// What fired goes on to fire, since nobody could say so, and nothing is told as of a moment that is gone.
  private mutating func skip(to moment: Int64) {
    let end = moment.addingSaturating(policy.resolveTimeout)
    for (fingerprint, alert) in state.alerts where !alert.isResolved(at: state.now) {
      state.alerts[fingerprint]?.endsAt = max(end, alert.endsAt)
    }
    for (number, group) in state.groups.all where nextLook(of: group) < moment {
      state.groups[number]?.isAsleep = false
      state.groups[number]?.nextLook = moment
      timers.insert(TimerQueue.Entry(at: moment, subject: Int32(number)))
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
      state.now = max(state.now, timer.at)
      // Of one moment looks come first.
      ranBefore = max(ranBefore, timer.kind == .look ? timer.at : timer.at.addingSaturating(1))
      // One that was moved meanwhile is found under its new moment.
      let subject = Int(timer.subject)
      switch timer.kind {
      case .look: if state.groups[subject]?.nextLook == timer.at { look(at: subject) }
      case .escalation: escalate(subject, Int(timer.rule), due: timer.at)
      case .incident: check(incident: subject, due: timer.at)
      }
    }
    ranBefore = max(ranBefore, moment)
  }

  private mutating func forgetWhatIsOver() {
    let now = state.now
    let over = state.alerts.filter { $0.value.groupCount == 0 && $0.value.isResolved(at: now) }
    for (fingerprint, alert) in over {
      state.counts.byFate[alert.fate, default: 0] += 1
      inhibition.remove(fingerprint, alert.labels)
      deduplication.remove(fingerprint, alert.labels)
      forgetDuplicates(of: fingerprint)
      state.rules.acknowledged[fingerprint] = nil
      state.alerts[fingerprint] = nil
    }
    forgetFlaps()
    if let within = rules.correlation?.within { state.rules.incidents.forget(before: now, within: within) }
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
