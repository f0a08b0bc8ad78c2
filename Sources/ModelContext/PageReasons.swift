import IncidentModel
import Reporting
import TextReading

/// Why somebody was called, as far as an investigation knows: the symptom, the alerts it looked at, the severity. The
/// rules that a notification passed (grouping, routes, silences) are not part of an investigation, and it says so.
struct PageReasons {
  private static let maximumAlerts = 20
  private static let limitation =
    "This is answered from the investigation alone: which rule, route or silence an alert met on its way to a person is "
    + "not recorded in it."

  let answer: ToolAnswer

  init(_ entry: InvestigationArchive.Entry, alert: String?) {
    let report = entry.report
    let all = Self.alerts(report)
    let wanted = alert.map { name in all.filter { $0.statement.lowercased().contains(name.lowercased()) } } ?? all
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
    if let alert, wanted.isEmpty {
      lines.append(
        "The investigation knows of no alert with “\(IncidentWording.line(alert, 100))” in it; it knows of \(all.count)."
      )
    }
    lines += wanted.prefix(Self.maximumAlerts).map { "- \($0.source): \(IncidentWording.line($0.statement))" }
    if let lead = report.lead, report.outcome == .causeFound {
      lines.append("What it came from, as found: \(lead.id), \(lead.component), \(lead.fault.rawValue).")
    }
    lines.append(Self.limitation)
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
        "limitation": .string(Self.limitation),
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
