import IncidentModel

extension HTMLPage {
  var verdict: HTML {
    switch report.outcome {
    case .healthy:
      return section(
        "Nothing wrong", id: "verdict", type: "verdict healthy",
        [
          .element(
            "p", [],
            HTML(report.incident.detection.isEmpty ? "Nothing departs from normal." : report.incident.detection))
        ])
    case .abstained: return abstention
    case .causeFound: return cause
    }
  }

  private var cause: HTML {
    guard let lead = summary.lead else { return .empty }
    let title = lead.confidence >= 0.8 ? "Cause" : lead.confidence >= 0.5 ? "Likely cause" : "Possible cause"
    let kind = lead.componentKind == .service ? "" : " (\(lead.componentKind.rawValue))"
    let certainty = "\(Wording.percent(lead.confidence)) \(Wording.certainty(lead.confidence))"
    let rest = "\(kind) · \(Wording.what(lead)) · \(certainty)"
    var pieces: [HTML] = [.element("p", [.type("answer")], name(lead.component), HTML(rest))]
    if let since = report.since(lead, zone: zone) { pieces.append(.element("p", [], HTML(since))) }
    var rows: [HTML] = []
    rows += row("Why", summary.why.filter { !$0.isAgainst }.prefix(5).map(claim))
    rows += row("But", summary.why.filter(\.isAgainst).map(claim))
    if let runnerUp = summary.runnerUp { rows += row("Runner-up", [loser(runnerUp)]) }
    rows += row("Ruled out", summary.ruledOut.prefix(2).map(loser))
    pieces.append(.element("dl", [], rows))
    return section(title, id: "verdict", type: "verdict", pieces)
  }

  private var abstention: HTML {
    let best = summary.lead.map { "The best suspect has \(Wording.percent($0.confidence))" } ?? "No suspect stands"
    var pieces: [HTML] = [
      .element("p", [], HTML("\(best); an answer needs \(Wording.percent(report.abstentionLine))."))
    ]
    var rows: [HTML] = []
    rows += row(
      "Suspects",
      report.findings.filter { !$0.vetoed }.prefix(3).map { finding in
        name(finding.component) + HTML(" · \(Wording.what(finding)) · \(Wording.percent(finding.confidence)): ")
          + HTML(finding.statement, limit: 280) + marks(finding.evidence.prefix(2).map(\.id))
      })
    rows += row("Ruled out", summary.ruledOut.prefix(2).map(loser))
    rows += row("To find out", report.nextChecks.map { HTML($0, limit: 280) })
    if !rows.isEmpty { pieces.append(.element("dl", [], rows)) }
    return section("Not enough to say", id: "verdict", type: "verdict open", pieces)
  }

  private func row(_ term: String, _ items: [HTML]) -> [HTML] {
    guard !items.isEmpty else { return [] }
    return [
      .element("dt", [], HTML(term)),
      .element("dd", [], .element("ul", [], items.map { .element("li", [], $0) })),
    ]
  }

  /// Short enough for the verdict; the whole sentence stands with the evidence.
  private func claim(_ claim: Claim) -> HTML { HTML(claim.text, limit: 280) + marks(claim.marks) }

  private func loser(_ loser: VerdictSummary.Loser) -> HTML {
    let percent = loser.finding.vetoed ? "" : " · \(Wording.percent(loser.finding.confidence))"
    return name(loser.finding.component) + HTML(" · \(Wording.what(loser.finding))\(percent): ")
      + claim(loser.reason)
  }

  private static let maximumAdviceCount = 5

  var advice: HTML {
    // Where there is no answer, diagnostic steps stand under "to find out" already.
    let advices = report.remediations.filter { report.outcome == .causeFound || $0.runbook != nil }
    guard let first = advices.first else {
      guard report.outcome == .causeFound else { return .empty }
      return section("What next", id: "next", [.element("p", [], "No runbook fits this cause.")])
    }
    var pieces = card(first)
    for other in advices.dropFirst().prefix(Self.maximumAdviceCount - 1) {
      pieces.append(
        .element(
          "details", [.type("alternative")],
          [.element("summary", [], HTML("Or: \(bounded(other.title, limit: 160)) (\(facts(other)))"))] + card(other)))
    }
    if advices.count > Self.maximumAdviceCount {
      let more = advices.count - Self.maximumAdviceCount
      pieces.append(.element("p", [.type("query")], HTML("\(more) more in the raw report below.")))
    }
    return section("What next", id: "next", pieces)
  }

  private func facts(_ advice: IncidentReport.Advice) -> String {
    guard advice.runbook != nil else { return advice.id.rawValue }
    let record = Wording.trackRecord(advice.trackRecord).map { [$0] } ?? []
    let facts = [advice.id.rawValue, Wording.risk(advice.risk), Wording.reversibility(advice.reversible)] + record
    return facts.joined(separator: ", ")
  }

  private func card(_ advice: IncidentReport.Advice) -> [HTML] {
    var pieces: [HTML] = [
      .element("h3", [], HTML(advice.title, limit: 160)),
      .element("p", [.type("query")], HTML(facts(advice))),
      .element("p", [], HTML(advice.reason)),
      .element("ol", [], advice.steps.map(step)),
    ]
    var rows: [HTML] = []
    for precondition in advice.preconditions { rows += row("Before", [HTML(precondition)]) }
    if let runbook = advice.runbook { rows += row("Runbook", [code(runbook)]) }
    let touched = advice.blastRadius.prefix(12).map(name)
    let more = advice.blastRadius.count > 12 ? HTML(" and \(advice.blastRadius.count - 12) more") : HTML.empty
    rows += row("Touches", touched.isEmpty ? [] : [.joined(touched, separator: ", ") + more])
    rows += row("Expect", advice.expectedEffect.isEmpty ? [] : [HTML(advice.expectedEffect)])
    rows += row("Verify", advice.verification.isEmpty ? [] : [HTML(advice.verification)])
    rows += row(
      "Approve",
      advice.runbook == nil
        ? [] : [HTML(Wording.approval(advice.approval))])
    pieces.append(.element("dl", [], rows))
    return pieces
  }

  private func step(_ step: Remediation.Step) -> HTML {
    var pieces = [HTML(step.title)]
    if !step.arguments.isEmpty {
      pieces.append(.element("br", []) + code(step.commandText))
    }
    if let undo = step.undo {
      pieces.append(.element("br", []) + .element("span", [.type("note-line quiet")], HTML("undo: \(undo)")))
    }
    return .element("li", [.type("step")], pieces)
  }
}
