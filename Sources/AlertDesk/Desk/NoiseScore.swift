/// How often alerts of one rule led to anything: somebody acknowledged one, or it was part of an incident with alerts of
/// other rules.
package struct NoiseScore: Hashable, Sendable, Codable {
  /// Times that an alert of the rule began.
  package var starts = 0
  package var useful = 0

  /// The share of starts that led to nothing, from 0 to 1, by Laplace's rule of succession: a rule seen once is not
  /// judged by it.
  package var score: Double { Double(starts - useful + 1) / Double(starts + 2) }
}

extension Desk {
  /// More rules than this are scored together, under no name.
  static let maximumScoredRules = 10_000

  package var noiseScores: [String: NoiseScore] { state.rules.noise }

  func noiseRule(of labels: LabelSet) -> String? {
    guard let label = rules.noiseLabel else { return nil }
    let name = labels[label]
    return state.rules.noise[name] != nil || state.rules.noise.count < Self.maximumScoredRules ? name : ""
  }

  mutating func scoreStart(_ labels: LabelSet) {
    if let rule = noiseRule(of: labels) { state.rules.noise[rule, default: NoiseScore()].starts += 1 }
  }

  /// Counts this time that an alert fired as useful; each time is counted once.
  mutating func scoreUse(of fingerprint: Fingerprint) {
    guard let alert = state.alerts[fingerprint], !alert.wasUseful, let rule = noiseRule(of: alert.labels) else {
      return
    }
    state.alerts[fingerprint]?.wasUseful = true
    state.rules.noise[rule, default: NoiseScore()].useful += 1
  }
}
