import IncidentModel
import LanguageModels
import Reporting
import TextReading

/// Reports in the words and values of tool answers.
enum IncidentWording {
  typealias Entry = InvestigationArchive.Entry

  private static let findings = 5
  private static let evidencePerFinding = 6
  private static let remediations = 4
  private static let timeline = 12

  /// The outcome with the leading cause, on one line.
  static func headline(_ entry: Entry) -> String {
    let report = entry.report
    let title = report.incident.title == entry.id ? "" : "\(line(report.incident.title, 120)); "
    let state = entry.isConcluded ? "" : " (the investigation has not ended)"
    guard report.outcome == .causeFound, let lead = report.lead else {
      return "\(title)\(report.outcome == .healthy ? "healthy" : "not enough to say")\(state)"
    }
    return "\(title)\(lead.component), \(lead.fault.rawValue), confidence \(percent(lead.confidence))\(state)"
  }

  static func summary(_ entry: Entry) -> JSONValue {
    let incident = entry.report.incident
    var members: [String: JSONValue] = [
      "id": .string(entry.id), "title": .string(line(incident.title, 300)),
      "severity": .string(incident.severity.rawValue), "outcome": .string(entry.report.outcome.rawValue),
      "concluded": .bool(entry.isConcluded), "origin": .string(entry.origin),
      "onset": incident.onset.map { .string($0.description) } ?? .null,
      "alertedAt": incident.alertedAt.map { .string($0.description) } ?? .null,
      "environment": incident.environment.map { .string($0) } ?? .null,
    ]
    members["lead"] = entry.report.lead.map(cause) ?? .null
    return .object(members)
  }

  private static func cause(_ finding: IncidentReport.Finding) -> JSONValue {
    [
      "hypothesis": .string(finding.id.rawValue), "component": .string(finding.component.rawValue),
      "componentKind": .string(finding.componentKind.rawValue), "fault": .string(finding.fault.rawValue),
      "cause": finding.cause.map { .string($0) } ?? .null, "confidence": .number(finding.confidence),
      "ruledOut": .bool(finding.vetoed),
    ]
  }

  static func explanation(_ entry: Entry) -> ToolAnswer {
    let report = entry.report
    var lines = ["Incident \(entry.id): \(headline(entry)).", "Detection: \(line(report.incident.detection))"]
    if report.outcome == .abstained {
      lines.append("The best suspect stays below the confidence an answer needs, \(percent(report.abstentionLine)).")
    }
    for finding in report.findings.prefix(findings) { lines += words(of: finding) }
    for advice in report.remediations.prefix(remediations) {
      lines.append(
        "Proposed \(advice.id) for \(advice.finding): \(line(advice.title)). Risk \(advice.risk.rawValue), "
          + "\(advice.approval == .required ? "waits for a person's approval" : "needs no approval"); it cannot be run from here."
      )
    }
    if !report.timeline.isEmpty { lines.append("Timeline:") }
    lines += report.timeline.prefix(timeline).map { "- \($0.at) \(line($0.what)) [\($0.source)]" }
    lines += report.nextChecks.map { "Would tell: \(line($0))" }
    lines += report.blindSpots.prefix(8).map { "Not seen: \(line($0))" }
    var values = summary(entry).object ?? [:]
    values["findings"] = .array(report.findings.prefix(findings).map(self.values))
    values["ranking"] = .array(report.ranking.prefix(20).map { .string($0.rawValue) })
    values["remediations"] = .array(report.remediations.prefix(remediations).map(self.values))
    values["timeline"] = .array(
      report.timeline.prefix(timeline).map {
        ["at": .string($0.at.description), "what": .string($0.what), "source": .string($0.source)]
      })
    values["impact"] = .array(report.impact.services.prefix(50).map { .string($0) })
    values["blindSpots"] = .array(report.blindSpots.prefix(8).map { .string($0) })
    values["nextChecks"] = .array(report.nextChecks.map { .string($0) })
    return ToolAnswer(text: lines.joined(separator: "\n"), values: values)
  }

