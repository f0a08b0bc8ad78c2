import IncidentModel

/// The document together with what the renderers draw beside it: charts by evidence identifier, the service map, and
/// when each component moved.
struct AssembledReport {
  /// As published: what the JSON form is.
  private(set) var document: IncidentReport
  /// The same with times in sentences as the reader's clock shows them.
  private(set) var report: IncidentReport
  /// Evidence identifier to chart points; only drawable ones.
  var excerpts: [String: SeriesExcerpt] = [:]
  var serviceMap: ServiceMap
  /// When each component first departed from normal in this incident.
  var movedAt: [ComponentID: Timestamp] = [:]
  /// Of how many components alerts are evidence.
  var alertedCount = 0
  /// How many alerts there are, where whoever shows the report knows; the board only has what is unusual about them.
  var alertCount: Int?

  /// `14 alerts`, or `alerts at 3 components`; nil without any.
  var alertFact: String? {
    if let alertCount, alertCount > 0 { return Wording.count(alertCount, "alert") }
    return alertedCount > 0 ? "alerts at \(Wording.count(alertedCount, "component"))" : nil
  }

  init(_ snapshot: BlackboardSnapshot, zone: ReportZone = .utc) {
    let verdict = Verdict(snapshot)
    let judged = verdict.outcome == .healthy ? [] : Array(verdict.hypotheses.prefix(ReportLimits.findings))
    let opening = snapshot.opening ?? .unknown
    let impact = ImpactAssessment(snapshot, serviceMap: opening.serviceMap, outcome: verdict.outcome)
    var register = EvidenceRegister()
    let window = opening.incident.window
    // What was compared begins somewhere even where nothing is wrong.
    let onset = verdict.outcome == .healthy ? nil : snapshot.detection?.onset
    let findings = judged.enumerated().map { position, entry in
      Self.finding(entry, rank: position + 1, window: window, register: &register)
    }
    let context = snapshot.context.prefix(ReportLimits.context).map { Self.context($0, &register) }
    serviceMap = opening.serviceMap
    alertedCount = snapshot.signals.count { $0.channel == .alert }
    movedAt = Self.movedAt(snapshot.signals, findings: findings, begin: snapshot.detection?.onset)
    let pathSignals = PathSignals(
      snapshot.signals, lead: findings.first, symptom: opening.incident.symptom?.component,
      begin: findings.first?.onset ?? snapshot.detection?.onset)
    let pathEvidence = pathSignals.signals.compactMap { signal in
      register.identifier(of: signal.evidence) == nil ? register.item(for: signal.evidence) : nil
    }
    document = IncidentReport(
      schema: IncidentReport.schemaName,
      incident: Self.summary(opening.incident, snapshot.detection, impact, onset: onset),
      outcome: verdict.outcome, abstentionLine: verdict.abstentionLine,
      findings: findings,
      ranking: Array(verdict.ranking.prefix(ReportLimits.ranking)),
      remediations: verdict.outcome == .healthy ? [] : Self.remediations(snapshot.remediations, findings),
      impact: impact.impact,
      timeline: TimelineAssembly(
        snapshot, incident: opening.incident, onset: onset, context: context, pathSignals: pathSignals.signals,
        register: register
      ).entries,
      context: context,
      pathEvidence: pathEvidence,
      nextChecks: NextChecks(verdict.outcome, findings, snapshot).sentences,
      blindSpots: unique(snapshot.diagnostics.map(\.statement)).prefix(ReportLimits.blindSpots).map { bounded($0) },
      conclusion: bounded(snapshot.conclusion?.reason ?? ""),
      agents: Array((snapshot.conclusion?.agents ?? []).prefix(ReportLimits.agents)),
      cost: IncidentReport.Cost(snapshot.modelCost), advice: IncidentReport.AdviceSection(snapshot, verdict),
      provenance: IncidentReport.Provenance(
        version: opening.version, configuration: opening.configurationDigest, input: opening.inputDigest))
    excerpts = register.excerpts
    report = document
    let reference = document.shownWindow.start
    report.rewriteSentences { zone.localizing($0, near: reference) }
  }

