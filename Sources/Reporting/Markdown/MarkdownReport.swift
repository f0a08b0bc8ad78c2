import IncidentModel

/// The report as CommonMark with tables, for a ticket or a post-mortem.
package struct MarkdownReport: Sendable {
  package var text: String

  package init(_ snapshot: BlackboardSnapshot, zone: ReportZone = .utc) {
    var writer = MarkdownWriter(AssembledReport(snapshot, zone: zone), zone: zone)
    writer.write()
    text = writer.lines.joined(separator: "\n") + "\n"
  }
}

private struct MarkdownWriter {
  private(set) var lines: [String] = []
  private let assembled: AssembledReport
  private let report: IncidentReport
  private let summary: VerdictSummary
  private let zone: ReportZone

  init(_ assembled: AssembledReport, zone: ReportZone) {
    self.assembled = assembled
    report = assembled.report
    summary = VerdictSummary(report)
    self.zone = zone
  }

  mutating func write() {
    lines.append("# \(MarkdownText.escaped(report.incident.title))")
    writeVerdict()
    writeAdvice()
    writeSpread()
    writeEvidence()
    writeTimeline()
    writeAlternatives()
    writeModelPart()
    section("What could not be seen")
    lines += list(report.blindSpots.isEmpty ? ["Nothing that is known to be missing."] : report.blindSpots)
    writeProvenance()
  }

  private mutating func section(_ title: String) { lines += ["", "## \(title)", ""] }

  private func list(_ texts: [String]) -> [String] { texts.map { "- \(MarkdownText.escaped($0))" } }

  private func marked(_ claim: Claim) -> String {
    let marks = claim.marks.isEmpty ? "" : " (\(claim.marks.joined(separator: ", ")))"
    return MarkdownText.escaped(claim.text) + marks
  }

  private func headline(_ finding: IncidentReport.Finding) -> String {
    let kind = finding.componentKind == .service ? "" : " (\(finding.componentKind.rawValue))"
    return "\(MarkdownText.code(finding.component.rawValue))\(kind) · \(Wording.what(finding))"
  }

  private mutating func writeVerdict() {
    lines.append("")
    switch report.outcome {
    case .healthy:
      lines.append("**Nothing wrong.** \(MarkdownText.escaped(report.incident.detection))")
    case .causeFound:
      guard let lead = summary.lead else { break }
      let since = report.since(lead, zone: zone).map { ", \($0)" } ?? ""
      lines.append(
        "**\(headline(lead)) · \(Wording.percent(lead.confidence)) \(Wording.certainty(lead.confidence))**\(since)")
    case .abstained:
      let best = summary.lead.map { "the best suspect has \(Wording.percent($0.confidence))" } ?? "no suspect stands"
      lines.append("**Not enough to say:** \(best), an answer needs \(Wording.percent(report.abstentionLine)).")
    }
    var facts = [zone.span(report.shownWindow)]
    if report.outcome != .healthy { facts.insert(report.incident.severity.rawValue, at: 0) }
    if let environment = report.incident.environment { facts.append(MarkdownText.escaped(environment, limit: 60)) }
    lines += ["", facts.joined(separator: " · ")]
    if report.outcome == .healthy { return }
    lines[lines.count - 1] += " · " + MarkdownText.escaped(report.incident.severityReason)
    if report.outcome == .causeFound {
      section("Why")
      lines += summary.why.map { "- \($0.isAgainst ? "But: " : "")\(marked($0))" }
    }
  }

  private mutating func writeAdvice() {
    guard report.outcome != .healthy else { return }
    if !report.nextChecks.isEmpty {
      section("To find out")
      lines += list(report.nextChecks)
    }
    // Where there is no answer, diagnostic steps stand under "to find out" already.
    let advices = report.remediations.filter { report.outcome == .causeFound || $0.runbook != nil }
    guard !advices.isEmpty else {
      if report.outcome == .causeFound {
        section("What next")
        lines.append("No runbook fits this cause.")
      }
      return
    }
    section("What next")
    for advice in advices.prefix(4) {
      var facts = [advice.id.rawValue]
      if let runbook = advice.runbook {
        facts += ["runbook \(MarkdownText.code(runbook))", Wording.risk(advice.risk)]
        facts.append(Wording.reversibility(advice.reversible))
        facts.append(Wording.approval(advice.approval))
      }
      if let record = Wording.trackRecord(advice.trackRecord) { facts.append(record) }
      lines.append("- **\(MarkdownText.escaped(advice.title))** (\(facts.joined(separator: ", ")))")
      if !advice.reason.isEmpty { lines.append("  - Why: \(MarkdownText.escaped(advice.reason))") }
      for precondition in advice.preconditions { lines.append("  - Before: \(MarkdownText.escaped(precondition))") }
      for (number, step) in advice.steps.enumerated() {
        let command = step.arguments.isEmpty ? "" : ": \(MarkdownText.code(step.commandText))"
        lines.append("  - Step \(number + 1): \(MarkdownText.escaped(step.title))\(command)")
      }
      if !advice.verification.isEmpty { lines.append("  - Verify: \(MarkdownText.escaped(advice.verification))") }
    }
  }

