import IncidentModel

/// What nobody acknowledges in time is told to others as well.
extension Desk {
  /// Outside of a rule's time intervals it is looked again so much later, as fine as intervals are.
  private static let recheckInterval: Int64 = 60_000_000_000

  /// Lets each rule's time run from when an alert it is about was told first.
  mutating func armEscalations(of number: Int, _ members: [Fingerprint], _ outlook: inout Outlook) {
    guard !rules.escalation.isEmpty, let group = state.groups[number] else { return }
    // One that counts as told since another of its groups tells it makes the time run as well.
    let isAllTold = members.allSatisfy { fingerprint in
      state.alerts[fingerprint].map { $0.fate == .notified || $0.isResolved(at: state.now) } ?? true
    }
    if !isAllTold { outlook.mustLookAgain() }
    for (place, rule) in rules.escalation.enumerated()
    where group.escalations[place] == nil && !tells(group, rule.receiver)
      && members.contains(where: { isWaiting($0, for: rule) })
    {
      arm(number, place, at: state.now.addingSaturating(rule.after))
    }
  }

  private func tells(_ group: AlertGroup, _ receiver: String) -> Bool {
    let place = placeOfReceiver[receiver]
    return receiverOfRoute[group.route] == place || group.others.contains { $0.receiver == place }
  }

  private mutating func arm(_ number: Int, _ rule: Int, at moment: Int64) {
    state.groups[number]?.escalations[rule] = moment
    timers.insert(TimerQueue.Entry(at: moment, subject: Int32(number), rule: Int16(rule), kind: .escalation))
  }

  private func isWaiting(_ fingerprint: Fingerprint, for rule: DeskRules.Escalation) -> Bool {
    guard let alert = state.alerts[fingerprint], !alert.isResolved(at: state.now), alert.fate == .notified,
      !isAcknowledged(fingerprint)
    else { return false }
    return rule.matchers.allSatisfy { $0.matches(alert.labels) }
  }

  func isAcknowledged(_ fingerprint: Fingerprint) -> Bool { state.rules.acknowledged[fingerprint] != nil }

  mutating func escalate(_ number: Int, _ place: Int, due: Int64) {
    guard let group = state.groups[number], group.escalations[place] == due,
      rules.escalation.indices.contains(place)
    else { return }
    let rule = rules.escalation[place]
    wake(number)
    state.groups[number]?.escalations[place] = nil
    let waiting = group.members.sorted().filter { isWaiting($0, for: rule) }
    guard !waiting.isEmpty, let receiver = placeOfReceiver[rule.receiver] else { return }
    let applies =
      rule.during.isEmpty || rule.during.contains { intervals[$0]?.contains(now) == true }
    guard applies else {
      arm(number, place, at: state.now.addingSaturating(Self.recheckInterval))
      return
    }
    let because = "not acknowledged for \(PromDuration.text(nanoseconds: rule.after))"
    add(AlertGroup.OtherReceiver(receiver: receiver, because: because), to: number, group)
    var outlook = Outlook()
    tell(waiting, of: group, to: receiver, because: because, &outlook)
  }

  mutating func acknowledge(_ subject: DeskEvent.Subject, by person: String) {
    let acknowledgement = Acknowledgement(by: person, at: now)
    switch subject {
    case .alert(let fingerprint): acknowledge(representative(of: fingerprint), acknowledgement)
    case .incident(let id):
      let id = state.rules.incidents.current(id)
      state.rules.incidents.change(id) { $0.acknowledgement = acknowledgement }
      for member in state.rules.incidents.incidents[id]?.members ?? []
      where state.alerts[member.fingerprint]?.incident == Int32(truncatingIfNeeded: id) {
        acknowledge(member.fingerprint, acknowledgement)
      }
    }
  }

  private mutating func acknowledge(_ fingerprint: Fingerprint, _ acknowledgement: Acknowledgement) {
    guard let alert = state.alerts[fingerprint], !alert.isResolved(at: state.now) else { return }
    state.rules.acknowledged[fingerprint] = acknowledgement
    scoreUse(of: fingerprint)
  }
}
