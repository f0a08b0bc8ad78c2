import Evaluation
import IncidentModel
import Testing

@Suite struct AccuracyTests {
  @Test func countsHitsAtEachDepth() {
    // Hits at 1…5: 1, 2, 3, 3, 4 of 5 cases.
    let accuracy = Accuracy(ranks: [1, 2, 3, 5, nil])
    #expect(accuracy.top1 == 0.2)
    #expect(accuracy.top3 == 0.6)
    #expect(accuracy.top5 == 0.8)
    #expect(accuracy.avg5 == 0.52)
    // (1 + 1/2 + 1/3 + 1/5 + 0) / 5 = 0.406666…
    #expect(accuracy.mrr == 0.406667)
  }

  @Test func meansOfValuesPerCaseAreTheMeasures() {
    let ranks: [Int?] = [1, 2, 3, 5, 7, nil]
    let accuracy = Accuracy(ranks: ranks)
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    #expect(abs(mean(Bootstrap.hits(ranks, within: 3)) - accuracy.top3) < 1e-6)
    #expect(abs(mean(Bootstrap.averageHits(ranks)) - accuracy.avg5) < 1e-6)
  }

  @Test func noCasesGiveZeros() {
    #expect(Accuracy(ranks: []) == Accuracy())
    #expect(Bootstrap.interval(ofMean: []) == [0, 0])
  }

  @Test func intervalHoldsTheMeasureAndNarrowsWithCases() {
    let few: [Int?] = Array(repeating: 1, count: 6) + Array(repeating: nil, count: 4)
    let many = Array(repeating: few, count: 20).flatMap { $0 }
    let wide = Bootstrap.interval(ofMean: Bootstrap.hits(few, within: 1))
    let narrow = Bootstrap.interval(ofMean: Bootstrap.hits(many, within: 1))
    #expect(wide[0] < 0.6 && wide[1] > 0.6)
    #expect(narrow[0] < 0.6 && narrow[1] > 0.6)
    // The binomial's own 95 % interval for 120 of 200 is ±0.068.
    #expect(abs(narrow[1] - narrow[0] - 0.136) < 0.02)
    #expect(narrow[1] - narrow[0] < wide[1] - wide[0])
    #expect(wide == Bootstrap.interval(ofMean: Bootstrap.hits(few, within: 1)))
  }
}

@Suite struct CalibrationTests {
  @Test func binsErrorAndBrierScore() {
    let calibration = Calibration([
      .init(confidence: 0.9, isRight: true), .init(confidence: 0.9, isRight: false),
      .init(confidence: 0.3, isRight: false), .init(confidence: 1, isRight: true),
    ])
    let last = calibration.bins[9]
    #expect(last.cases == 3)
    #expect(last.meanConfidence == 0.933333)
    #expect(last.accuracy == 0.666667)
    #expect(calibration.bins[3].cases == 1)
    // 3/4·|2/3 − 2.8/3| + 1/4·|0 − 0.3| = 0.2 + 0.075
    #expect(calibration.ece == 0.275)
    // (0.01 + 0.81 + 0.09 + 0) / 4
    #expect(calibration.brier == 0.2275)
    #expect(calibration.bins.count == 10)
  }

  @Test func survivesConfidencesThatAreNone() {
    let calibration = Calibration([.init(confidence: .nan, isRight: true), .init(confidence: 7, isRight: true)])
    #expect(calibration.bins[0].cases == 1)
    #expect(calibration.bins[9].cases == 1)
    #expect(Calibration([]).ece == 0)
  }
}

@Suite struct BaselineTests {
  @Test func chanceIsTheExpectationOverAllOrders() {
    // 4 names, 1 right: every place is equally likely.
    let one = Baselines.expectationOfChance(candidates: 4, right: 1)
    #expect(one.top1 == 0.25)
    #expect(one.top3 == 0.75)
    #expect(one.top5 == 1)
    // (1 + 1/2 + 1/3 + 1/4) / 4
    #expect(one.mrr == 0.520833)
    // 5 names, 2 right: the first is wrong in 3/5, the first three in 3/5·2/4·1/3.
    let two = Baselines.expectationOfChance(candidates: 5, right: 2)
    #expect(two.top1 == 0.4)
    #expect(two.top3 == 0.9)
    #expect(Baselines.expectationOfChance(candidates: 3, right: 0) == Accuracy())
    #expect(Baselines.expectationOfChance(candidates: 2, right: 2).top1 == 1)
  }

  @Test func constantLeavesTheCaseItselfOut() {
    // For each “a” the others hold a, b: a tie, a first by name; for “b” the others hold a, a.
    let baselines = Baselines([result("1", truth: "a"), result("2", truth: "a"), result("3", truth: "b")])
    #expect(baselines.constant.top1 == 0.666667)
    #expect(baselines.constant.top5 == 0.666667)
  }

  @Test func deviationRanksComponentsByTheirLoudestSignal() {
    let signals = [
      signal("a", sigmas: 3), signal("b", sigmas: -9), signal("a", sigmas: 5), signal("c", sigmas: 5),
      signal("d", sigmas: .infinity),
    ]
    #expect(Baselines.rankingByMaximumDeviation(signals) == ["b", "a", "c"])
  }

  private func result(_ id: String, truth: ComponentID) -> CaseResult {
    CaseResult(
      caseID: id, group: "g",
      key: AnswerKey(truth: [truth], candidates: ["a", "b", "c"], serviceMap: ServiceMap()), ranking: [], rank: nil)
  }

  private func signal(_ component: ComponentID, sigmas: Double) -> Signal {
    let window = TimeWindow(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 1))
    return Signal(
      id: "S1", component: component, channel: .resource, subject: "cpu", strength: 1, deviationSigmas: sigmas,
      evidence: Evidence(
        kind: .metric, statement: "", query: .init(source: "metrics", expression: "", window: window), digest: "",
        value: 0, unit: ""))
  }
}
