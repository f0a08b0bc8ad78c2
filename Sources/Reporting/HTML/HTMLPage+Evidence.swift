import IncidentModel

extension HTMLPage {
  private static let maximumChartCount = 12
  /// How many items of the leading cause lie open.
  private static let openCount = 10

  /// The leading finding's evidence and what lies along the path, with charts; then the critics' tests.
  mutating func evidence() -> HTML {
    let lead = report.outcome == .abstained ? nil : summary.lead
    let leading = lead?.evidence ?? report.findings.prefix(2).flatMap(\.evidence)
    let items = leading + report.pathEvidence
    guard !items.isEmpty else { return .empty }
    let articles = items.map { article($0, isLead: leading.contains($0), opensChart: true) }.filter { !$0.isEmpty }
    var pieces = Array(articles.prefix(Self.openCount))
    if articles.count > Self.openCount {
      let more = Wording.count(articles.count - Self.openCount, "more observation")
      pieces.append(
        .element("details", [], [.element("summary", [], HTML(more))] + articles.dropFirst(Self.openCount)))
    }
    if let lead, !lead.critiques.isEmpty {
      pieces.append(.element("h3", [], "Tests by the critics"))
      pieces.append(tests(lead))
    }
    if let lead, let shares = shares(lead) { pieces.append(.element("p", [.type("query")], HTML(shares))) }
    return section("Evidence", id: "evidence", pieces)
  }

  /// One item with its chart, query, window, value and digest; nothing when it has its place already.
  private mutating func article(_ item: IncidentReport.EvidenceItem, isLead: Bool, opensChart: Bool) -> HTML {
    guard placed.insert(item.id).inserted else { return .empty }
    var pieces: [HTML] = [
      .element(
        "p", [], .element("span", [.type("tag")], HTML(item.id)), " ",
        item.supports ? .empty : .element("span", [.type("tag against")], "against") + " ", HTML(item.statement))
    ]
    let excerpt = assembled.excerpts[item.id]
    let earlier = excerpt.flatMap { drawn[$0.title] }
    let chart = earlier == nil ? excerpt.flatMap { SeriesChart($0, setting: chartSetting) } : nil
    if let earlier {
      pieces.append(.element("p", [.type("query")], "The series is drawn at ", mark(earlier), "."))
    } else if let excerpt {
      drawn[excerpt.title] = item.id
    }
    if let chart, placed.count <= Self.maximumChartCount || !opensChart { pieces.append(chart.figure(isLead: isLead)) }
    let window = "\(zone.time(item.query.window.start))–\(zone.time(item.query.window.end)) \(zone.name)"
    pieces.append(
      .element(
        "details", [],
        .element(
          "summary", [], HTML(chart == nil ? "Query, window, value and digest" : "Query, window, digest and values")),
        .element("p", [.type("query")], HTML("\(item.query.source): "), code(item.query.expression)),
        .element("p", [.type("query")], HTML("\(window), \(Quantity.text(item.value, unit: item.unit))")),
        .element("p", [.type("query")], code(item.digest)),
        chart?.table ?? .empty))
    return .element("article", [.type("evidence"), .id(item.id)], pieces)
  }

  private var chartSetting: SeriesChart.Setting {
    SeriesChart.Setting(
      zone: zone, incident: report.incident.onset.map { TimeWindow(start: $0, end: report.incident.window.end) },
      alertedAt: report.incident.alertedAt)
  }

  private func tests(_ finding: IncidentReport.Finding) -> HTML {
    .element(
      "ul", [],
      finding.critiques.map { critique in
        let factor = critique.verdict == .vetoes ? "" : ", odds × \(Quantity.number(critique.factor))"
        return .element(
          "li", [], .element("span", [.type("name")], HTML(Wording.slug(critique.test))),
          HTML(": \(Wording.verdict(critique.verdict))\(factor). \(critique.statement)"), marks(critique.evidence))
      })
  }

