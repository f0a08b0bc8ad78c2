import IncidentModel

extension Desk {
  mutating func receive(_ incoming: IncomingAlert) {
    state.counts.received += 1
    let now = state.now
    let end = incoming.endsAt?.nanoseconds
    let start = incoming.startsAt?.nanoseconds ?? end ?? now
    var report = ActiveAlert(
      labels: incoming.labels, annotations: incoming.annotations, startsAt: start,
      endsAt: end ?? now.addingSaturating(policy.resolveTimeout), updatedAt: now,
      endIsAssumed: end == nil)
    if let reason = rejection(report) {
      state.counts.rejected[reason, default: 0] += 1
      return
    }
    let own = report.labels.fingerprint
    guard let fingerprint = unite(&report, own),
      state.alerts.count < limits.maximumAlertCount || state.alerts[fingerprint] != nil
    else {
      state.counts.rejected[.tooMany, default: 0] += 1
      return
    }
    switch take(report, fingerprint, isDuplicate: fingerprint != own) {
    case .settled: return
    case .begins: noteStart(of: fingerprint)
    case .goesOn: break
    }
    guard let labels = state.alerts[fingerprint]?.labels else { return }
    wakeInhibited(by: labels)
    group(fingerprint, labels)
  }

  private enum Change {
    case begins
    case goesOn
    /// As before, or longer, and in all of its groups.
    case settled
  }

  /// Takes a report in, counts it, and says whether the alert begins with it.
  private mutating func take(_ report: ActiveAlert, _ fingerprint: Fingerprint, isDuplicate: Bool) -> Change {
    let now = state.now
    guard let place = state.alerts.index(forKey: fingerprint) else {
      inhibition.insert(fingerprint, report.labels)
      deduplication.insert(fingerprint, report.labels)
      state.alerts[fingerprint] = report
      return report.isResolved(at: now) ? .goesOn : .begins
    }
    let known = state.alerts.values[place]
    var alert = known.merged(with: report, at: now)
    alert.groupCount = known.groupCount
    alert.isSettled = known.isSettled
    alert.incident = known.incident
    alert.labels = known.labels
    let wasOver = known.isResolved(at: now)
    let isOver = alert.isResolved(at: now)
    let isSame = wasOver == isOver && (alert.startsAt == known.startsAt || known.groupCount > 0)
    if isSame {
      // Only its end may have moved.
      if isDuplicate { state.counts.deduplicatedInto += 1 } else { state.counts.deduplicated += 1 }
      alert.fate = known.fate
      alert.wasUseful = known.wasUseful
    } else {
      state.counts.byFate[known.fate, default: 0] += 1
    }
    state.alerts.values[place] = alert
    if wasOver, !isOver { return .begins }
    return isSame && alert.isSettled && alert.endsAt >= known.endsAt ? .settled : .goesOn
  }

  /// What is done once each time that an alert begins to fire.
  private mutating func noteStart(of fingerprint: Fingerprint) {
    guard let labels = state.alerts[fingerprint]?.labels else { return }
    state.rules.acknowledged[fingerprint] = nil
    countStart(fingerprint, labels)
    countStormStart()
    scoreStart(labels)
    correlate(fingerprint)
  }

  private func rejection(_ alert: ActiveAlert) -> DeskCounts.Rejection? {
    guard !alert.labels.isEmpty else { return .noLabels }
    guard alert.labels.bytes.count + alert.annotations.bytes.count <= limits.maximumAlertBytes else { return .tooLarge }
    guard alert.endsAt >= alert.startsAt else { return .endsBeforeStart }
    for set in [alert.labels, alert.annotations] {
      guard set.hasNames(allowedBy: policy.syntax) else { return .badName }
    }
    return nil
  }
}

extension LabelSet {
  func hasNames(allowedBy syntax: MatcherSyntax) -> Bool {
    guard syntax == .classic else { return bytes.first != Self.separator }
    return labels.allSatisfy { syntax.isLabelName($0.name) }
  }
}
