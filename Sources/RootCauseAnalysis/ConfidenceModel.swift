import IncidentModel

/// Turns how an investigation came out into the probability that its first answer is right: a logistic function that
/// rises with each feature. The coefficients are a value, so that a file can hold others.
package struct ConfidenceModel: Hashable, Sendable, Codable {
  package var intercept: Double
  package var margin: Double
  package var strength: Double
  package var agreement: Double
  package var coverage: Double

  package init(intercept: Double, margin: Double, strength: Double, agreement: Double, coverage: Double) {
    self.intercept = intercept
    self.margin = margin
    self.strength = strength
    self.agreement = agreement
    self.coverage = coverage
  }

  package static let standard = ConfidenceModel(
    intercept: -2, margin: 2.5, strength: 2, agreement: 1, coverage: 0.5)

  /// What the model looks at; all from 0 to 1.
  package struct Features: Hashable, Sendable, Codable {
    /// How far the best is ahead of the second, as a share of the best.
    package var margin: Double
    /// The best total, saturating.
    package var strength: Double
    /// The share of the families' weight that puts the same component first.
    package var agreement: Double
    /// How many families of evidence there were at all, saturating.
    package var coverage: Double

    package init(margin: Double, strength: Double, agreement: Double, coverage: Double) {
      self.margin = margin
      self.strength = strength
      self.agreement = agreement
      self.coverage = coverage
    }
  }

  package func probability(_ features: Features) -> Double {
    let sum =
      intercept + margin * features.margin + strength * features.strength + agreement * features.agreement
      + coverage * features.coverage
    return 1 / (1 + Number.exp(-sum))
  }

  /// One probability a hypothesis, in the order given: the first from the model, the others share what is left in
  /// proportion to their scores, never above the one before.
  package func probabilities(_ features: Features, scores: [Double]) -> [Double] {
    guard !scores.isEmpty else { return [] }
    let first = probability(features)
    let others = scores.dropFirst().reduce(0) { $0 + max($1, 0) }
    var all = [first]
    for score in scores.dropFirst() {
      let share = others > 0 ? max(score, 0) / others : 0
      all.append(min(share * (1 - first), (all.last ?? first) * 0.99))
    }
    return all
  }
}
