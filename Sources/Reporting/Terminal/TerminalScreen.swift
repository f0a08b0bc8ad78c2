import IncidentModel

/// The first screen: verdict, why, the runner-up, charts, what next, what could not be seen.
struct TerminalScreen {
  static let rowCount = 24

  /// How much of everything is shown.
  struct Detail: Hashable {
    var reasons: Int
    var linesPerReason: Int
    var linesPerLoser: Int
    var charts: Int
    var ruledOut: Int

    /// From everything to the least. The first reason keeps its numbers longest: without them it is no reason.
    static let descending = [
      Detail(reasons: 4, linesPerReason: 4, linesPerLoser: 3, charts: 3, ruledOut: 1),
      Detail(reasons: 3, linesPerReason: 4, linesPerLoser: 3, charts: 3, ruledOut: 1),
      Detail(reasons: 3, linesPerReason: 4, linesPerLoser: 2, charts: 3, ruledOut: 1),
      Detail(reasons: 3, linesPerReason: 4, linesPerLoser: 2, charts: 2, ruledOut: 1),
      Detail(reasons: 3, linesPerReason: 4, linesPerLoser: 1, charts: 2, ruledOut: 1),
      Detail(reasons: 3, linesPerReason: 3, linesPerLoser: 1, charts: 2, ruledOut: 1),
      Detail(reasons: 2, linesPerReason: 4, linesPerLoser: 1, charts: 2, ruledOut: 1),
      Detail(reasons: 2, linesPerReason: 3, linesPerLoser: 1, charts: 2, ruledOut: 0),
      Detail(reasons: 2, linesPerReason: 2, linesPerLoser: 1, charts: 1, ruledOut: 0),
      Detail(reasons: 2, linesPerReason: 1, linesPerLoser: 1, charts: 1, ruledOut: 0),
    ]
  }

  private let assembled: AssembledReport
  private let report: IncidentReport
  private let summary: VerdictSummary
  private let zone: ReportZone
  private let detail: Detail

  init(_ assembled: AssembledReport, zone: ReportZone, detail: Detail) {
    self.assembled = assembled
    report = assembled.report
    summary = VerdictSummary(report)
    self.zone = zone
    self.detail = detail
  }

  func write(to page: inout TerminalPage) {
    writeHeader(to: &page)
    page.blank()
    switch report.outcome {
    case .healthy:
      page.paragraph(sentence(report.incident.detection), label: " NOTHING WRONG", labelTone: .good, lines: 4)
    case .causeFound:
      writeCause(to: &page)
    case .abstained:
      writeSuspects(to: &page)
    }
    writeAdvice(to: &page)
    writeCharts(to: &page)
    page.blank()
    writeNext(to: &page)
    writeUnseen(to: &page)
  }

  /// ` Checkout is slow · sev2 · 2026-03-01 03:12–03:41 UTC · 3 services affected · alerts at 2 components`, with
  /// as many of the facts as leave room for the title.
  private func writeHeader(to page: inout TerminalPage) {
    var facts: [String] = []
    if report.outcome != .healthy { facts.append(report.incident.severity.rawValue) }
    facts.append(zone.span(report.shownWindow))
    let required = facts.count
    if !report.impact.services.isEmpty {
      facts.append(Wording.count(report.impact.services.count, "service") + " affected")
    }
    if let alerts = assembled.alertFact { facts.append(alerts) }
    var title = UntrustedText.clean(report.incident.title)
    var tail = ""
    repeat {
      tail = facts.map { " · " + $0 }.joined()
      if DisplayWidth.of(title) + DisplayWidth.of(tail) < page.width || facts.count <= required { break }
      facts.removeLast()
    } while !facts.isEmpty
    tail = DisplayWidth.cutEnd(tail, to: page.width * 3 / 4)
    title = DisplayWidth.cutMiddle(title, to: page.width - 1 - DisplayWidth.of(tail))
    page.lines.append(StyledText(" ") + StyledText(title, .strong) + StyledText(tail))
  }

  private func writeCause(to page: inout TerminalPage) {
    guard let lead = summary.lead else { return }
    let label = lead.confidence >= 0.8 ? " CAUSE" : lead.confidence >= 0.5 ? " LIKELY CAUSE" : " POSSIBLE CAUSE"
    let rest =
      " · \(Wording.what(lead)) · \(Wording.percent(lead.confidence)) \(Wording.certainty(lead.confidence))"
    let body = name(lead, width: min(40, page.bodyWidth - DisplayWidth.of(rest))) + StyledText(rest, .strong)
    let since = report.since(lead, zone: zone)
    if let since, body.width + 2 + DisplayWidth.of(since) <= page.bodyWidth {
      page.row(label, .bad, body + StyledText("  " + since))
    } else {
      page.row(label, .bad, body)
      if let since { page.paragraph(since) }
    }
    for (number, claim) in summary.why.prefixKeepingDoubt(detail.reasons).enumerated() {
      page.paragraph(
        shortened(claim.text), label: claim.isAgainst ? "   but" : number == 0 ? "   why" : "", marks: claim.marks,
        lines: detail.linesPerReason)
    }
    if let runnerUp = summary.runnerUp { writeLoser("   runner-up", runnerUp, to: &page) }
    // With no runner-up, one that was ruled out is what a reader asks about.
    for loser in summary.ruledOut.prefix(max(detail.ruledOut, summary.runnerUp == nil ? 1 : 0)) {
      writeLoser("   ruled out", loser, to: &page)
    }
  }

