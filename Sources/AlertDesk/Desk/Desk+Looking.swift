import IncidentModel

/// When a group's timer is due: who is muted, what is told to whom.
extension Desk {
  mutating func look(at number: Int) {
    guard let group = state.groups[number] else { return }
    if group.isRemoved(at: state.now, startedAt: state.startedAt) {
      state.groups.remove(number)
      return
    }
    let next = state.now.addingSaturating(timings[group.route].interval)
    state.groups[number]?.nextLook = next
    state.groups[number]?.wasLookedAt = true
    timers.insert(TimerQueue.Entry(at: next, subject: Int32(number)))
    guard !group.members.isEmpty else { return }
    let members = group.members.sorted()
    let told = audible(members, route: group.route)
    if !told.isEmpty { tellAll(told, of: number) }
    release(members, from: number)
  }

  /// The members that nothing mutes, in the order of Alertmanager's stages.
  private mutating func audible(_ members: [Fingerprint], route: Int) -> [Fingerprint] {
    let now = state.now
    var audible: [Fingerprint] = []
    let isMuted = hasIntervals[route] && mutingInterval(of: policy.tree.routes[route], at: now) != nil
    let active = silences.values.filter { $0.startsAt.nanoseconds <= now && now < $0.endsAt.nanoseconds }
    for fingerprint in members {
      guard let alert = state.alerts[fingerprint] else { continue }
      if inhibition.inhibits(alert.labels, among: state.alerts, at: now) {
        raise(fingerprint, to: .inhibited)
      } else if isMuted {
        raise(fingerprint, to: .mutedByInterval)
      } else if active.contains(where: { $0.mutes(alert.labels, at: now) }) {
        raise(fingerprint, to: .silenced)
      } else if isFlapping(fingerprint) {
        raise(fingerprint, to: .flapping)
      } else {
        audible.append(fingerprint)
      }
    }
    return audible
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
    state.alerts[fingerprint]?.fate = fate
    return true
  }

  /// What is over leaves its group once the group was looked at, unless it is held: then its end is told later.
  private mutating func release(_ members: [Fingerprint], from number: Int) {
    for fingerprint in members
    where (state.alerts[fingerprint]?.isResolved(at: state.now) ?? true) && !isFlapping(fingerprint) {
      state.groups[number]?.members.remove(fingerprint)
      state.alerts[fingerprint]?.groupCount -= 1
      state.alerts[fingerprint]?.isSettled = false
    }
    if state.groups[number]?.members.isEmpty == true { state.groups[number]?.emptySince = state.now }
  }
}
