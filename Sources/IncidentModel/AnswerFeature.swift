/// What the confidence in a suspect is worked out from: numbers from 0 to 1 that say how an investigation came out, each
/// such that more of it makes the suspect more likely.
///
/// All but the first suspect are looked at as if those before them did not exist, so that the same numbers speak for
/// whoever is left when a critic rules the first out.
package enum AnswerFeature: String, Hashable, Sendable, Codable, CodingKeyRepresentable, CaseIterable, Comparable {
  /// How far the suspect is ahead of the next, as a share of its own total.
  case margin
  /// Its total, saturating: half at 0.5.
  case strength
  /// The share of the families of evidence, by weight, that put it first.
  case agreement
  /// How many components could be the answer, n, as 1 - 1/√n: a lead over many says more than one over few.
  case crowd

  package static func < (left: AnswerFeature, right: AnswerFeature) -> Bool { left.rawValue < right.rawValue }
}