  /// `The score rests on resources 60 %, own time in traces 40 %.`
  private func shares(_ finding: IncidentReport.Finding) -> String? {
    let total = finding.channels.reduce(0) { $0 + $1.share }
    guard total > 0 else { return nil }
    let parts = finding.channels.filter { $0.share > 0 }.map {
      "\(Wording.channel($0.channel)) \(Wording.percent($0.share / total))"
    }
    return "The score rests on \(parts.joined(separator: ", "))."
  }

  var map: HTML {
    guard report.outcome != .healthy else { return .empty }
    let neighbourhood = MapNeighbourhood(assembled)
    guard neighbourhood.places.count > 1 else { return .empty }
    var pieces: [HTML] = [
      MapDrawing(neighbourhood, format: .wide, zone: zone).svg,
      MapDrawing(neighbourhood, format: .narrow, zone: zone).svg,
    ]
    let shown = neighbourhood.places.count
    var key = "Callers stand above what they call. Tinted: affected."
    if !neighbourhood.parts.isEmpty { key += " Dotted: an instance below its service, a host below what it runs." }
    if !neighbourhood.spread.isEmpty { key += " Heavy: how the failure spread, with the time after the cause." }
    if shown < neighbourhood.totalCount {
      key += " \(shown) of \(neighbourhood.totalCount) components: the way of the failure and its neighbours."
    }
    pieces.append(.element("p", [.type("key")], HTML(key)))
    let steps = assembled.spread
    if steps.count > 1 {
      pieces.append(
        .element(
          "p", [],
          .joined(
            steps.map { step in
              let time = step.offsetSeconds.map(DurationText.offset) ?? step.movedAt.map { zone.time($0) }
              return name(step.component) + HTML(time.map { " \($0)" } ?? "")
            }, separator: " → ")))
    }
    return section("Map", id: "map", pieces)
  }

  var timeline: HTML {
    guard !report.timeline.isEmpty else { return .empty }
    let reference = report.shownWindow.start
    let items = report.timeline.map { entry in
      HTML.element(
        "li", [],
        .element("time", [.init("datetime", "\(entry.at)")], HTML(zone.time(entry.at, near: reference))),
        .element(
          "span", [.type("quiet")],
          HTML(entry.at == reference ? "onset" : DurationText.offset(reference.seconds(until: entry.at)))),
        .element(
          "span", [.type("what")], HTML(entry.what, limit: 280),
          entry.source == "incident" ? .empty : marks([entry.source])))
    }
    return section("Timeline (\(zone.name))", id: "timeline", [.element("ol", [.type("timeline")], items)])
  }

  /// Every other suspect: what speaks for it, and the tests that it failed.
  mutating func alternatives() -> HTML {
    let others = report.findings.filter { $0.id != summary.lead?.id || report.outcome == .abstained }
    guard !others.isEmpty else { return .empty }
    var pieces: [HTML] = []
    for (number, finding) in others.enumerated() {
      let standing = finding.vetoed ? "ruled out" : Wording.percent(finding.confidence)
      var inside: [HTML] = [
        .element(
          "summary", [], name(finding.component), HTML(" · \(Wording.what(finding)) · \(standing)")),
        .element("p", [], HTML(finding.statement)), tests(finding),
      ]
      for item in finding.evidence { inside.append(article(item, isLead: false, opensChart: false)) }
      let attributes: [HTML.Attribute] = [.type("alternative")] + (number == 0 ? [.init("open", "")] : [])
      pieces.append(.element("details", attributes, inside))
    }
    let title = report.outcome == .abstained ? "Suspects" : "Alternatives, and why they lost"
    return section(title, id: "alternatives", pieces)
  }

  /// What only the surroundings cite, so that every mark leads somewhere.
  mutating func otherEvidence() -> HTML {
    var pieces: [HTML] = []
    for item in report.context.flatMap(\.evidence) { pieces.append(article(item, isLead: false, opensChart: false)) }
    pieces.removeAll(where: \.isEmpty)
    let notes = report.context.filter { $0.at == nil }.map { note in
      HTML.element("li", [], HTML(note.statement), marks(note.evidence.map(\.id)))
    }
    guard !pieces.isEmpty || !notes.isEmpty else { return .empty }
    return section("Around it", id: "around", (notes.isEmpty ? [] : [.element("ul", [], notes)]) + pieces)
  }
}
