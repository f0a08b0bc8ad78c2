import IncidentModel

/// When a group's timer is due: who is muted, what is told to whom.
extension Desk {
  mutating func look(at number: Int) {
    guard let group = state.groups[number] else { return }
    if group.isRemoved(at: state.now, startedAt: state.startedAt) {
      state.groups.remove(number)
      return
    }
    state.groups[number]?.wasLookedAt = true
    guard !group.members.isEmpty else {
      rest(number, outlook(ofEmpty: group))
      return
    }
    var outlook = Outlook()
    let members = group.members.sorted()
    let told = audible(members, route: group.route, &outlook)
    if !told.isEmpty { tellAll(told, of: number, &outlook) }
    release(members, from: number, &outlook)
    rest(number, outlook)
  }

  /// The members that nothing mutes, in the order of Alertmanager's stages.
  private mutating func audible(
    _ members: [Fingerprint], route: Int, _ outlook: inout Outlook
  ) -> [Fingerprint] {
    let now = state.now
    var audible: [Fingerprint] = []
    let isMuted = hasIntervals[route] && mutingInterval(of: policy.tree.routes[route], at: now) != nil
    if hasIntervals[route] { outlook.changes(at: intervalsHold(for: policy.tree.routes[route], from: now)) }
    let silences = silences.values.filter { $0.endsAt.nanoseconds > now }
    for fingerprint in members {
      guard let alert = state.alerts[fingerprint] else { continue }
      if !alert.isResolved(at: now) { outlook.changes(at: alert.endsAt) }
      if let held = heldUntil(fingerprint) { outlook.changes(at: held) }
      if let end = inhibition.inhibits(alert.labels, among: state.alerts, at: now) {
        outlook.changes(at: end)
        raise(fingerprint, to: .inhibited)
      } else if isMuted {
        raise(fingerprint, to: .mutedByInterval)
      } else if isSilenced(alert.labels, silences, &outlook) {
        raise(fingerprint, to: .silenced)
      } else if isFlapping(fingerprint) {
        raise(fingerprint, to: .flapping)
      } else {
        audible.append(fingerprint)
      }
    }
    return audible
  }

  private func isSilenced(_ labels: LabelSet, _ silences: [Silence], _ outlook: inout Outlook) -> Bool {
    let matching = silences.filter { silence in silence.matchers.allSatisfy { $0.matches(labels) } }
    if let active = matching.first(where: { $0.startsAt.nanoseconds <= state.now }) {
      outlook.changes(at: active.endsAt.nanoseconds)
      return true
    }
    for silence in matching { outlook.changes(at: silence.startsAt.nanoseconds) }
    return false
  }

  /// Until when no interval of a route begins or ends.
  private func intervalsHold(for route: RoutingTree.Route, from now: Int64) -> Int64 {
    let moment = Timestamp(nanoseconds: now)
    return (route.activeIntervals + route.muteIntervals).compactMap { intervals[$0]?.holds(from: moment).nanoseconds }
      .min() ?? .max
  }

  /// Why a route tells nobody at a moment: it is outside its active intervals, or inside a mute one.
  func mutingInterval(of route: RoutingTree.Route, at now: Int64) -> (name: String, isOutside: Bool)? {
    let moment = Timestamp(nanoseconds: now)
    let active = route.activeIntervals
    if let first = active.first, !active.contains(where: { intervals[$0]?.contains(moment) == true }) {
      return (first, true)
    }
    return route.muteIntervals.first { intervals[$0]?.contains(moment) == true }.map { ($0, false) }
  }

  /// Whether the alert had come to less before.
  @discardableResult
  mutating func raise(_ fingerprint: Fingerprint, to fate: AlertFate) -> Bool {
    guard let known = state.alerts[fingerprint]?.fate, known < fate else { return false }
    if fate == .notified, !rules.flapping.isEmpty { state.rules.flaps[fingerprint]?.toldAt = state.now }
    state.alerts[fingerprint]?.fate = fate
    return true
  }

  /// What is over leaves its group once the group was looked at, unless it is held: then its end is told later.
  private mutating func release(_ members: [Fingerprint], from number: Int, _ outlook: inout Outlook) {
    for fingerprint in members
    where (state.alerts[fingerprint]?.isResolved(at: state.now) ?? true) && !isFlapping(fingerprint) {
      state.groups[number]?.members.remove(fingerprint)
      state.alerts[fingerprint]?.groupCount -= 1
      state.alerts[fingerprint]?.isSettled = false
      outlook.mustLookAgain()
    }
    if state.groups[number]?.members.isEmpty == true { state.groups[number]?.emptySince = state.now }
  }
}
