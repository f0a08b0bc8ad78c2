/// Alerts of one route with the same values of its group labels; looked at by a timer of its own.
struct AlertGroup: Hashable, Sendable, Codable {
  struct Identity: Hashable, Sendable, Codable {
    var route: Int
    var labels: LabelSet
  }

  var identity: Identity
  /// Alertmanager's group key.
  var key: String
  var members: Set<Fingerprint> = []
  var nextLook: Int64
  /// Whether its first wait is over.
  var wasLookedAt = false
  /// Since when it has had no members.
  var emptySince: Int64
  /// Receivers beside the route's.
  var others: [OtherReceiver] = []
  /// When each rule of escalation is due.
  var escalations: [Int: Int64] = [:]

  /// A receiver that is told because nobody acknowledged in time, or because it owns the suspected cause.
  struct OtherReceiver: Hashable, Sendable, Codable {
    var receiver: Int
    var because: String
  }

  /// Alertmanager removes empty groups by a ticker that runs since its start.
  static let cleaningInterval: Int64 = 30_000_000_000

  func isRemoved(at now: Int64, startedAt: Int64) -> Bool {
    guard members.isEmpty else { return false }
    return (now - startedAt) / Self.cleaningInterval > (emptySince - startedAt) / Self.cleaningInterval
  }
}

extension Desk {
  /// Puts an alert into its group of a route, which begins to wait where it is new.
  mutating func group(_ fingerprint: Fingerprint, _ labels: LabelSet, route: Int) {
    let settings = policy.tree.routes[route]
    let identity = AlertGroup.Identity(route: route, labels: groupLabels(labels, route: route))
    if let number = state.groupOfLabels[identity],
      state.groups[number]?.isRemoved(at: state.now, startedAt: state.startedAt) == true
    {
      removeGroup(number)
    }
    let number: Int
    if let known = state.groupOfLabels[identity] {
      number = known
    } else {
      number = state.nextGroup
      state.nextGroup += 1
      state.groupOfLabels[identity] = number
      state.groups[number] = AlertGroup(
        identity: identity, key: "\(settings.key):\(identity.labels)",
        nextLook: state.now.addingSaturating(settings.timing.wait), emptySince: state.now)
      if let at = state.groups[number]?.nextLook { timers.insert(TimerQueue.Entry(at: at, subject: number)) }
    }
    if state.groups[number]?.members.insert(fingerprint).inserted == true {
      state.alerts[fingerprint]?.groupCount += 1
    }
    hurry(number, startsAt: state.alerts[fingerprint]?.startsAt ?? state.now, wait: settings.timing.wait)
  }

  private func groupLabels(_ labels: LabelSet, route: Int) -> LabelSet {
    groupingNames[route].map { labels.keeping($0) } ?? labels
  }

  /// An alert that began longer ago than the group's wait is not made to wait again.
  private mutating func hurry(_ number: Int, startsAt: Int64, wait: Int64) {
    guard let group = state.groups[number], !group.wasLookedAt, group.nextLook > state.now,
      startsAt.addingSaturating(wait) < state.now
    else { return }
    state.groups[number]?.nextLook = state.now
    timers.insert(TimerQueue.Entry(at: state.now, subject: number))
  }

  mutating func removeGroup(_ number: Int) {
    guard let group = state.groups.removeValue(forKey: number) else { return }
    state.groupOfLabels[group.identity] = nil
  }
}
