/// A hypothesis with its critics' answer: what a report and a scorecard show.
package struct JudgedHypothesis: Hashable, Sendable {
  package var hypothesis: Hypothesis
  package var critiques: [Critique]
  /// Probability after the critics, 0…1, rounded to three digits, and on the careful side where a calibration gave it.
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
  /// Below this probability the answer is "not enough to say"; the assessment brings it with it.
  package var abstentionLine: Double

  /// Where no assessment says otherwise.
  package static let usualAbstentionLine = 0.35

  package init(_ snapshot: BlackboardSnapshot) {
    abstentionLine = snapshot.assessment?.abstentionLine ?? Self.usualAbstentionLine
    let critiques = snapshot.hypotheses.map { snapshot.critiques[$0.id] ?? [] }
    let confidences = Self.posteriors(snapshot.hypotheses.map(\.confidence), oddsFactors: critiques.map(\.oddsFactor))
    let caution = snapshot.assessment?.caution ?? 1
    let judged = snapshot.hypotheses.indices.map { position in
      // What was looked at and not inferred, an object's state, has no features, and its score is its confidence.
      let isInferred = snapshot.hypotheses[position].features != nil
      return JudgedHypothesis(
        hypothesis: snapshot.hypotheses[position], critiques: critiques[position],
        confidence: isInferred ? Self.stated(confidences[position], caution: caution) : confidences[position],
        isVetoed: critiques[position].oddsFactor == 0)
    }
    hypotheses = judged.withObjectsFirst.sorted {
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
      best.confidence >= abstentionLine
    {
      outcome = .causeFound
    } else {
      outcome = .abstained
    }
  }

  /// Probabilities after the critics, to three digits: what a veto (a factor of 0) takes away is shared out among the
  /// rest in proportion, then each one's odds are multiplied by its factor.
  package static func posteriors(_ priors: [Double], oddsFactors: [Double]) -> [Double] {
    let priors = priors.map { $0.isFinite ? $0.clamped(to: 0...1) : 0 }
    let left = 1 - zip(priors, oddsFactors).reduce(0) { $0 + ($1.1 == 0 ? $1.0 : 0) }
    return zip(priors, oddsFactors).map { prior, factor in
      guard factor > 0 else { return 0 }
      let factor = min(factor, 1000)
      let share = (prior / max(left, prior, 0.001)).clamped(to: 0.001...0.999)
      let odds = share / (1 - share) * factor
      return (odds / (1 + odds) * 1000).rounded() / 1000
    }
  }

  /// A probability on the careful side, to three digits: its odds divided by what grows from 1 where nothing is sure to
  /// `caution` where all is. Up to a caution of 10 the order of several stays what it was.
  package static func stated(_ probability: Double, caution: Double) -> Double {
    guard caution.isFinite, caution > 1 else { return probability }
    // Next to nothing up to one half, where an answer says itself that it is a doubtful one.
    let square = probability * probability
    let divisor = 1 + (caution - 1) * square * square
    return (probability / (probability + divisor * (1 - probability)) * 1000).rounded() / 1000
  }
}

extension [JudgedHypothesis] {
  /// Where two speak of one component and one of them names the object to mend, that one is at least as sure of the place
  /// as the other, and comes before it. Alternatives and hints, which are below this line, stay what they are.
  fileprivate var withObjectsFirst: [JudgedHypothesis] {
    map { one in
      guard one.hypothesis.object != nil, !one.isVetoed, one.confidence >= 0.8 else { return one }
      var one = one
      for other in self
      where other.hypothesis.object == nil && !other.isVetoed && other.hypothesis.component == one.hypothesis.component
      {
        one.confidence = Swift.max(one.confidence, other.confidence)
        // The same confidence is settled by the score, which two kinds of hypothesis do not share.
        one.hypothesis.score = Swift.max(one.hypothesis.score, other.hypothesis.score.nextUp)
      }
      return one
    }
  }
}

extension [Critique] {
  /// The product of the factors; 0 where one vetoes.
  package var oddsFactor: Double {
    contains { $0.verdict == .vetoes } ? 0 : reduce(1) { $0 * Swift.max($1.oddsFactor, 0) }
  }
}
