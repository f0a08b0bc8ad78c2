import Evaluation
import Foundation
import IncidentModel
import RootCauseAnalysis
import Testing

@Suite struct CalibrationFitTests {
  /// Investigations of which the first suspect is right with the probability that this says, and the second never.
  private static let truth = ConfidenceModel(
    intercept: -2, weights: [.margin: 3, .agreement: 1.5], abstentionLine: 0.4)

  private func dataset(_ seed: UInt64, count: Int = 200, factor: Double = 1) -> [GradedInvestigation] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { number in
      let features: [AnswerFeature: Double] = [
        .margin: random.unit(), .strength: random.unit(), .agreement: random.unit(), .crowd: random.unit(),
      ]
      let odds = ConfidenceModel.probability(logOdds: Self.truth.logOdds(features))
      let stated = odds * factor / (1 - odds + odds * factor)
      return GradedInvestigation(
        suspects: [
          .init(features: features, oddsFactor: factor, isRight: random.chance(stated)),
          .init(features: features.mapValues { $0 / 10 }, oddsFactor: 1, isRight: false),
        ], inputDigest: "\(number)")
    }
  }

  private func study(_ datasets: [[GradedInvestigation]], heldOut: [GradedInvestigation] = []) -> CalibrationStudy {
    func named(_ datasets: [[GradedInvestigation]], _ prefix: String) -> [CalibrationStudy.Dataset] {
      datasets.enumerated().map {
        CalibrationStudy.Dataset(
          name: "\(prefix)\($0.offset)", investigations: $0.element, caseCount: $0.element.count)
      }
    }
    return CalibrationStudy(
      fittedOn: named(datasets, "fitted "), heldOut: heldOut.isEmpty ? [] : named([heldOut], "held out "),
      fit: ConfidenceFit(), abstentionLine: 0.4)
  }

  @Test func theFitIsCalibratedOnWhatItHasNotSeen() throws {
    let study = study([dataset(1), dataset(2), dataset(3)], heldOut: dataset(4, count: 1000))
    #expect(study.leaveOneDatasetOutError < 0.07)
    #expect(try #require(study.heldOutError) < 0.07)
    let margin = try #require(study.model.weights[.margin])
    #expect(abs(margin - 3) < 0.8, "\(margin)")
    #expect(abs(try #require(study.model.weights[.strength])) < 0.8)
  }

  @Test func whatTheCriticsSayIsNotCountedTwice() throws {
    let plain = ConfidenceFit().model(of: [dataset(1), dataset(2)], abstentionLine: 0.4)
    let doubted = ConfidenceFit().model(of: [dataset(1, factor: 0.5), dataset(2, factor: 0.5)], abstentionLine: 0.4)
    #expect(abs(plain.intercept - doubted.intercept) < 0.5, "\(plain.intercept) \(doubted.intercept)")
  }

  @Test func cautionLowersWhatIsStatedAndNotWhatIsSeen() throws {
    let datasets = [dataset(1, count: 600), dataset(2, count: 600)]
    let seen = ConfidenceFit(penalty: 0).model(of: datasets, abstentionLine: 0.4)
    let careful = ConfidenceFit(penalty: 0, caution: 4).model(of: datasets, abstentionLine: 0.4)
    #expect(careful.caution == 4 && careful.weights == seen.weights && careful.intercept == seen.intercept)
    for investigation in datasets[0].prefix(50) {
      let (whole, lowered) = (try #require(investigation.answer(seen)), try #require(investigation.answer(careful)))
      #expect(lowered.seen == whole.confidence && lowered.confidence <= lowered.seen)
    }
  }

  /// The same answers are given, whatever a wrong one counts for.
  @Test func theLineOfAbstentionMovesWithTheOdds() {
    #expect(ConfidenceFit().abstentionLine(wrongAnswerCost: 1.5) == 0.333)
    #expect(ConfidenceFit(caution: 4).abstentionLine(wrongAnswerCost: 1.5) == 0.325)
    #expect(ConfidenceFit(caution: 4).abstentionLine(wrongAnswerCost: 1) == 0)
  }

  @Test func theShareOfWrongAnswersIsAmongThoseThatAreSure() throws {
    let study = study([dataset(1), dataset(2)], heldOut: dataset(3))
    let wrong = study.rows.reduce(0) { $0 + $1.confident.wrong }
    #expect(study.confident.wrong == wrong)
    #expect(study.confident.answers > wrong)
    #expect(study.confident.answers < study.rows.reduce(0) { $0 + $1.answers })
    #expect(abs(study.confident.wrongShare - Double(wrong) / Double(study.confident.answers)) < 0.001)
  }

  @Test func everyDatasetWeighsTheSame() {
    let (small, large) = (dataset(1, count: 60), dataset(2, count: 60))
    let once = ConfidenceFit().model(of: [small, large], abstentionLine: 0.4)
    let often = ConfidenceFit().model(
      of: [small, Array(repeatElement(large, count: 7).joined())], abstentionLine: 0.4)
    for feature in AnswerFeature.allCases {
      #expect(abs((once.weights[feature] ?? 0) - (often.weights[feature] ?? 0)) < 0.01)
    }
  }

  @Test func aFeatureThatWouldSpeakAgainstTheAnswerCountsNothing() {
    let turned = dataset(1).map { investigation in
      var investigation = investigation
      for index in investigation.suspects.indices {
        investigation.suspects[index].features[.margin] = 1 - (investigation.suspects[index].features[.margin] ?? 0)
      }
      return investigation
    }
    let model = ConfidenceFit().model(of: [turned], abstentionLine: 0.4)
    #expect(model.weights[.margin] == 0)
    #expect(model.weights.values.allSatisfy { $0 >= 0 })
  }

  @Test func noAnswersAndNoCasesAreNoTrouble() {
    let silent = [GradedInvestigation(), GradedInvestigation(suspects: [])]
    let vetoed = [GradedInvestigation(suspects: [.init(features: [:], oddsFactor: 0, isRight: true)])]
    let study = study([silent, vetoed, dataset(1)])
    #expect(study.rows.map(\.answers) == [0, 0, 200])
    #expect(study.rows[0].error == 0)
    #expect(study.model.intercept.isFinite)
    #expect(study.terminalText().contains("200"))
  }

  @Test func sameInputSameBytes() {
    #expect(study([dataset(1), dataset(2)]).terminalText() == study([dataset(1), dataset(2)]).terminalText())
  }

  @Test func linesFitATerminal() {
    let text = study([dataset(1), dataset(2)], heldOut: dataset(3)).terminalText()
    let lines = text.components(separatedBy: "\n").filter { !$0.hasPrefix(" log odds") }
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  @Test func perfectAnswersHaveAnErrorByChanceThatCasesTakeAway() {
    #expect(Calibration.errorByChance([]) == 0)
    #expect(Calibration.errorByChance([1, 1, 0]) == 0)
    let few = Calibration.errorByChance([Double](repeating: 0.5, count: 16))
    let many = Calibration.errorByChance([Double](repeating: 0.5, count: 400))
    // Half the mean absolute deviation of a fair coin: sqrt(2 / pi) * 0.5 / sqrt(n).
    #expect(abs(few - 0.0997) < 0.01, "\(few)")
    #expect(abs(many - 0.01995) < 0.002, "\(many)")
  }
}