  private static func words(of finding: IncidentReport.Finding) -> [String] {
    let standing = finding.vetoed ? "ruled out by a test" : "confidence \(percent(finding.confidence))"
    var lines = ["\(finding.id) (\(standing)): \(line(finding.statement))"]
    lines += finding.evidence.prefix(evidencePerFinding).map {
      "- \($0.id) \($0.supports ? "for" : "against") it: \(line($0.statement))"
    }
    let tests = finding.critiques.filter { $0.verdict == .weakens || $0.verdict == .vetoes }
    lines += tests.prefix(3).map { "- test \($0.test) \($0.verdict.rawValue): \(line($0.statement))" }
    return lines
  }

  private static func values(_ finding: IncidentReport.Finding) -> JSONValue {
    var members = cause(finding).object ?? [:]
    members["statement"] = .string(finding.statement)
    members["onset"] = finding.onset.map { .string($0.description) } ?? .null
    members["propagation"] = .array(finding.propagation.prefix(20).map { .string($0.rawValue) })
    members["evidence"] = .array(
      finding.evidence.prefix(evidencePerFinding).map { item in
        [
          "id": .string(item.id), "kind": .string(item.kind.rawValue), "supports": .bool(item.supports),
          "statement": .string(item.statement),
        ]
      })
    members["tests"] = .array(
      finding.critiques.prefix(12).map { test in
        ["test": .string(test.test), "verdict": .string(test.verdict.rawValue), "statement": .string(test.statement)]
      })
    return .object(members)
  }

  private static func values(_ advice: IncidentReport.Advice) -> JSONValue {
    [
      "id": .string(advice.id.rawValue), "finding": .string(advice.finding.rawValue), "title": .string(advice.title),
      "runbook": advice.runbook.map { .string($0) } ?? .null, "risk": .string(advice.risk.rawValue),
      "approval": .string(advice.approval.rawValue), "reversible": .bool(advice.reversible),
      "steps": .array(advice.steps.prefix(12).map { .string($0.title) }),
      "blastRadius": .array(advice.blastRadius.prefix(20).map { .string($0.rawValue) }),
    ]
  }

  static func evidence(_ item: IncidentReport.EvidenceItem, in entry: Entry) -> ToolAnswer {
    let citing = entry.report.findings.filter { $0.evidence.contains { $0.id == item.id } }
    let uses = citing.map { finding in
      let supports = finding.evidence.first { $0.id == item.id }?.supports ?? item.supports
      return "\(supports ? "for" : "against") \(finding.id), \(finding.component)"
    }
    let text = [
      "\(item.id) of incident \(entry.id), \(item.kind.rawValue): \(line(item.statement))",
      uses.isEmpty
        ? "No finding cites it; it stands in the context or the timeline."
        : "It speaks \(uses.joined(separator: "; ")).",
      "Value \(item.value) \(item.unit). Computed again by \(line(item.query.source)): \(line(item.query.expression)) "
        + "from \(item.query.window.start) to \(item.query.window.end); digest \(item.digest).",
    ]
    return ToolAnswer(
      text: text.joined(separator: "\n"),
      values: [
        "incident": .string(entry.id), "id": .string(item.id), "kind": .string(item.kind.rawValue),
        "supports": .bool(item.supports), "statement": .string(item.statement), "value": .number(item.value),
        "unit": .string(item.unit), "digest": .string(item.digest),
        "query": [
          "source": .string(item.query.source), "expression": .string(item.query.expression),
          "window": [
            "start": .string(item.query.window.start.description), "end": .string(item.query.window.end.description),
          ],
        ],
        "citedBy": .array(citing.map { .string($0.id.rawValue) }),
      ])
  }

  /// As the reports say it.
  static func percent(_ share: Double) -> String { Wording.percent(share) }

  /// One line of telemetry's own text that frames nothing for a model.
  static func line(_ text: String, _ limit: Int = 700) -> String {
    Fence.harmlessLine(text, limit: limit)
  }
}

extension IncidentReport {
  /// The best cause that no test rules out.
  var lead: Finding? { findings.first { !$0.vetoed } }
}
