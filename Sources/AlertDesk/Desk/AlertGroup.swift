/// Alerts of one route with the same values of its group labels; looked at by a timer of its own.
struct AlertGroup: Hashable, Sendable, Codable {
  struct Identity: Hashable, Sendable, Codable {
    var labels: LabelSet
    var route: Int32
  }

  var identity: Identity
  /// Whether its first wait is over.
  var wasLookedAt = false
  /// Whether looks are left out until the next one, since they would do nothing. What is kept has the look that comes next
  /// were none left out, and nobody asleep.
  var isAsleep = false
  var members: Set<Fingerprint> = []
  var nextLook: Int64
  /// Since when it has had no members.
  var emptySince: Int64
  /// Receivers beside the route's.
  var others: [OtherReceiver] = []
  /// When each rule of escalation is due.
  var escalations: [Int: Int64] = [:]

  private enum CodingKeys: CodingKey {
    case identity, wasLookedAt, members, nextLook, emptySince, others, escalations
  }

  var route: Int { Int(identity.route) }

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
  /// Puts an alert into its group of each route that it ends at.
  mutating func group(_ fingerprint: Fingerprint, _ labels: LabelSet) {
    let routes = index.matching(labels)
    let startsAt = state.alerts[fingerprint]?.startsAt ?? state.now
    var joined: Int32 = 0
    var isSettled = true
    for route in routes {
      let (number, isNewMember) = join(fingerprint, identity(labels, route: route))
      if isNewMember { joined += 1 }
      hurry(number, startsAt: startsAt, wait: timings[route].wait)
      wake(number)
      if state.groups[number]?.wasLookedAt != true { isSettled = false }
    }
    state.alerts[fingerprint]?.groupCount += joined
    state.alerts[fingerprint]?.isSettled = isSettled
  }

  func identity(_ labels: LabelSet, route: Int) -> AlertGroup.Identity {
    AlertGroup.Identity(
      labels: groupingNames[route].map { labels.keeping($0) } ?? labels, route: Int32(truncatingIfNeeded: route))
  }

  /// A group begins to wait where it is new.
  private mutating func join(_ fingerprint: Fingerprint, _ identity: AlertGroup.Identity) -> (Int, Bool) {
    if let number = state.groups.number(of: identity) {
      if state.groups[number]?.isRemoved(at: state.now, startedAt: state.startedAt) != true {
        return (number, state.groups[number]?.members.insert(fingerprint).inserted ?? false)
      }
      state.groups.remove(number)
    }
    let next = state.now.addingSaturating(timings[Int(identity.route)].wait)
    let number = state.groups.insert(
      AlertGroup(identity: identity, members: [fingerprint], nextLook: next, emptySince: state.now))
    timers.insert(TimerQueue.Entry(at: next, subject: Int32(number)))
    return (number, true)
  }

  /// An alert that began longer ago than the group's wait is not made to wait again.
  private mutating func hurry(_ number: Int, startsAt: Int64, wait: Int64) {
    guard startsAt.addingSaturating(wait) < state.now, let group = state.groups[number], !group.wasLookedAt,
      group.nextLook > state.now
    else { return }
    state.groups[number]?.nextLook = state.now
    timers.insert(TimerQueue.Entry(at: state.now, subject: Int32(number)))
  }

  /// Alertmanager's group key.
  func groupKey(_ identity: AlertGroup.Identity) -> String {
    "\(policy.tree.routes[Int(identity.route)].key):\(identity.labels)"
  }
}
