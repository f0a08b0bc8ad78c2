import IncidentModel

/// What there is to say about each suspect before the critics, as numbers that a `ConfidenceModel` weighs.
struct SuspectFeatures {
  private let answers: [Fusion.Total]

  /// - Parameter answers: every component that can be the answer, best first.
  init(answers: [Fusion.Total]) {
    self.answers = answers
  }

  subscript(position: Int) -> [AnswerFeature: Double] {
    let own = answers[position]
    let next = position + 1 < answers.count ? answers[position + 1].score : 0
    let features: [AnswerFeature: Double] = [
      .margin: own.score > 0 ? 1 - next / own.score : 0,
      .strength: own.score / (own.score + 0.5),
      .crowd: 1 - 1 / Double(answers.count).squareRoot(),
    ]
    return features.mapValues { $0.roundedToSignificantDigits(6) }
  }
}
