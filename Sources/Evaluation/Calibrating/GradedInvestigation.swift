import IncidentModel
import RootCauseAnalysis

/// All that the confidence of an investigation's first answer came from, and which suspects were right: another
/// calibration can be tried on it without investigating again.
package struct GradedInvestigation: Hashable, Sendable, Codable {
  package struct Suspect: Hashable, Sendable, Codable {
    package var features: [AnswerFeature: Double]
    /// The product of the critics' factors; 0 where it was vetoed.
    package var oddsFactor: Double
    package var isRight: Bool

    package init(features: [AnswerFeature: Double], oddsFactor: Double, isRight: Bool) {
      self.features = features
      self.oddsFactor = oddsFactor
      self.isRight = isRight
    }
  }

  /// Of detection, that there is an incident at all.
  package var certainty: Double
  /// Best first, before the critics; none where nothing was said to be wrong.
  package var suspects: [Suspect]
  /// `sha256:<hex>` of the telemetry that was looked at.
  package var inputDigest: String

  package init(certainty: Double = 1, suspects: [Suspect] = [], inputDigest: String = "") {
    self.certainty = certainty
    self.suspects = suspects
    self.inputDigest = inputDigest
  }

  init(_ snapshot: BlackboardSnapshot, isRight: (ComponentID) -> Bool) {
    self.init(
      certainty: snapshot.detection?.certainty ?? 1,
      suspects: snapshot.hypotheses.map { hypothesis in
        Suspect(
          features: hypothesis.features ?? [:], oddsFactor: (snapshot.critiques[hypothesis.id] ?? []).oddsFactor,
          isRight: isRight(hypothesis.component))
      }, inputDigest: snapshot.opening?.inputDigest ?? "")
  }

  /// The first answer as a report would state it with this calibration.
  package struct Answer {
    /// Its position among the suspects.
    package var position: Int
    package var confidence: Double
    /// The confidence before caution.
    package var seen: Double
    package var isRight: Bool
  }

  /// Nil where nobody is left to name.
  package func answer(_ model: ConfidenceModel) -> Answer? {
    let priors = model.probabilities(suspects.map(\.features), certainty: certainty)
    let confidences = Verdict.posteriors(priors, oddsFactors: suspects.map(\.oddsFactor))
    let alive = suspects.indices.filter { suspects[$0].oddsFactor > 0 }
    guard let first = alive.min(by: { (-confidences[$0], $0) < (-confidences[$1], $1) }) else { return nil }
    return Answer(
      position: first, confidence: Verdict.stated(confidences[first], caution: model.caution),
      seen: confidences[first], isRight: suspects[first].isRight)
  }
}
