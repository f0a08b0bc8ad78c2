import IncidentModel

extension Desk {
  mutating func receive(_ incoming: IncomingAlert) {
    state.counts.received += 1
    let now = state.now
    let end = incoming.endsAt?.nanoseconds
    let start = incoming.startsAt?.nanoseconds ?? end ?? now
    let report = ActiveAlert(
      labels: incoming.labels, annotations: incoming.annotations, startsAt: start,
      endsAt: end ?? now.addingSaturating(policy.resolveTimeout), updatedAt: now,
      endIsAssumed: end == nil)
    if let reason = rejection(report) {
      state.counts.rejected[reason, default: 0] += 1
      return
    }
    let fingerprint = report.labels.fingerprint
    let known = state.alerts[fingerprint]
    if known == nil, state.alerts.count >= limits.maximumAlertCount {
      state.counts.rejected[.tooMany, default: 0] += 1
      return
    }
    var alert = known?.merged(with: report, at: now) ?? report
    alert.groupCount = known?.groupCount ?? 0
    if let known {
      if known.isResolved(at: now) == alert.isResolved(at: now),
        alert.startsAt == known.startsAt || known.groupCount > 0
      {
        // The same as before: only its end may have moved.
        state.counts.deduplicated += 1
        alert.fate = known.fate
      } else {
        state.counts.byFate[known.fate, default: 0] += 1
      }
      alert.labels = known.labels
    } else {
      inhibition.insert(fingerprint, alert.labels)
    }
    state.alerts[fingerprint] = alert
    for route in index.matching(alert.labels) { group(fingerprint, alert.labels, route: route) }
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
