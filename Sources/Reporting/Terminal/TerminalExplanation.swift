import IncidentModel

/// What `--explain` adds to the first screen: all evidence with its query, every test, the timeline, who took part.
struct TerminalExplanation {
  private let assembled: AssembledReport
  private let report: IncidentReport
  private let zone: ReportZone

  init(_ assembled: AssembledReport, zone: ReportZone) {
    self.assembled = assembled
    report = assembled.report
    self.zone = zone
  }

  func write(to page: inout TerminalPage) {
    for finding in report.findings { write(finding, to: &page) }
    if !report.pathEvidence.isEmpty {
      heading("ON THE PATH", to: &page)
      for item in report.pathEvidence { write(item, to: &page) }
    }
    writeTimeline(to: &page)
    writeContext(to: &page)
    for advice in report.remediations { write(advice, to: &page) }
    writeAdvice(to: &page)
    writeProvenance(to: &page)
  }

  private func writeAdvice(to page: inout TerminalPage) {
    guard let advice = AdviceText(report) else { return }
    heading("WHAT A MODEL SAID", to: &page)
    for line in advice.ranking + advice.said + advice.account {
      page.paragraph(line.text, label: "   \(line.label)", lines: 4)
    }
  }

  private func heading(_ text: String, to page: inout TerminalPage) {
    page.blank()
    page.lines.append(StyledText(" " + DisplayWidth.cutMiddle(UntrustedText.clean(text), to: page.width - 2), .strong))
  }

  private func write(_ finding: IncidentReport.Finding, to page: inout TerminalPage) {
    let standing = finding.vetoed ? "ruled out" : Wording.percent(finding.confidence)
    heading(
      "\(finding.rank)  \(finding.component.rawValue) · \(Wording.what(finding)) · \(standing)", to: &page)
    page.paragraph(finding.statement, label: "   \(finding.id)", lines: 6)
    if let cause = finding.cause { page.paragraph(cause, label: "   mechanism", lines: 2) }
    if finding.propagation.count > 1 {
      page.paragraph(finding.propagation.map(\.rawValue).joined(separator: " → "), label: "   path", lines: 4)
    }
    let total = finding.channels.reduce(0) { $0 + $1.share }
    if total > 0 {
      let shares = finding.channels.filter { $0.share > 0 }.map {
        "\(Wording.channel($0.channel)) \(Wording.percent($0.share / total))"
      }
      page.paragraph(shares.joined(separator: ", "), label: "   rests on", lines: 3)
    }
    for critique in finding.critiques {
      let factor = critique.verdict == .vetoes ? "" : ", odds × \(Quantity.number(critique.factor))"
      page.paragraph(
        "\(Wording.slug(critique.test)): \(Wording.verdict(critique.verdict))\(factor). \(critique.statement)",
        label: "   test", marks: critique.evidence, lines: 6)
    }
    for item in finding.evidence { write(item, to: &page) }
  }

  private func write(_ item: IncidentReport.EvidenceItem, to page: inout TerminalPage) {
    page.paragraph(
      item.statement, label: "   \(item.id) \(item.supports ? "for" : "against")", labelTone: .plain, lines: 8)
    let window = "\(zone.time(item.query.window.start))–\(zone.time(item.query.window.end))"
    page.paragraph("\(item.query.source): \(item.query.expression)", tone: .quiet, lines: 12, longWords: .broken)
    page.paragraph(
      "\(window) · \(Quantity.text(item.value, unit: item.unit)) · \(item.digest.prefix(19))…", tone: .quiet, lines: 2)
    if let excerpt = assembled.excerpts[item.id] {
      let spark = Sparkline(excerpt, cells: page.width >= 72 ? 24 : 10)
      let room = page.bodyWidth - DisplayWidth.of(spark.text) - 1
      page.row("", .plain, StyledText(spark.text + " " + DisplayWidth.cutEnd(spark.change, to: room)))
    }
  }

  private func writeTimeline(to page: inout TerminalPage) {
    guard !report.timeline.isEmpty else { return }
    heading("TIMELINE (\(zone.name))", to: &page)
    let reference = report.shownWindow.start
    for entry in report.timeline {
      page.paragraph(
        entry.what, label: " " + zone.time(entry.at, near: reference).suffix(14),
        marks: entry.source == "incident" ? [] : [entry.source], lines: 3)
    }
  }

  private func writeContext(to page: inout TerminalPage) {
    guard !report.context.isEmpty else { return }
    heading("AROUND IT", to: &page)
    for note in report.context {
      page.paragraph(note.statement, label: "   \(note.topic.rawValue)", marks: note.evidence.map(\.id), lines: 3)
    }
  }

  private func write(_ advice: IncidentReport.Advice, to page: inout TerminalPage) {
    heading("\(advice.id)  \(advice.title)", to: &page)
    page.paragraph(advice.reason, label: "   because", lines: 3)
    for precondition in advice.preconditions { page.paragraph(precondition, label: "   before", lines: 3) }
    for (number, step) in advice.steps.enumerated() {
      page.paragraph(step.title, label: "   step \(number + 1)", lines: 3)
      if !step.arguments.isEmpty { page.paragraph(step.commandText, tone: .quiet, lines: 12, longWords: .broken) }
      if let undo = step.undo { page.paragraph("undo: \(undo)", tone: .quiet, lines: 3) }
    }
    page.paragraph(
      "\(Wording.risk(advice.risk)), \(Wording.reversibility(advice.reversible)); touches "
        + (advice.blastRadius.isEmpty ? "nothing else" : advice.blastRadius.map(\.rawValue).joined(separator: ", ")),
      label: "   risk", lines: 3)
    page.paragraph(advice.expectedEffect, label: "   expect", lines: 3)
    page.paragraph(advice.verification, label: "   verify", lines: 3)
  }

  private func writeProvenance(to page: inout TerminalPage) {
    heading("HOW THIS WAS FOUND", to: &page)
    page.paragraph(report.incident.severityReason, label: "   severity", lines: 2)
    page.paragraph(report.conclusion, label: "   ended", lines: 2)
    for agent in report.agents {
      let restarts = agent.restarts > 0 ? ", \(Wording.count(agent.restarts, "restart"))" : ""
      page.paragraph(
        "\(Wording.count(agent.turns, "turn")), \(Wording.count(agent.contributions, "contribution"))\(restarts)",
        label: "   \(agent.name)", lines: 1)
    }
    page.paragraph(report.provenance.version, label: "   version", lines: 1)
    page.paragraph("\(report.provenance.input.prefix(19))…", label: "   input", lines: 1)
    page.paragraph("\(report.provenance.configuration.prefix(19))…", label: "   settings", lines: 1)
  }
}