  private func writeSuspects(to page: inout TerminalPage) {
    let best = summary.lead.map { "the best suspect has \(Wording.percent($0.confidence))" } ?? "no suspect stands"
    let line = Wording.percent(report.abstentionLine)
    page.lines.append(StyledText(" NOT ENOUGH TO SAY", .watch) + StyledText(" · \(best), an answer needs \(line)"))
    for (number, finding) in report.findings.filter({ !$0.vetoed }).prefix(3).enumerated() {
      let rest = " · \(Wording.what(finding)) · \(Wording.percent(finding.confidence))"
      page.row(
        number == 0 ? "   suspects" : "", .quiet,
        name(finding, width: min(40, page.bodyWidth - DisplayWidth.of(rest))) + StyledText(rest))
      page.paragraph(shortened(finding.statement), marks: finding.evidence.prefix(2).map(\.id), lines: 1)
    }
    for loser in summary.ruledOut.prefix(detail.ruledOut) { writeLoser("   ruled out", loser, to: &page) }
  }

  private func writeLoser(_ label: String, _ loser: VerdictSummary.Loser, to page: inout TerminalPage) {
    let percent = loser.finding.vetoed ? "" : " · \(Wording.percent(loser.finding.confidence))"
    let rest = " · \(Wording.what(loser.finding))\(percent)"
    let component = DisplayWidth.cutMiddle(UntrustedText.clean(loser.finding.component.rawValue), to: 30)
    page.paragraph(
      "\(component)\(rest): \(shortened(loser.reason.text))", label: label, marks: loser.reason.marks,
      lines: detail.linesPerLoser)
  }

  /// Long names of suspects and of what lies on the path, cut in the middle, so that the numbers stay on the screen.
  private func shortened(_ text: String) -> String {
    longNames.reduce(text) { $0.replacing($1, with: DisplayWidth.cutMiddle($1, to: Self.nameWidth)) }
  }

  private var longNames: [String] {
    let names = report.findings.flatMap { [$0.component.rawValue] + $0.propagation.map(\.rawValue) }
    // The longest first, so that a name inside another is not cut before it.
    return Set(names).filter { DisplayWidth.of($0) > Self.nameWidth }.sorted { ($1.count, $1) < ($0.count, $0) }
  }

  private static let nameWidth = 24

  private func name(_ finding: IncidentReport.Finding, width: Int) -> StyledText {
    let kind = finding.componentKind == .service ? "" : " (\(finding.componentKind.rawValue))"
    let name = UntrustedText.clean(finding.component.rawValue)
    return StyledText(DisplayWidth.cutMiddle(name, to: max(8, width - kind.count)), .strong) + StyledText(kind)
  }

  private func writeCharts(to page: inout TerminalPage) {
    let charts = assembled.leadingCharts(limit: detail.charts)
    guard !charts.isEmpty else { return }
    page.blank()
    // Names get what the shapes and the numbers leave; shapes give way first.
    let titles = charts.map { SeriesTitle($0.excerpt.title) }
    let longest = titles.map { DisplayWidth.of($0.text) }.max() ?? 0
    var cells = page.width < 72 ? 10 : 20
    var sparks = charts.map { Sparkline($0.excerpt, cells: cells) }
    let numbers = min(sparks.map { DisplayWidth.of($0.change) }.max() ?? 0, page.width * 9 / 20)
    func room() -> Int { page.width - cells - numbers - 5 }
    if longest > room(), cells > 16 {
      cells = 16
      sparks = charts.map { Sparkline($0.excerpt, cells: cells) }
    }
    let labelWidth = min(longest, max(room(), 8))
    for ((title, spark), chart) in zip(zip(titles, sparks), charts) {
      let name = DisplayWidth.padded(title.cut(to: labelWidth), to: labelWidth)
      page.lines.append(
        StyledText(" \(name)  ") + StyledText(spark.text, chart.isLead ? .bad : .plain)
          + StyledText(" " + DisplayWidth.cutEnd(spark.change, to: numbers)))
    }
  }

  /// Both rankings, where a model's part makes a difference.
  private func writeAdvice(to page: inout TerminalPage) {
    guard report.advice?.changedRanking == true, let advice = AdviceText(report) else { return }
    for line in advice.ranking { page.paragraph(line.text, label: "   \(line.label)", lines: 1) }
  }

  private func writeNext(to page: inout TerminalPage) {
    if report.outcome == .healthy {
      page.row(" NEXT", .strong, "nothing to do")
      return
    }
    if report.outcome == .abstained {
      for (number, check) in report.nextChecks.prefix(detail.reasons).enumerated() {
        page.paragraph(check, label: number == 0 ? " TO FIND OUT" : "", labelTone: .strong, lines: 2)
      }
      return
    }
    guard let advice = report.remediations.first else {
      page.row(" NEXT", .strong, "no runbook fits this cause")
      return
    }
    guard let runbook = advice.runbook else {
      page.paragraph(advice.title, label: " LOOK AT", labelTone: .strong, lines: 1)
      for step in advice.steps.prefix(detail.reasons) { page.paragraph("– \(step.title)", lines: 1) }
      return
    }
    page.paragraph(advice.title, label: " NEXT", labelTone: .strong, tone: .strong, lines: 1)
    var facts = [Wording.risk(advice.risk), Wording.reversibility(advice.reversible)]
    if let record = Wording.trackRecord(advice.trackRecord) { facts.append(record) }
    page.paragraph((facts + ["runbook \(runbook)"]).joined(separator: " · "))
    page.paragraph(Wording.approval(advice.approval))
  }

  private func writeUnseen(to page: inout TerminalPage) {
    let spots = report.blindSpots
    let text = spots.isEmpty ? "nothing that is known to be missing" : spots.prefix(4).joined(separator: " ")
    let more = spots.count > 4 ? " (and \(spots.count - 4) more)" : ""
    page.paragraph(text + more, label: " UNSEEN", labelTone: .watch, lines: 2)
  }

  private func sentence(_ text: String) -> String { text.isEmpty ? "Nothing departs from normal." : text }
}
