import IncidentModel

/// Who is told of a group's alerts, by which of the receiver's integrations, and whether that is a page.
extension Desk {
  /// Tells the route's receiver, then the owners of suspected causes and those whom escalation has brought in.
  mutating func tellAll(_ members: [Fingerprint], of number: Int, _ outlook: inout Outlook) {
    guard let group = state.groups[number] else { return }
    tell(members, of: group, to: receiverOfRoute[group.route], because: nil, &outlook)
    addOwners(members, to: number)
    for other in state.groups[number]?.others ?? [] {
      tell(members, of: group, to: other.receiver, because: other.because, &outlook)
    }
    armEscalations(of: number, members, &outlook)
  }

  /// What one integration would be told, and why.
  private struct Plan {
    var place: Int
    var integration: Receiver.Integration?
    var key: NotificationLog.Key
    var reason: Notification.Reason

    var sendsResolved: Bool { integration?.sendsResolved ?? true }
  }

  mutating func tell(
    _ members: [Fingerprint], of group: AlertGroup, to receiverPlace: Int, because: String?,
    _ outlook: inout Outlook
  ) {
    let now = state.now
    let receiver = policy.receivers[receiverPlace]
    let repeatInterval = timings[group.route].repeatInterval
    let all = members
    let members =
      isInStorm
      ? withoutHeldByStorm(all, told: toldFiring(of: group, receiverPlace), receiver: receiver.name) : all
    if members.count < all.count { outlook.mustLookAgain() }
    var firing: [Fingerprint] = []
    var resolved: [Fingerprint] = []
    for fingerprint in members {
      guard let isOver = state.alerts[fingerprint]?.isResolved(at: now) else { continue }
      if isOver { resolved.append(fingerprint) } else { firing.append(fingerprint) }
    }
    var plans = plans(group, receiverPlace, firing: firing, resolved: resolved)
    guard !plans.isEmpty else {
      for entry in entries(group.identity, to: receiverPlace) {
        outlook.changes(at: entry.expiry)
        outlook.changes(at: entry.at.addingSaturating(repeatInterval).addingSaturating(1))
      }
      return
    }
    outlook.mustLookAgain()
    let pages = plans.contains { $0.reason.tellsOfFiring }
    let isUpdate = pages && isKnown(firing, to: receiver.name, for: repeatInterval)
    if pages, !isUpdate {
      if exhaustedBudget(of: receiver.name, firing) != nil {
        // Nothing is recorded, so that the next look tries again.
        plans.removeAll { $0.reason.tellsOfFiring }
        for fingerprint in firing { raise(fingerprint, to: .overBudget) }
      } else {
        spendPage(of: receiver.name)
        notePages(firing, to: receiver.name)
      }
    }
    for plan in plans {
      state.log.record(
        NotificationLog.Entry(at: now, firing: firing, resolved: resolved, repeatInterval: repeatInterval),
        for: plan.key)
      let sent = plan.sendsResolved ? members : firing
      guard !sent.isEmpty else { continue }
      send(
        Notification(
          at: Timestamp(nanoseconds: now), receiver: receiver.name, integration: plan.place,
          kind: plan.integration?.kind, groupKey: groupKey(group.identity), groupLabels: group.identity.labels,
          reason: plan.reason,
          alerts: sent.compactMap { fingerprint in
            state.alerts[fingerprint].map { alert in
              Notification.Alert(
                fingerprint: fingerprint, isFiring: !alert.isResolved(at: now),
                startsAt: Timestamp(nanoseconds: alert.startsAt))
            }
          },
          because: because, incidents: incidents(of: firing.isEmpty ? resolved : firing),
          isUpdate: isUpdate && plan.reason.tellsOfFiring,
          heldByStorm: isInStorm ? state.rules.storm.byReceiver[receiver.name]?.held ?? 0 : 0))
      for fingerprint in sent { raise(fingerprint, to: .notified) }
    }
  }

