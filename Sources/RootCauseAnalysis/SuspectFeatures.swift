import IncidentModel

/// What there is to say about each suspect before the critics, as numbers that a `ConfidenceModel` weighs.
struct SuspectFeatures {
  private let fusion: Fusion
  private let answers: [Fusion.Total]

  /// - Parameter answers: every component that can be the answer, best first.
  init(_ fusion: Fusion, answers: [Fusion.Total]) {
    self.fusion = fusion
    self.answers = answers
  }

  subscript(position: Int) -> [AnswerFeature: Double] {
    let own = answers[position]
    let next = position + 1 < answers.count ? answers[position + 1].score : 0
    let features: [AnswerFeature: Double] = [
      .margin: own.score > 0 ? 1 - next / own.score : 0,
      .strength: own.score / (own.score + 0.5),
      .agreement: agreement(on: own.component, behind: Set(answers[..<position].map(\.component))),
      .crowd: 1 - 1 / Double(answers.count).squareRoot(),
    ]
    return features.mapValues { $0.roundedToSignificantDigits(6) }
  }

  /// The share of the families' weight that puts the component first among those not behind.
  private func agreement(on component: ComponentID, behind earlier: Set<ComponentID>) -> Double {
    var agreeing = 0.0
    var all = 0.0
    for scores in fusion.scores {
      let largest = scores.byComponent.filter { !earlier.contains($0.key) }.values.max() ?? 0
      guard largest > 0 else { continue }
      let weight = fusion.table[scores.family].weight
      all += weight
      if (scores.byComponent[component] ?? 0) >= 0.999 * largest { agreeing += weight }
    }
    return all > 0 ? agreeing / all : 0
  }
}
