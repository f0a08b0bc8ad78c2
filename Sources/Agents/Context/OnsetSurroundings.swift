import IncidentModel
import Telemetry

/// What people changed and what alerted around the onset.
struct OnsetSurroundings {
  /// Changes take effect within this time, or not at all.
  static let changeLookBackSeconds = 7200.0
  /// Clocks differ; a change recorded this long after the onset may still have been the cause.
  static let clockToleranceSeconds = 120.0
  /// An alert that fired so long before the onset belongs to something else.
  static let standingAlertSeconds = 1800.0
  private static let maximumNoteCount = 20

  let onset: Timestamp
  let windowEnd: Timestamp
  /// Components with a signal.
  let noticed: Set<ComponentID>

  /// The changes nearest to the onset first.
  func notes(on changes: [ChangeEvent]) -> [ContextNote] {
    let near = changes.filter {
      let lead = $0.time.seconds(until: onset)
      return lead <= Self.changeLookBackSeconds && lead >= -Self.clockToleranceSeconds
    }
    let ordered = near.enumerated().sorted { left, right in
      (abs(left.element.time.seconds(until: onset)), left.offset)
        < (abs(right.element.time.seconds(until: onset)), right.offset)
    }
    return ordered.prefix(Self.maximumNoteCount).map { note(on: $0.element) }
  }

  /// Alerts that fired around the onset by time, then those that had stood for long.
  func notes(on alerts: [Alert]) -> [ContextNote] {
    let relevant = alerts.filter { $0.startsAt < windowEnd && ($0.endsAt.map { $0 >= onset } ?? true) }
    var groups: [AlertGroup: [Alert]] = [:]
    for alert in relevant {
      let isStanding = alert.startsAt.seconds(until: onset) > Self.standingAlertSeconds
      let group = AlertGroup(isStanding: isStanding, name: alert.name, component: alert.component)
      groups[group, default: []].append(alert)
    }
    let notes = groups.map { group, alerts in (group, alerts.map(\.startsAt).min() ?? onset, alerts) }
      .sorted { ($0.0.isStanding ? 1 : 0, $0.1, $0.0) < ($1.0.isStanding ? 1 : 0, $1.1, $1.0) }
    return notes.prefix(Self.maximumNoteCount).map { note(on: $0.0, since: $0.1, $0.2) }
  }

  private func note(on change: ChangeEvent) -> ContextNote {
    let lead = change.time.seconds(until: onset)
    var statement = "\(change.component) saw a change (\(change.kind.rawValue)) \(when(lead)): \(change.summary)"
    if let from = change.from, let to = change.to { statement += ", from \(from) to \(to)" }
    if let by = change.by { statement += ", by \(by)" }
    statement += noticed.contains(change.component) ? "; signals were seen there." : "; no signal was seen there."
    var digest = ContentDigest()
    digest.update(change.time.nanoseconds)
    for text in [change.component.rawValue, change.kind.rawValue, change.summary] { digest.update(text) }
    let evidence = Evidence(
      kind: .change, statement: statement,
      query: Evidence.Query(
        source: "changes", expression: "component=\"\(change.component)\",kind=\"\(change.kind.rawValue)\"",
        window: TimeWindow(start: change.time, end: change.time.advanced(bySeconds: 1))),
      digest: digest.finalize(), value: lead, unit: "s")
    return ContextNote(
      topic: .change, components: [change.component], at: change.time, statement: statement, evidence: [evidence])
  }

  private func note(on group: AlertGroup, since start: Timestamp, _ alerts: [Alert]) -> ContextNote {
    let lead = start.seconds(until: onset)
    let place = group.component.map { " at \($0)" } ?? ""
    let times = alerts.count == 1 ? "" : ", \(alerts.count) times"
    var statement = "The alert \(group.name)\(place) fired \(when(lead))\(times)"
    statement += group.isStanding ? "; it stood long before this incident and does not mark it." : "."
    var digest = ContentDigest()
    for alert in alerts {
      digest.update(alert.startsAt.nanoseconds)
      digest.update(alert.endsAt?.nanoseconds ?? 0)
    }
    let component = group.component.map { ",component=\"\($0)\"" } ?? ""
    let evidence = Evidence(
      kind: .alert, supports: !group.isStanding, statement: statement,
      query: Evidence.Query(
        source: "alerts", expression: "alertname=\"\(group.name)\"\(component)",
        window: TimeWindow(start: start, end: windowEnd)),
      digest: digest.finalize(), value: Double(alerts.count), unit: "alerts")
    return ContextNote(
      topic: .alert, components: group.component.map { [$0] } ?? [], at: start, statement: statement,
      evidence: [evidence])
  }

  private func when(_ lead: Double) -> String {
    if abs(lead) < 1 { return "at the onset" }
    return "\(durationInWords(abs(lead))) \(lead > 0 ? "before" : "after") the onset"
  }
}

private struct AlertGroup: Hashable, Comparable {
  var isStanding: Bool
  var name: String
  var component: ComponentID?

  static func < (left: AlertGroup, right: AlertGroup) -> Bool {
    (left.name, left.component?.rawValue ?? "") < (right.name, right.component?.rawValue ?? "")
  }
}
