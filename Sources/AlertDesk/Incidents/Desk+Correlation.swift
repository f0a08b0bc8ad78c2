import IncidentModel

extension Desk {
  /// Puts an alert that begins into the incident that it is near to, or opens one; incidents that it connects become one.
  mutating func correlate(_ fingerprint: Fingerprint) {
    guard let rule = rules.correlation, let alert = state.alerts[fingerprint] else { return }
    let component = component(of: alert.labels, rule)
    let begin = min(alert.startsAt, state.now)
    let links = links(from: component, at: begin, rule)
    let id = links.map(\.incident).min() ?? open(at: begin)
    for other in links.map(\.incident) where other != id { merge(other, into: id) }
    let isKnownMember = alert.incident == Int32(truncatingIfNeeded: id)
    state.alerts[fingerprint]?.incident = Int32(truncatingIfNeeded: id)
    state.rules.incidents.change(id) { $0.lastStart = max($0.lastStart, begin) }
    if !isKnownMember {
      let member = CorrelatedIncident.Member(
        fingerprint: fingerprint, startsAt: Timestamp(nanoseconds: alert.startsAt), component: component,
        link: links.first?.link)
      list([member], in: id)
      if !links.isEmpty { state.rules.incidents.note(.joined(id, alert: fingerprint)) }
    }
    let before = state.rules.incidents.seen[component.rawValue]?.at ?? .min
    state.rules.incidents.seen[component.rawValue] = IncidentRegister.Seen(
      incident: id, at: max(begin, before), fingerprint: fingerprint)
    scoreCompany(of: fingerprint, in: id)
    wake(incident: id)
  }

  /// Where an alert is: the component that its labels name, else its first group.
  private func component(of labels: LabelSet, _ rule: DeskRules.Correlation) -> ComponentID {
    if let named = neighbourhood.component(of: labels, rule.labels) { return named }
    let route = index.matching(labels).first ?? 0
    let group = policy.tree.routes[route].grouping.groupLabels(of: labels)
    return ComponentID("\(policy.tree.routes[route].key):\(group)")
  }

  /// The nearest alert of each open incident that is near, the nearest first.
  private func links(
    from component: ComponentID, at begin: Int64, _ rule: DeskRules.Correlation
  ) -> [(incident: Int, link: CorrelatedIncident.Link)] {
    let register = state.rules.incidents
    guard !register.seen.isEmpty else { return [] }
    var links: [(incident: Int, link: CorrelatedIncident.Link)] = []
    let places = neighbourhood.places(around: component, hops: rule.hops)
    for (index, place) in places.enumerated() {
      guard let seen = register.seen[place.component.rawValue], seen.at.addingSaturating(rule.within) >= begin,
        begin.addingSaturating(rule.within) >= seen.at
      else { continue }
      let id = register.current(seen.incident)
      guard register.incidents[id]?.isOpen == true, !links.contains(where: { $0.incident == id }) else { continue }
      links.append(
        (
          id,
          CorrelatedIncident.Link(
            to: seen.fingerprint, path: neighbourhood.path(to: index, in: places),
            secondsApart: Timestamp(nanoseconds: seen.at).seconds(until: Timestamp(nanoseconds: begin)))
        ))
    }
    return links
  }

  private mutating func open(at begin: Int64) -> Int {
    state.rules.incidents.lastID += 1
    let id = state.rules.incidents.lastID
    state.rules.incidents.incidents[id] = CorrelatedIncident(
      id: id, openedAt: Timestamp(nanoseconds: begin), lastStart: begin)
    state.rules.incidents.note(.opened(id))
    watch(id)
    return id
  }

  private mutating func list(_ members: [CorrelatedIncident.Member], in id: Int) {
    state.rules.incidents.change(id) { incident in
      let room = max(0, CorrelatedIncident.maximumMembers - incident.members.count)
      incident.members += members.prefix(room)
      incident.unlistedCount += max(0, members.count - room)
    }
  }

