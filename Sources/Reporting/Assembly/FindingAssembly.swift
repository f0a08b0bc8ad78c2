import IncidentModel

extension AssembledReport {
  static func finding(
    _ judged: JudgedHypothesis, rank: Int, window: TimeWindow, register: inout EvidenceRegister
  ) -> IncidentReport.Finding {
    let hypothesis = judged.hypothesis
    var evidence = EvidenceList()
    for item in hypothesis.evidence.prefix(ReportLimits.evidencePerFinding / 2) {
      evidence.append(register.item(for: item))
    }
    var critiques: [IncidentReport.CritiqueItem] = []
    for critique in judged.critiques {
      let supports = critique.verdict.direction
      let used = usedEvidence(critique, window: window).prefix(evidence.room).map {
        register.item(for: $0, supports: supports)
      }
      for item in used { evidence.append(item) }
      critiques.append(
        IncidentReport.CritiqueItem(
          test: critique.test, verdict: critique.verdict, factor: critique.oddsFactor.roundedToSignificantDigits(6),
          statement: bounded(critique.statement), evidence: used.map(\.id)))
    }
    return IncidentReport.Finding(
      rank: rank, id: hypothesis.id, component: hypothesis.component, componentKind: hypothesis.componentKind,
      componentRole: hypothesis.componentRole, metric: hypothesis.metric, fault: hypothesis.fault,
      cause: hypothesis.cause, confidence: judged.confidence, vetoed: judged.isVetoed, onset: hypothesis.onset,
      statement: bounded(hypothesis.statement), propagation: hypothesis.propagation,
      channels: hypothesis.channelShares.map {
        Hypothesis.ChannelShare(channel: $0.channel, share: $0.share.roundedToSignificantDigits(6))
      },
      evidence: evidence.items, critiques: critiques)
  }

  /// What a test looked at; a test that names no observation of its own stands as evidence itself, unless it could
  /// not tell.
  private static func usedEvidence(_ critique: Critique, window: TimeWindow) -> [Evidence] {
    guard critique.evidence.isEmpty else { return Array(critique.evidence.prefix(6)) }
    guard critique.verdict != .inconclusive else { return [] }
    var digest = ContentDigest()
    digest.update(critique.test)
    digest.update(critique.verdict.rawValue)
    digest.update(critique.oddsFactor)
    digest.update(critique.statement)
    let query = Evidence.Query(
      source: "blackboard", expression: "critique \(critique.test) of \(critique.hypothesis)", window: window)
    return [
      Evidence(
        kind: .topology, statement: critique.statement, query: query,
        digest: digest.finalize(), value: critique.oddsFactor, unit: "odds factor")
    ]
  }
}

/// Evidence of one finding: without repetition, bounded.
private struct EvidenceList {
  private(set) var items: [IncidentReport.EvidenceItem] = []

  mutating func append(_ item: IncidentReport.EvidenceItem) {
    guard room > 0, !contains(item.id) else { return }
    items.append(item)
  }

  var room: Int { ReportLimits.evidencePerFinding - items.count }

  private func contains(_ id: String) -> Bool { items.contains { $0.id == id } }
}

extension Critique.Verdict {
  /// Whether evidence of this test speaks for the hypothesis; nil where it cannot tell.
  fileprivate var direction: Bool? {
    switch self {
    case .supports: true
    case .weakens, .vetoes: false
    case .inconclusive: nil
    }
  }
}
