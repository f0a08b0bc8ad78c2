import IncidentModel

/// Turns how an investigation came out into the probability that a suspect is the cause, given that there is an incident
/// and that none of those before it is the cause: a logistic function of `AnswerFeature`s. The coefficients come from a file that
/// `tocsin calibrate` writes; `standard` is the same file built in.
package struct ConfidenceModel: Hashable, Sendable {
  package var intercept: Double
  /// In log odds; a feature that is not there counts nothing.
  package var weights: [AnswerFeature: Double]
  /// How many times smaller the odds stated of a sure answer are than the odds seen (`Verdict.stated`); from 1 to 10.
  package var caution: Double
  /// The probability, as stated, below which an answer is "not enough to say".
  package var abstentionLine: Double

  package init(intercept: Double, weights: [AnswerFeature: Double], caution: Double = 1, abstentionLine: Double) {
    self.intercept = intercept
    self.weights = weights
    self.caution = caution
    self.abstentionLine = abstentionLine
  }

  /// The log odds, summed in the order of the features.
  package func logOdds(_ features: [AnswerFeature: Double]) -> Double {
    AnswerFeature.allCases.reduce(intercept) { $0 + (weights[$1] ?? 0) * (features[$1] ?? 0) }
  }

  /// One probability a suspect, best first, before the critics and before caution: each has its own share of what those before it leave (a
  /// continuation-ratio model: Agresti, Categorical Data Analysis, 2002), and never more than the one before.
  /// - Parameter certainty: the probability that there is an incident at all.
  package func probabilities(_ suspects: [[AnswerFeature: Double]], certainty: Double) -> [Double] {
    var left = 1.0
    var last = 1.0
    return suspects.map { features in
      let own = min(left * Self.probability(logOdds: logOdds(features)), last)
      left -= own
      last = own
      return (own * certainty.clamped(to: 0...1) * 1000).rounded() / 1000
    }
  }

  package static func probability(logOdds: Double) -> Double { 1 / (1 + Number.exp(-logOdds)) }

  /// Everything that can change an answer, for digests.
  package var canonicalText: String {
    let terms = AnswerFeature.allCases.map { "\($0.rawValue) \(weights[$0] ?? 0)" }
    return "intercept \(intercept) \(terms.joined(separator: " ")) caution \(caution) abstention \(abstentionLine)"
  }
}
