import IncidentModel

extension IncidentReport {
  /// The time that a heading names: from the onset to the end of the telemetry.
  var shownWindow: TimeWindow {
    let start = incident.onset ?? incident.alertedAt ?? incident.window.start
    return start < incident.window.end ? TimeWindow(start: start, end: incident.window.end) : incident.window
  }

  /// `since 03:12:40, 1 min before the page`; nil when the finding is not dated.
  func since(_ finding: Finding, zone: ReportZone) -> String? {
    guard let onset = finding.onset ?? incident.onset else { return nil }
    let time = "since \(zone.time(onset, near: shownWindow.start))"
    guard let page = incident.alertedAt else { return time }
    return "\(time), \(DurationText.relation(of: onset, to: page, named: "the page"))"
  }

  /// Every evidence item by identifier, the first place of each.
  package var evidenceByID: [String: EvidenceItem] {
    let items = findings.flatMap(\.evidence) + context.flatMap(\.evidence) + pathEvidence
    return Dictionary(items.map { ($0.id, $0) }) { first, _ in first }
  }
}

/// A chart with the evidence that it belongs to.
struct ChartedEvidence {
  var item: IncidentReport.EvidenceItem
  var excerpt: SeriesExcerpt
  /// True when it shows the leading cause itself.
  var isLead: Bool
}

/// One stop on the way from the cause to the symptom.
struct SpreadStep: Hashable {
  var component: ComponentID
  var movedAt: Timestamp?
  /// Seconds after the first stop.
  var offsetSeconds: Double?
}

extension AssembledReport {
  /// From the cause along callers to the symptom, with when each moved.
  var spread: [SpreadStep] {
    guard let lead = report.findings.first(where: { !$0.vetoed }), report.outcome == .causeFound else { return [] }
    let path = lead.propagation.isEmpty ? [lead.component] : lead.propagation
    let start = movedAt[lead.component]
    return path.prefix(20).map { component in
      let moment = movedAt[component]
      let offset =
        component == lead.component ? nil : start.flatMap { start in moment.map { start.seconds(until: $0) } }
      return SpreadStep(component: component, movedAt: moment, offsetSeconds: offset)
    }
  }

  /// The charts that tell the story: one of the cause, one of the symptom, then along the path, then more of the cause.
  func leadingCharts(limit: Int) -> [ChartedEvidence] {
    let lead = report.findings.first { !$0.vetoed }
    let ofLead = lead?.evidence ?? []
    // Evidence along the path may stand with a victim's own finding.
    let elsewhere = report.pathEvidence + report.findings.filter { $0.id != lead?.id }.flatMap(\.evidence)
    var byTitle: Set<String> = []
    func charts(_ items: [IncidentReport.EvidenceItem], isLead: Bool) -> [ChartedEvidence] {
      items.compactMap { item in
        excerpts[item.id].map { ChartedEvidence(item: item, excerpt: $0, isLead: isLead) }
      }
    }
    func component(_ chart: ChartedEvidence) -> ComponentID {
      ComponentID(String(chart.excerpt.title.prefix { $0 != "|" }))
    }
    let own = charts(ofLead, isLead: true)
    let along = charts(elsewhere, isLead: false)
    let path = Set(lead?.propagation ?? []).subtracting([lead?.component].compactMap { $0 })
    let symptom = report.incident.symptom?.component
    let story =
      own.prefix(1) + along.filter { component($0) == symptom }.prefix(1)
      + along.filter { path.contains(component($0)) } + own.dropFirst()
    let alternatives = lead == nil || report.outcome == .abstained ? along : []
    return Array((story + alternatives).filter { byTitle.insert($0.excerpt.title).inserted }.prefix(limit))
  }
}

extension [Claim] {
  /// The first `count`, the last of them given up for a doubt where there is one: doubts are never cut away.
  func prefixKeepingDoubt(_ count: Int) -> [Claim] {
    guard self.count > count, count > 0 else { return self }
    guard let doubt = first(where: \.isAgainst), !prefix(count).contains(doubt) else { return Array(prefix(count)) }
    return prefix(count - 1) + [doubt]
  }
}

extension IncidentReport {
  /// Applies a change of wording to every sentence, and to nothing that identifies something.
  mutating func rewriteSentences(_ rewrite: (String) -> String) {
    func rewriteAll(_ items: inout [EvidenceItem]) {
      for index in items.indices { items[index].statement = rewrite(items[index].statement) }
    }
    incident.detection = rewrite(incident.detection)
    for index in findings.indices {
      findings[index].statement = rewrite(findings[index].statement)
      rewriteAll(&findings[index].evidence)
      for test in findings[index].critiques.indices {
        findings[index].critiques[test].statement = rewrite(findings[index].critiques[test].statement)
      }
    }
    for index in context.indices {
      context[index].statement = rewrite(context[index].statement)
      rewriteAll(&context[index].evidence)
    }
    rewriteAll(&pathEvidence)
    for index in timeline.indices { timeline[index].what = rewrite(timeline[index].what) }
    for index in remediations.indices { remediations[index].reason = rewrite(remediations[index].reason) }
    nextChecks = nextChecks.map(rewrite)
    blindSpots = blindSpots.map(rewrite)
    conclusion = rewrite(conclusion)
  }
}