  private func plans(
    _ group: AlertGroup, _ receiverPlace: Int, firing: [Fingerprint], resolved: [Fingerprint]
  ) -> [Plan] {
    let integrations = policy.receivers[receiverPlace].integrations
    return (0..<max(1, integrations.count)).compactMap { place in
      let integration = integrations.isEmpty ? nil : integrations[place]
      let key = logKey(group.identity, receiverPlace, place)
      let reason: Notification.Reason?
      if let entry = state.log.entry(key, at: state.now, since: state.startedAt) {
        reason = entry.reason(
          firing: firing, resolved: resolved, sendsResolved: integration?.sendsResolved ?? true,
          repeatInterval: timings[group.route].repeatInterval, now: state.now)
      } else {
        reason = firing.isEmpty ? nil : .first
      }
      return reason.map { Plan(place: place, integration: integration, key: key, reason: $0) }
    }
  }

  /// Routes with the same matchers share what was told, as they share Alertmanager's group key.
  func logKey(_ identity: AlertGroup.Identity, _ receiver: Int, _ integration: Int) -> NotificationLog.Key {
    var identity = identity
    identity.route = firstWithKey[Int(identity.route)]
    return NotificationLog.Key(
      group: identity, receiver: Int32(truncatingIfNeeded: receiver),
      integration: Int32(truncatingIfNeeded: integration))
  }

  /// What a receiver was told last of a group, by each of its integrations.
  func entries(_ identity: AlertGroup.Identity, to receiver: Int) -> [NotificationLog.Entry] {
    (0..<max(1, policy.receivers[receiver].integrations.count)).compactMap { place in
      state.log.entry(logKey(identity, receiver, place), at: state.now, since: state.startedAt)
    }
  }

  /// What the receiver was told to fire, by any of its integrations.
  private func toldFiring(of group: AlertGroup, _ receiver: Int) -> Set<Fingerprint> {
    entries(group.identity, to: receiver).reduce(into: []) { $0.formUnion($1.firing) }
  }

  // MARK: - Incidents

  private func incidents(of firing: [Fingerprint]) -> [Int] {
    guard rules.correlation != nil else { return [] }
    return Set(firing.compactMap { state.alerts[$0].map { Int($0.incident) } }).subtracting([0]).sorted()
  }

  /// Whether all of it belongs to incidents that the receiver was paged for lately, for something as bad.
  private func isKnown(_ firing: [Fingerprint], to receiver: String, for interval: Int64) -> Bool {
    guard rules.correlation != nil, !firing.isEmpty else { return false }
    let oldest = state.now.addingSaturating(-interval)
    return firing.allSatisfy { fingerprint in
      guard let alert = state.alerts[fingerprint],
        let page = state.rules.incidents.incidents[Int(alert.incident)]?.pages[receiver]
      else { return false }
      return page.at >= oldest && page.worst <= severityRank(of: alert)
    }
  }

  private mutating func notePages(_ firing: [Fingerprint], to receiver: String) {
    guard rules.correlation != nil else { return }
    for fingerprint in firing {
      guard let alert = state.alerts[fingerprint] else { continue }
      notePage(
        of: Int(alert.incident), to: receiver, at: state.now, rank: severityRank(of: alert))
    }
  }

  /// Whoever owns the suspected cause of what fires is told from now on, as of all that the group tells.
  private mutating func addOwners(_ members: [Fingerprint], to number: Int) {
    guard !rules.owners.isEmpty, let group = state.groups[number] else { return }
    for incident in incidents(of: members.filter { state.alerts[$0]?.isResolved(at: state.now) == false }) {
      guard let (rule, cause) = owner(of: incident), let receiver = placeOfReceiver[rule.receiver] else { continue }
      add(
        AlertGroup.OtherReceiver(receiver: receiver, because: "owns \(cause), the suspected cause"), to: number, group)
    }
  }

  mutating func add(_ other: AlertGroup.OtherReceiver, to number: Int, _ group: AlertGroup) {
    guard other.receiver != receiverOfRoute[group.route],
      state.groups[number]?.others.contains(where: { $0.receiver == other.receiver }) == false
    else { return }
    state.groups[number]?.others.append(other)
  }
}
