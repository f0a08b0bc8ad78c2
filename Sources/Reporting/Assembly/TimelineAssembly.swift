import IncidentModel

/// The signals along the way from the cause to the symptom that a report dates and draws.
struct PathSignals {
  /// In the order of the path, at most `perComponent` for each component.
  var signals: [Signal] = []

  /// Onsets are estimates: a signal may seem to begin this much before its cause.
  static let slackSeconds = 60.0
  private static let maximumComponentCount = 12
  private static let perComponent = 2

  init(_ signals: [Signal], lead: IncidentReport.Finding?, symptom: ComponentID?, begin: Timestamp?) {
    var path = lead.map { $0.propagation.isEmpty ? [$0.component] : $0.propagation } ?? []
    if let symptom { path.append(symptom) }
    path = Array(path.prefix(Self.maximumComponentCount - 1)) + path.suffix(1)
    var byComponent: [ComponentID: [Signal]] = [:]
    let wanted = Set(path)
    let earliest = begin?.advanced(bySeconds: -Self.slackSeconds)
    for signal in signals where wanted.contains(signal.component) && signal.channel.tellsOfFailure {
      guard let onset = signal.onset, earliest.map({ $0 <= onset }) ?? true else { continue }
      byComponent[signal.component, default: []].append(signal)
    }
    var seen: Set<ComponentID> = []
    for component in path where seen.insert(component).inserted {
      self.signals += Self.chosen(byComponent[component] ?? [])
    }
  }

  /// The clearest one that can be drawn, and the earliest.
  private static func chosen(_ signals: [Signal]) -> [Signal] {
    let clearest = signals.filter { $0.evidence.excerpt?.isDrawable == true }.min {
      (-$0.deviationSigmas, -$0.strength, $0.id) < (-$1.deviationSigmas, -$1.strength, $1.id)
    }
    let earliest = signals.min {
      ($0.onset?.nanoseconds ?? .max, -$0.strength, $0.id) < ($1.onset?.nanoseconds ?? .max, -$1.strength, $1.id)
    }
    var chosen = [clearest, earliest].compactMap { $0 }
    if chosen.count == 2, chosen[0].evidence == chosen[1].evidence { chosen.removeLast() }
    return Array(chosen.prefix(perComponent))
  }
}

/// What happened when: the page, changes and alerts nearby, and the onsets along the path.
struct TimelineAssembly {
  var entries: [IncidentReport.TimelineEntry]

  init(
    _ snapshot: BlackboardSnapshot, incident: Incident, onset: Timestamp?, context: [IncidentReport.ContextEntry],
    pathSignals: [Signal], register: EvidenceRegister
  ) {
    var entries: [IncidentReport.TimelineEntry] = []
    if let alertedAt = incident.alertedAt {
      let place = incident.symptom.map { " at \($0.component)" } ?? ""
      let metric = incident.symptom?.metric.map { ", \($0)" } ?? ""
      entries.append(
        .init(
          at: alertedAt, what: place.isEmpty ? "The incident was noticed." : "Noticed\(place)\(metric).",
          source: "incident"))
    }
    if let onset, onset != incident.alertedAt {
      entries.append(.init(at: onset, what: "The incident begins, as estimated.", source: "incident"))
    }
    for note in context {
      guard let at = note.at else { continue }
      entries.append(.init(at: at, what: note.statement, source: note.evidence.first?.id ?? "incident"))
    }
    for signal in pathSignals {
      guard let onset = signal.onset, let id = register.identifier(of: signal.evidence) else { continue }
      entries.append(.init(at: onset, what: bounded(signal.evidence.statement), source: id))
    }
    var seen: Set<IncidentReport.TimelineEntry> = []
    entries = entries.filter { seen.insert($0).inserted }
    let middle = onset ?? incident.alertedAt ?? incident.window.start
    if entries.count > ReportLimits.timeline {
      entries = Array(
        entries.sorted { abs(middle.seconds(until: $0.at)) < abs(middle.seconds(until: $1.at)) }
          .prefix(ReportLimits.timeline))
    }
    self.entries = entries.sorted { ($0.at, $0.what, $0.source) < ($1.at, $1.what, $1.source) }
  }
}