  private mutating func merge(_ other: Int, into id: Int) {
    guard let part = state.rules.incidents.incidents[other] else { return }
    for member in part.members where state.alerts[member.fingerprint]?.incident == Int32(truncatingIfNeeded: other) {
      state.alerts[member.fingerprint]?.incident = Int32(truncatingIfNeeded: id)
    }
    list(part.members, in: id)
    state.rules.incidents.change(id) { whole in
      whole.unlistedCount += part.unlistedCount
      whole.lastStart = max(part.lastStart, whole.lastStart)
      whole.investigatedCause = whole.investigatedCause ?? part.investigatedCause
      whole.acknowledgement = whole.acknowledgement ?? part.acknowledgement
    }
    for (receiver, page) in part.pages { notePage(of: id, to: receiver, at: page.at, rank: page.worst) }
    state.rules.incidents.change(other) { part in
      part.members = []
      part.mergedInto = id
    }
    if rules.noiseLabel != nil {
      let whole = state.rules.incidents.incidents[id]
      if part.isMixed || whole?.isMixed == true || part.rule != whole?.rule { mix(id) }
    }
    state.rules.incidents.note(.merged(other, into: id))
    wake(incident: other)
  }

  mutating func notePage(of id: Int, to receiver: String, at moment: Int64, rank: Int) {
    state.rules.incidents.change(id) { incident in
      let known = incident.pages[receiver]
      incident.pages[receiver] = CorrelatedIncident.Page(
        at: max(moment, known?.at ?? .min), worst: min(rank, known?.worst ?? .max))
    }
  }

  /// An alert among those of other rules leads to something, and so do they.
  private mutating func scoreCompany(of fingerprint: Fingerprint, in id: Int) {
    guard let label = rules.noiseLabel, let rule = state.alerts[fingerprint]?.labels[label],
      let incident = state.rules.incidents.incidents[id]
    else { return }
    if incident.isMixed {
      scoreUse(of: fingerprint)
    } else if let first = incident.rule {
      if first != rule { mix(id) }
    } else {
      state.rules.incidents.change(id) { $0.rule = rule }
    }
  }

  /// The alerts of an incident counted until now as being among their like.
  private mutating func mix(_ id: Int) {
    state.rules.incidents.change(id) { $0.isMixed = true }
    for member in state.rules.incidents.incidents[id]?.members ?? []
    where state.alerts[member.fingerprint]?.incident == Int32(truncatingIfNeeded: id) {
      scoreUse(of: member.fingerprint)
    }
  }

  // MARK: - Ends

  /// Looks again when the incident could have become quiet.
  private mutating func watch(_ id: Int) {
    guard let within = rules.correlation?.within else { return }
    let next = state.now.addingSaturating(within)
    timers.insert(TimerQueue.Entry(at: next, subject: Int32(truncatingIfNeeded: id), kind: .incident))
    state.rules.incidents.change(id) { $0.nextCheck = next }
  }

  mutating func check(incident id: Int, due: Int64) {
    guard let rule = rules.correlation, let incident = state.rules.incidents.incidents[id], incident.isOpen,
      incident.nextCheck == due
    else { return }
    let isQuiet = incident.lastStart.addingSaturating(rule.within) <= state.now
    if isQuiet, !fires(incident: id) {
      let moment = now
      state.rules.incidents.change(id) { $0.resolvedAt = moment }
      state.rules.incidents.note(.resolved(id))
    } else {
      watch(id)
    }
  }

  /// Whether any alert of an incident fires.
  func fires(incident id: Int) -> Bool {
    let id = state.rules.incidents.current(id)
    return state.rules.incidents.incidents[id]?.members.contains { member in
      guard let alert = state.alerts[member.fingerprint] else { return false }
      return alert.incident == Int32(truncatingIfNeeded: id) && !alert.isResolved(at: state.now)
    } ?? false
  }
}
