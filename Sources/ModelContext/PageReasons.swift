import IncidentModel
import Reporting
import TextReading

/// Why somebody was called: the symptom, the alerts an investigation looked at, the severity, and the rules that the alerts
/// meet at the desk. Those are not part of an investigation: where there is no desk to ask, it says so.
struct PageReasons {
  private static let maximumAlerts = 20
  private static let limitation =
    "This is answered from the investigation alone: which rule, route or silence an alert met on its way to a person is "
    + "not recorded in it."

  private static let standing =
    "The desk's rules are given as they stand now; when it was called they may have been others."

  let answer: ToolAnswer

  init(_ entry: InvestigationArchive.Entry, alert: String?, decisions: [DeskDecision]) {
    let report = entry.report
    let all = Self.alerts(report)
    func isWanted(_ text: String) -> Bool { alert.map { text.lowercased().contains($0.lowercased()) } ?? true }
    let wanted = all.filter { isWanted($0.statement) }
    let decided = decisions.filter { isWanted($0.alert) }.prefix(Self.maximumAlerts)
    let limitation = decisions.isEmpty ? Self.limitation : Self.standing
    var lines: [String] = []
    let symptom = report.incident.symptom
    let place = symptom.map { " at \($0.component)\($0.metric.map { ", \($0)" } ?? "")" } ?? ""
    if let alertedAt = report.incident.alertedAt {
      lines.append("Incident \(entry.id) was noticed at \(alertedAt)\(place).")
    } else {
      lines.append(
        "Nobody is known to have been called for incident \(entry.id)\(place); it was found without an alert.")
    }
    lines.append(
      "Severity \(report.incident.severity.rawValue): \(IncidentWording.line(report.incident.severityReason))")
    lines.append("Detection: \(IncidentWording.line(report.incident.detection))")
    if let alert, wanted.isEmpty, decided.isEmpty {
      lines.append(
        "The investigation knows of no alert with “\(IncidentWording.line(alert, 100))” in it; it knows of \(all.count)."
      )
    }
    lines += wanted.prefix(Self.maximumAlerts).map { "- \($0.source): \(IncidentWording.line($0.statement))" }
    if let lead = report.lead, report.outcome == .causeFound {
      lines.append("What it came from, as found: \(lead.id), \(lead.component), \(lead.fault.rawValue).")
    }
    if !decided.isEmpty { lines.append("What the alert desk makes of its alerts:") }
    lines += decided.flatMap(\.lines)
    lines.append(limitation)
    answer = ToolAnswer(
      text: lines.joined(separator: "\n"),
      values: [
        "incident": .string(entry.id),
        "alertedAt": report.incident.alertedAt.map { .string($0.description) } ?? .null,
        "symptom": symptom.map {
          ["component": .string($0.component.rawValue), "metric": $0.metric.map { .string($0) } ?? .null]
        } ?? .null,
        "severity": .string(report.incident.severity.rawValue),
        "severityReason": .string(report.incident.severityReason),
        "alerts": .array(
          wanted.prefix(Self.maximumAlerts).map { ["source": .string($0.source), "statement": .string($0.statement)] }),
        "decisions": .array(decided.map(\.json)), "limitation": .string(limitation),
      ])
  }

  /// The evidence and notes about alerts, each once.
  private static func alerts(_ report: IncidentReport) -> [(source: String, statement: String)] {
    var seen: Set<String> = []
    let items = report.findings.flatMap(\.evidence) + report.context.flatMap(\.evidence) + report.pathEvidence
    let evidence = items.filter { $0.kind == .alert && seen.insert($0.statement).inserted }
      .map { (source: $0.id, statement: $0.statement) }
    let notes = report.context.filter { $0.topic == .alert && seen.insert($0.statement).inserted }
      .map { (source: "context", statement: $0.statement) }
    return evidence + notes
  }
}
