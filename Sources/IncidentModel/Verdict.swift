/// A hypothesis with its critics' answer: what a report and a scorecard show.
package struct JudgedHypothesis: Hashable, Sendable {
  package var hypothesis: Hypothesis
  package var critiques: [Critique]
  /// Probability after the critics, 0…1, rounded to three digits.
  package var confidence: Double
  package var isVetoed: Bool

  package init(hypothesis: Hypothesis, critiques: [Critique], confidence: Double, isVetoed: Bool) {
    self.hypothesis = hypothesis
    self.critiques = critiques
    self.confidence = confidence
    self.isVetoed = isVetoed
  }
}

/// The outcome of an investigation, computed from a snapshot and nothing else. Where detection has said nothing (it
/// failed, or is switched off) the outcome is `abstained`: silence is not health.
package struct Verdict: Sendable {
  package var outcome: Outcome
  /// Best first; vetoed ones last.
  package var hypotheses: [JudgedHypothesis]
  /// Every component that was considered, best first, after the critics.
  package var ranking: [ComponentID]

  /// Below this probability the answer is "not enough to say".
  package static let abstentionLine = 0.35

  package init(_ snapshot: BlackboardSnapshot) {
    let judged = snapshot.hypotheses.map { Self.judge($0, snapshot.critiques[$0.id] ?? []) }
    hypotheses = judged.sorted {
      ($0.isVetoed ? 1 : 0, -$0.confidence, -$0.hypothesis.score, $0.hypothesis.component)
        < ($1.isVetoed ? 1 : 0, -$1.confidence, -$1.hypothesis.score, $1.hypothesis.component)
    }
    let named = hypotheses.map(\.hypothesis.component)
    let others = (snapshot.assessment?.ranking ?? []).map(\.component)
    var seen: Set<ComponentID> = []
    let alive = hypotheses.filter { !$0.isVetoed }.map(\.hypothesis.component)
    ranking = (alive + others.filter { !named.contains($0) } + named).filter { seen.insert($0).inserted }
    if let detection = snapshot.detection, !detection.isAnomalous {
      outcome = .healthy
    } else if snapshot.detection != nil, let best = hypotheses.first, !best.isVetoed,
      best.confidence >= Self.abstentionLine
    {
      outcome = .causeFound
    } else {
      outcome = .abstained
    }
  }

  /// Multiplies the odds of the hypothesis by each critic's factor.
  private static func judge(_ hypothesis: Hypothesis, _ critiques: [Critique]) -> JudgedHypothesis {
    let isVetoed = critiques.contains { $0.verdict == .vetoes }
    let prior = hypothesis.confidence.clamped(to: 0.001...0.999)
    let odds = critiques.reduce(prior / (1 - prior)) { $0 * max($1.oddsFactor, 0) }
    let posterior = isVetoed ? 0 : (odds / (1 + odds))
    return JudgedHypothesis(
      hypothesis: hypothesis, critiques: critiques,
      confidence: (posterior * 1000).rounded() / 1000, isVetoed: isVetoed)
  }
}