  private static func summary(
    _ incident: Incident, _ detection: Detection?, _ impact: ImpactAssessment, onset: Timestamp?
  ) -> IncidentReport.IncidentSummary {
    IncidentReport.IncidentSummary(
      id: incident.id, title: bounded(incident.title, limit: 300), severity: impact.severity,
      severityReason: impact.severityReason, window: incident.window, onset: onset,
      alertedAt: incident.alertedAt, symptom: incident.symptom, environment: incident.environment,
      detection: bounded(detection?.statement ?? ""))
  }

  private static func context(
    _ note: ContextNote, _ register: inout EvidenceRegister
  ) -> IncidentReport.ContextEntry {
    IncidentReport.ContextEntry(
      topic: note.topic, components: note.components, at: note.at, statement: bounded(note.statement),
      evidence: note.evidence.prefix(4).map { register.item(for: $0) })
  }

  private static func remediations(
    _ remediations: [Remediation], _ findings: [IncidentReport.Finding]
  ) -> [IncidentReport.Advice] {
    let rank = Dictionary(findings.map { ($0.id, $0.rank) }, uniquingKeysWith: min)
    let inOrder = remediations.enumerated().filter { rank[$0.element.hypothesis] != nil }.sorted {
      (rank[$0.element.hypothesis] ?? .max, $0.offset) < (rank[$1.element.hypothesis] ?? .max, $1.offset)
    }
    return inOrder.prefix(ReportLimits.remediations).map { advice($0.element) }
  }

  private static func advice(_ remediation: Remediation) -> IncidentReport.Advice {
    IncidentReport.Advice(
      id: remediation.id, finding: remediation.hypothesis, runbook: remediation.runbook,
      title: bounded(remediation.title), reason: bounded(remediation.reason),
      preconditions: remediation.preconditions.prefix(ReportLimits.stepsPerRemediation).map { bounded($0) },
      steps: Array(remediation.steps.prefix(ReportLimits.stepsPerRemediation)), risk: remediation.risk,
      blastRadius: Array(remediation.blastRadius.prefix(ReportLimits.impact)), reversible: remediation.isReversible,
      approval: remediation.requiresApproval ? .required : .notNeeded,
      expectedEffect: bounded(remediation.expectedEffect), verification: bounded(remediation.verification),
      trackRecord: IncidentReport.TrackRecord())
  }

  /// The earliest onset of each component's signals, not before the incident began; the lead finding's own onset wins.
  private static func movedAt(
    _ signals: [Signal], findings: [IncidentReport.Finding], begin: Timestamp?
  ) -> [ComponentID: Timestamp] {
    let earliest = (findings.first?.onset ?? begin)?.advanced(bySeconds: -PathSignals.slackSeconds)
    var moved: [ComponentID: Timestamp] = [:]
    for signal in signals where signal.channel.tellsOfFailure {
      guard let onset = signal.onset, earliest.map({ $0 <= onset }) ?? true else { continue }
      moved[signal.component] = min(moved[signal.component] ?? onset, onset)
    }
    if let lead = findings.first, let onset = lead.onset { moved[lead.component] = onset }
    return moved
  }
}

extension Opening {
  /// What stands in for the first entry of a log that was cut off before it.
  fileprivate static let unknown = Opening(
    incident: Incident(
      id: "unknown", title: "unknown incident",
      window: TimeWindow(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 0))),
    serviceMap: ServiceMap(), inputDigest: "", configurationDigest: "", version: "")
}

extension SignalChannel {
  /// Whether the channel shows that something went wrong, rather than why it might have (a change, more load).
  var tellsOfFailure: Bool {
    switch self {
    case .change, .traffic, .alert: false
    default: true
    }
  }
}

/// The texts without repetitions, in their order.
func unique(_ texts: [String]) -> [String] {
  var seen: Set<String> = []
  return texts.filter { seen.insert($0).inserted }
}
