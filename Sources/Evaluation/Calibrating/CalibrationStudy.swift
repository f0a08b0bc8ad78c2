import IncidentModel
import RootCauseAnalysis

/// A fit and how far to believe it: on what it has seen, on each dataset after a fit to the others, and on datasets that
/// were held out.
package struct CalibrationStudy: Sendable {
  package var model: ConfidenceModel
  package var rows: [Row]

  /// A replay with its graded investigations, in the order of the cases' names.
  package struct Dataset: Hashable, Sendable {
    package var name: String
    package var investigations: [GradedInvestigation]
    /// Cases and fault-free windows that were investigated, those without an answer included.
    package var caseCount: Int

    package init(name: String, investigations: [GradedInvestigation], caseCount: Int) {
      self.name = name
      self.investigations = investigations
      self.caseCount = caseCount
    }
  }

  /// How one dataset came out.
  package struct Row: Hashable, Sendable {
    package var name: String
    package var isHeldOut: Bool
    package var caseCount: Int
    package var answers: Int
    package var right: Int
    package var meanConfidence: Double
    /// Expected calibration error with the fit itself; for a held-out dataset that is a fit that has not seen it.
    package var error: Double
    /// The same after a fit to the other datasets; nil for a held-out one.
    package var errorLeftOut: Double?
    /// What answers that are perfectly calibrated would be measured to have at these confidences and this number.
    package var errorByChance: Double
    /// With the fit, and after a fit to the others.
    package var confident: ConfidentAnswers
    package var confidentLeftOut: ConfidentAnswers?
    /// Below the line, and how many of these were right.
    package var abstained: Int
    package var abstainedRight: Int
    fileprivate var stated: [Calibration.Answer]
    fileprivate var statedLeftOut: [Calibration.Answer]
  }

  package init(
    fittedOn datasets: [Dataset], heldOut: [Dataset], fit: ConfidenceFit, abstentionLine: Double
  ) {
    let model = fit.model(of: datasets.map(\.investigations), abstentionLine: abstentionLine)
    self.model = model
    rows =
      datasets.map { dataset in
        let others = datasets.filter { $0.name != dataset.name }.map(\.investigations)
        let left = others.isEmpty ? nil : fit.model(of: others, abstentionLine: abstentionLine)
        return Row(dataset, model, leftOut: left, isHeldOut: false)
      } + heldOut.map { Row($0, model, leftOut: nil, isHeldOut: true) }
  }

  /// The error of all answers together, each dataset weighing the same.
  package var inSampleError: Double { Self.pooledError(rows.filter { !$0.isHeldOut }.map(\.stated)) }
  package var leaveOneDatasetOutError: Double { Self.pooledError(rows.filter { !$0.isHeldOut }.map(\.statedLeftOut)) }
  package var heldOutError: Double? {
    let held = rows.filter(\.isHeldOut)
    return held.isEmpty ? nil : Self.pooledError(held.map(\.stated))
  }

  /// Answers at 0.8 or more, and how many of them are wrong.
  package struct ConfidentAnswers: Hashable, Sendable {
    package var answers: Int
    package var wrong: Int
    package var wrongShare: Double {
      answers == 0 ? 0 : (Double(wrong) / Double(answers)).roundedToSignificantDigits(3)
    }

    fileprivate init(_ stated: [Calibration.Answer]) {
      let confident = stated.filter { $0.confidence >= Scorecard.confidentFrom }
      answers = confident.count
      wrong = confident.count { !$0.isRight }
    }
  }

  package var confident: ConfidentAnswers { ConfidentAnswers(rows.flatMap(\.stated)) }
  /// Of each dataset after a fit to the others.
  package var confidentLeftOut: ConfidentAnswers {
    ConfidentAnswers(rows.filter { !$0.isHeldOut }.flatMap(\.statedLeftOut))
  }

  private static func pooledError(_ datasets: [[Calibration.Answer]]) -> Double {
    Calibration.error(datasets.flatMap { answers in answers.map { ($0, 1 / Double(answers.count)) } })
      .roundedToSignificantDigits(3)
  }
}

extension CalibrationStudy.Row {
  fileprivate init(
    _ dataset: CalibrationStudy.Dataset, _ model: ConfidenceModel, leftOut: ConfidenceModel?, isHeldOut: Bool
  ) {
    func stated(_ model: ConfidenceModel) -> [Calibration.Answer] {
      dataset.investigations.compactMap { $0.answer(model) }.map {
        Calibration.Answer(confidence: $0.confidence, isRight: $0.isRight)
      }
    }
    let answers = stated(model)
    let answersLeftOut = leftOut.map(stated)
    name = dataset.name
    self.isHeldOut = isHeldOut
    caseCount = dataset.caseCount
    self.answers = answers.count
    right = answers.count(where: \.isRight)
    meanConfidence = answers.reduce(0) { $0 + $1.confidence } / Double(max(answers.count, 1))
    error = Calibration(answers).ece
    errorLeftOut = answersLeftOut.map { Calibration($0).ece }
    errorByChance = Calibration.errorByChance(answers.map(\.confidence))
    confident = CalibrationStudy.ConfidentAnswers(answers)
    confidentLeftOut = answersLeftOut.map(CalibrationStudy.ConfidentAnswers.init)
    let below = answers.filter { $0.confidence < model.abstentionLine }
    abstained = below.count
    abstainedRight = below.count(where: \.isRight)
    self.stated = answers
    statedLeftOut = answersLeftOut ?? answers
  }
}

extension Calibration {
  /// Expected calibration error over ten equal bins, of answers that may weigh differently.
  package static func error(_ answers: [(answer: Answer, weight: Double)]) -> Double {
    var excess = [Double](repeating: 0, count: 10)
    var total = 0.0
    for (answer, weight) in answers {
      excess[bin(of: answer.confidence)] += weight * (answer.confidence - (answer.isRight ? 1 : 0))
      total += weight
    }
    return total > 0 ? excess.reduce(0) { $0 + abs($1) } / total : 0
  }

  /// The mean error of so many answers of which each is right with just the probability that it states: what is left
  /// when calibration is perfect and cases are few. From 1,000 simulations with a fixed seed.
  package static func errorByChance(_ confidences: [Double]) -> Double {
    var random = SeededRandom(seed: 20_260_301, purpose: "calibration by chance")
    let simulations = 1000
    var sum = 0.0
    for _ in 0..<simulations {
      sum += error(confidences.map { (Answer(confidence: $0, isRight: random.chance($0)), 1) })
    }
    return (sum / Double(simulations)).roundedToSignificantDigits(6)
  }
}
