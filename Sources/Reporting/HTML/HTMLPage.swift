import IncidentModel

/// The page in the order in which it is read: verdict, what next, evidence, map, timeline, alternatives, unseen, raw.
struct HTMLPage {
  let assembled: AssembledReport
  let report: IncidentReport
  let summary: VerdictSummary
  let zone: ReportZone
  /// Evidence that has its place on the page; a mark elsewhere leads there.
  var placed: Set<String> = []
  /// Series that are drawn already, by title, and the evidence that they stand with.
  var drawn: [String: String] = [:]

  init(_ assembled: AssembledReport, zone: ReportZone) {
    self.assembled = assembled
    report = assembled.report
    summary = VerdictSummary(report)
    self.zone = zone
  }

  mutating func document() -> HTML {
    let head = HTML.element(
      "head", [],
      .element("meta", [.init("charset", "utf-8")]),
      .element("meta", [.init("name", "viewport"), .init("content", "width=device-width, initial-scale=1")]),
      .element(
        "meta",
        [
          .init("http-equiv", "Content-Security-Policy"),
          .init("content", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"),
        ]),
      .element("meta", [.init("name", "referrer"), .init("content", "no-referrer")]),
      .element("title", [], HTML(pageTitle)),
      .style(StyleSheet.rules))
    return .element(
      "html", [.init("lang", "en")], head,
      .element("body", [], .element("main", [], [header] + sections() + [raw])))
  }

  /// In the order in which they are read; empty ones among them.
  mutating func sections() -> [HTML] {
    [verdict, advice, evidence(), map, timeline, alternatives(), modelPart, otherEvidence(), unseen, provenance]
  }

  private var pageTitle: String {
    let title = report.incident.title
    guard report.outcome == .causeFound, let lead = summary.lead else { return title }
    return "\(lead.component.rawValue), \(Wording.what(lead)) – \(title)"
  }

  /// `▮▮▮▯ sev2 · 2026-03-01 03:13–03:41 UTC · production · alerts at 2 components`
  var facts: String {
    var facts: [String] = []
    if report.outcome != .healthy {
      facts.append("\(Self.levels(report.incident.severity)) \(report.incident.severity.rawValue)")
    }
    facts.append(zone.span(report.shownWindow))
    if let environment = report.incident.environment { facts.append(environment) }
    if let alerts = assembled.alertFact { facts.append(alerts) }
    return facts.joined(separator: " · ")
  }

  private var header: HTML {
    .element(
      "header", [],
      .element("p", [.type("product")], HTML("tocsin · \(report.incident.id)")),
      .element("h1", [], HTML(report.incident.title, limit: 200)),
      .element("p", [.type("facts")], HTML(facts)),
      report.outcome == .healthy ? .empty : .element("p", [.type("facts")], HTML(report.incident.severityReason)))
  }

  /// Severity as a shape, so that it is not told by a word alone: `▮▮▮▯` for sev2.
  private static func levels(_ severity: Severity) -> String {
    let rank = (Severity.allCases.firstIndex(of: severity) ?? 3)
    return String(repeating: "▮", count: 4 - rank) + String(repeating: "▯", count: rank)
  }

  func section(_ title: String, id: String, type: String = "", _ children: [HTML]) -> HTML {
    .element(
      "section", [.type(type), .init("aria-labelledby", id)],
      [.element("h2", [.id(id)], HTML(title))] + children)
  }

  func mark(_ id: String) -> HTML { .element("a", [.type("mark"), .init("href", "#\(id)")], HTML(id)) }

  func marks(_ ids: [String]) -> HTML { ids.isEmpty ? .empty : " " + .joined(ids.map(mark), separator: " ") }

  func name(_ component: ComponentID) -> HTML { .element("span", [.type("name")], HTML(component.rawValue)) }

  func code(_ text: String) -> HTML { .element("code", [], HTML(text, limit: 4000)) }

  private var unseen: HTML {
    let spots = report.blindSpots
    let body: HTML =
      spots.isEmpty
      ? .element("p", [], "Nothing that is known to be missing.")
      : .element("ul", [], spots.map { .element("li", [], HTML($0)) })
    return section("What could not be seen", id: "unseen", [body])
  }

  /// What language models said; empty where none was asked.
  private var modelPart: HTML {
    guard let advice = AdviceText(report) else { return .empty }
    func list(_ lines: [(label: String, text: String)]) -> HTML {
      .element(
        "ul", [],
        lines.map { .element("li", [], .element("span", [.type("quiet")], HTML("\($0.label): ")), HTML($0.text)) })
    }
    var pieces = [list(advice.ranking)]
    if !advice.said.isEmpty { pieces.append(list(advice.said)) }
    pieces.append(
      .element(
        "details", [.type("alternative")], .element("summary", [], "What became of it"), list(advice.account)))
    return section("What a model said", id: "model", pieces)
  }

  private var provenance: HTML {
    let rows = report.agents.map { agent in
      HTML.element(
        "tr", [],
        [agent.name.rawValue, "\(agent.turns)", "\(agent.contributions)", "\(agent.restarts)"].map {
          .element("td", [], HTML($0))
        })
    }
    let head = HTML.element(
      "tr", [],
      ["agent", "turns", "contributions", "restarts"].map { .element("th", [.init("scope", "col")], HTML($0)) })
    let model = report.cost.modelCalls == 0 ? "no language model" : Wording.count(report.cost.modelCalls, "model call")
    var pieces: [HTML] = [.element("p", [], HTML(report.conclusion))]
    if !rows.isEmpty { pieces.append(.element("table", [], head, .joined(rows))) }
    pieces.append(
      .element(
        "p", [.type("query")], HTML("tocsin \(report.provenance.version), \(model). Input "),
        code(report.provenance.input), " configuration ", code(report.provenance.configuration)))
    return section("How this was found", id: "provenance", pieces)
  }

  private var raw: HTML {
    // Encoding fails only on numbers that are not finite, and the assembly makes none.
    guard let json = try? assembled.document.json() else { return .empty }
    return section(
      "Raw", id: "raw",
      [
        .element(
          "details", [], .element("summary", [], HTML("JSON, \(IncidentReport.schemaName)")),
          .element("pre", [], .preformatted(json)))
      ])
  }
}
