import IncidentModel

/// When a group's timer is due: who is muted, what is told to whom.
extension Desk {
  mutating func look(at number: Int) {
    guard let group = state.groups[number] else { return }
    if group.isRemoved(at: state.now, startedAt: state.startedAt) {
      removeGroup(number)
      return
    }
    let settings = policy.tree.routes[group.identity.route]
    let next = state.now.addingSaturating(settings.timing.interval)
    state.groups[number]?.nextLook = next
    state.groups[number]?.wasLookedAt = true
    timers.insert(TimerQueue.Entry(at: next, group: number))
    guard !group.members.isEmpty else { return }
    let members = group.members.sorted()
    let told = audible(members, settings)
    if !told.isEmpty { tell(told, of: group, settings) }
    release(members, from: number)
  }

  /// The members that nothing mutes, in the order of Alertmanager's stages.
  private mutating func audible(_ members: [Fingerprint], _ route: RoutingTree.Route) -> [Fingerprint] {
    let now = state.now
    var audible: [Fingerprint] = []
    let isMuted = mutingInterval(of: route, at: now) != nil
    let active = silences.values.filter { $0.startsAt.nanoseconds <= now && now < $0.endsAt.nanoseconds }
    for fingerprint in members {
      guard let alert = state.alerts[fingerprint] else { continue }
      if !inhibition.inhibitors(of: alert.labels, among: state.alerts, at: now, onlyFirst: true).isEmpty {
        raise(fingerprint, to: .inhibited)
      } else if isMuted {
        raise(fingerprint, to: .mutedByInterval)
      } else if active.contains(where: { $0.mutes(alert.labels, at: now) }) {
        raise(fingerprint, to: .silenced)
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

  private mutating func tell(_ members: [Fingerprint], of group: AlertGroup, _ route: RoutingTree.Route) {
    let now = state.now
    let alerts = members.compactMap { fingerprint in state.alerts[fingerprint].map { (fingerprint, $0) } }
    let firing = alerts.filter { !$0.1.isResolved(at: now) }.map(\.0)
    let resolved = alerts.filter { $0.1.isResolved(at: now) }.map(\.0)
    let receiverPlace = receiverOfRoute[group.identity.route]
    let receiver = policy.receivers[receiverPlace]
    for place in 0..<max(1, receiver.integrations.count) {
      let integration = receiver.integrations.isEmpty ? nil : receiver.integrations[place]
      let sendsResolved = integration?.sendsResolved ?? true
      let key = NotificationLog.Key(groupKey: group.key, receiver: receiverPlace, integration: place)
      let entry = state.log.entry(key, at: now, since: state.startedAt)
      let reason: Notification.Reason?
      if let entry {
        reason = entry.reason(
          firing: firing, resolved: resolved, sendsResolved: sendsResolved,
          repeatInterval: route.timing.repeatInterval, now: now)
      } else {
        reason = firing.isEmpty ? nil : .first
      }
      guard let reason else { continue }
      state.log.record(
        NotificationLog.Entry(
          at: now, firing: firing, resolved: resolved, repeatInterval: route.timing.repeatInterval), for: key)
      let sent = sendsResolved ? alerts : alerts.filter { !$0.1.isResolved(at: now) }
      guard !sent.isEmpty else { continue }
      send(
        Notification(
          at: Timestamp(nanoseconds: now), receiver: receiver.name, integration: place, kind: integration?.kind,
          groupKey: group.key, reason: reason,
          alerts: sent.map { fingerprint, alert in
            Notification.Alert(
              fingerprint: fingerprint, isFiring: !alert.isResolved(at: now),
              startsAt: Timestamp(nanoseconds: alert.startsAt))
          }))
      for (fingerprint, _) in sent { raise(fingerprint, to: .notified) }
    }
  }

  private mutating func raise(_ fingerprint: Fingerprint, to fate: AlertFate) {
    guard let known = state.alerts[fingerprint]?.fate, known < fate else { return }
    state.alerts[fingerprint]?.fate = fate
  }

  /// What is over leaves its group once the group was looked at.
  private mutating func release(_ members: [Fingerprint], from number: Int) {
    for fingerprint in members where state.alerts[fingerprint]?.isResolved(at: state.now) ?? true {
      state.groups[number]?.members.remove(fingerprint)
      state.alerts[fingerprint]?.groupCount -= 1
    }
    if state.groups[number]?.members.isEmpty == true { state.groups[number]?.emptySince = state.now }
  }
}
