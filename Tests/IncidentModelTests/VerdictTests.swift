import IncidentModel
import Testing

@Suite struct VerdictTests {
  @Test func aVetoSharesOutWhatItTookAway() {
    #expect(Verdict.posteriors([0.6, 0.3, 0.1], oddsFactors: [0, 1, 1]) == [0, 0.75, 0.25])
    #expect(Verdict.posteriors([0.6, 0.2], oddsFactors: [1, 0]) == [0.75, 0])
    #expect(Verdict.posteriors([0.5, 0.5], oddsFactors: [0, 0]) == [0, 0])
  }

  @Test func aFactorMultipliesTheOdds() {
    #expect(Verdict.posteriors([0.5], oddsFactors: [3]) == [0.75])
    #expect(Verdict.posteriors([0.5, 0.2], oddsFactors: [1, 1]) == [0.5, 0.2])
  }

  @Test func nothingLeavesTheUnitInterval() {
    for prior in [-1, 0, 1e-9, 0.5, 1, 2.0] {
      for factor in [0, 1e-9, 1, 1e9] {
        let all = Verdict.posteriors([prior, prior], oddsFactors: [factor, 0])
        #expect(all.allSatisfy { (0...1).contains($0) }, "\(prior) \(factor) \(all)")
      }
    }
  }

  @Test func cautionDividesTheOddsAndKeepsTheOrder() {
    #expect(Verdict.stated(0.5, caution: 4) == 0.457)
    #expect(Verdict.stated(0.9, caution: 4) == 0.752)
    #expect(Verdict.stated(0.7, caution: 1) == 0.7)
    for caution in [0, -1, .nan, .infinity] { #expect(Verdict.stated(0.7, caution: caution) == 0.7) }
    for caution in [1.0, 2.5, 4, 10] {
      let stated = (0...100).map { Verdict.stated(Double($0) / 100, caution: caution) }
      #expect(stated == stated.sorted() && stated.first == 0 && stated.last == 1)
    }
  }

  /// An object's state was looked at: its score is no estimate that a calibration is careful about.
  @Test func cautionIsOnlyForWhatWasInferred() {
    func confidence(features: [AnswerFeature: Double]?, caution: Double?) -> Double? {
      let hypothesis = Hypothesis(
        id: "H1", component: "a", componentKind: .service, componentRole: .application, metric: nil, fault: .cpu,
        cause: nil, onset: nil, score: 1, confidence: 0.5, statement: "", propagation: [], channelShares: [],
        evidence: [], features: features)
      let contributions: [Contribution] = [
        .assessment(Assessment(ranking: [], caution: caution)), .hypothesis(hypothesis),
      ]
      return Verdict(
        BlackboardSnapshot(
          entries: contributions.enumerated().map {
            BlackboardEntry(sequence: $0.offset + 1, revision: Revision(1), author: "test", contribution: $0.element)
          })
      ).hypotheses.first?.confidence
    }
    #expect(confidence(features: [:], caution: 4) == 0.457)
    #expect(confidence(features: [:], caution: nil) == 0.5)
    #expect(confidence(features: nil, caution: 4) == 0.5)
  }

  @Test(arguments: [(0.61, .abstained), (0.6, .causeFound), (nil, .causeFound)] as [(Double?, Outcome)])
  func theAssessmentSaysHowSureAnAnswerMustBe(line: Double?, outcome: Outcome) {
    let hypothesis = Hypothesis(
      id: "H1", component: "a", componentKind: .service, componentRole: .application, metric: nil, fault: .cpu,
      cause: nil, onset: nil, score: 1, confidence: 0.6, statement: "", propagation: [], channelShares: [],
      evidence: [])
    let contributions: [Contribution] = [
      .detection(Detection(onset: nil, onsetSource: .alert, isAnomalous: true, statement: "")),
      .assessment(Assessment(ranking: [], abstentionLine: line)), .hypothesis(hypothesis),
    ]
    let verdict = Verdict(
      BlackboardSnapshot(
        entries: contributions.enumerated().map {
          BlackboardEntry(sequence: $0.offset + 1, revision: Revision(1), author: "test", contribution: $0.element)
        }))
    #expect(verdict.outcome == outcome)
    #expect(verdict.abstentionLine == line ?? Verdict.usualAbstentionLine)
  }
}