  private mutating func writeSpread() {
    let steps = assembled.spread
    guard steps.count > 1 else { return }
    section("How it spread")
    lines += steps.enumerated().map { number, step in
      let time = step.movedAt.map { " at \(zone.time($0, near: report.shownWindow.start))" } ?? ""
      let offset = step.offsetSeconds.map { " (\(DurationText.offset($0)))" } ?? ""
      return "\(number + 1). \(MarkdownText.code(step.component.rawValue))\(time)\(offset)"
    }
  }

  private mutating func writeEvidence() {
    let groups = report.findings.prefix(1).map(\.evidence) + [report.pathEvidence]
    let items = groups.flatMap { $0 }
    guard !items.isEmpty else { return }
    section("Evidence")
    for item in items { lines += evidence(item) }
  }

  private func evidence(_ item: IncidentReport.EvidenceItem) -> [String] {
    let window = "\(zone.time(item.query.window.start))–\(zone.time(item.query.window.end)) \(zone.name)"
    let value = MarkdownText.escaped(Quantity.text(item.value, unit: item.unit))
    return [
      "- **\(item.id)**\(item.supports ? "" : " (against)") \(MarkdownText.escaped(item.statement))",
      "  - \(MarkdownText.code("\(item.query.source): \(item.query.expression)")), \(window), \(value), "
        + MarkdownText.code(item.digest),
    ]
  }

  private mutating func writeTimeline() {
    guard !report.timeline.isEmpty else { return }
    section("Timeline")
    lines += ["| time (\(MarkdownText.escaped(zone.name))) | what | from |", "|---|---|---|"]
    lines += report.timeline.map { entry in
      let time = zone.time(entry.at, near: report.shownWindow.start)
      return "| \(time) | \(MarkdownText.escaped(entry.what)) | \(entry.source) |"
    }
  }

  private mutating func writeAlternatives() {
    let others = report.findings.filter { $0.id != summary.lead?.id || report.outcome == .abstained }
    guard !others.isEmpty else { return }
    section(report.outcome == .abstained ? "Suspects" : "Alternatives, and why they lost")
    for finding in others {
      let standing = finding.vetoed ? "ruled out" : Wording.percent(finding.confidence)
      lines.append("- **\(headline(finding)) · \(standing)**: \(MarkdownText.escaped(finding.statement))")
      for critique in finding.critiques {
        let claim = Claim(
          text: "\(Wording.slug(critique.test)), \(Wording.verdict(critique.verdict)): \(critique.statement)",
          marks: critique.evidence)
        lines.append("  - \(marked(claim))")
      }
      let shown = Set(report.findings.prefix(1).flatMap(\.evidence).map(\.id))
      for item in finding.evidence where !shown.contains(item.id) {
        lines += evidence(item).map { "  " + $0 }
      }
    }
  }

  private mutating func writeModelPart() {
    guard let advice = AdviceText(report) else { return }
    section("What a model said")
    lines += (advice.ranking + advice.said + advice.account).map {
      "- \(MarkdownText.escaped($0.label)): \(MarkdownText.escaped($0.text))"
    }
  }

  private mutating func writeProvenance() {
    section("How this was found")
    let agents = report.agents.map { "\($0.name) \(Wording.count($0.turns, "turn"))" }.joined(separator: ", ")
    if !agents.isEmpty { lines += list(["Agents: \(agents). \(report.conclusion)"]) }
    let model = report.cost.modelCalls == 0 ? "no language model" : Wording.count(report.cost.modelCalls, "model call")
    lines.append("- tocsin \(MarkdownText.escaped(report.provenance.version)), \(model)")
    lines.append("- Input \(MarkdownText.code(report.provenance.input))")
    lines.append("- Configuration \(MarkdownText.code(report.provenance.configuration))")
  }
}
