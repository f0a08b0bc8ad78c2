import Evaluation
import IncidentModel
import Testing

/// What a model could change, and what it did change.
@Suite struct AdviceScoringTests {
  private func result(
    _ id: String, rank: Int?, nominees: [Nominee]? = nil, advised: AdvisedCase? = nil
  ) -> CaseResult {
    CaseResult(
      caseID: id, group: "g", key: AnswerKey(truth: ["a"], candidates: ["a"], serviceMap: ServiceMap()), ranking: ["a"],
      rank: rank, nominees: nominees, advised: advised)
  }

  private func nominee(_ isRight: Bool, _ isAccepted: Bool) -> Nominee {
    Nominee(isRight: isRight, isAccepted: isAccepted)
  }

  private func figures(_ effect: AdviceBounds.Effect) -> [Double] { [effect.top1, effect.helped, effect.harmed] }

  @Test func boundsCountWhatEachKindOfModelWouldChange() throws {
    let scorecard = Scorecard(
      dataset: "d", adapter: "a",
      records: [
        // Right, and a wrong nominee would be accepted.
        .faulty(result: result("1", rank: 1, nominees: [nominee(true, false), nominee(false, true)])),
        // Wrong, and the right one would be accepted.
        .faulty(result: result("2", rank: 2, nominees: [nominee(false, false), nominee(true, true)])),
        // Wrong, and only another wrong one would be accepted: no change.
        .faulty(
          result: result("3", rank: 2, nominees: [nominee(false, false), nominee(true, false), nominee(false, true)])),
        .faulty(result: result("4", rank: 1, nominees: [])),
      ], totalSeconds: 1)
    let bounds = try #require(scorecard.adviceBounds)
    #expect(bounds.cases == 4 && bounds.top1Without == 0.5)
    #expect(figures(bounds.oracle) == [0.75, 1, 0])
    #expect(figures(bounds.adversary) == [0.25, 0, 1])
    #expect(figures(bounds.random) == [0.5, 0.5, 0.5])
    #expect(figures(bounds.unadvised) == [0.5, 1, 1])
  }

  @Test func aScorecardWithoutAModelSaysNothingOfOne() throws {
    let scorecard = Scorecard(
      dataset: "d", adapter: "a", records: [.faulty(result: result("1", rank: 1))], totalSeconds: 1)
    #expect(scorecard.model == nil && scorecard.adviceBounds == nil)
    let json = String(decoding: try scorecard.json(), as: UTF8.self)
    #expect(!json.contains("\"model\"") && !json.contains("adviceBounds"))
  }

  @Test func helpedHarmedAndUnchangedAreCountedCaseByCase() throws {
    let cost = ModelAdvice.Cost(modelCalls: 2, tokens: 100, usd: 0.25)
    func advised(_ rank: Int?) -> AdvisedCase { AdvisedCase(rankWithout: rank, cost: cost) }
    let scorecard = Scorecard(
      dataset: "d", adapter: "a",
      records: [
        .faulty(result: result("helped", rank: 1, advised: advised(3))),
        .faulty(result: result("found", rank: 4, advised: advised(nil))),
        .faulty(result: result("harmed", rank: 2, advised: advised(1))),
        .faulty(result: result("same", rank: 1, advised: advised(1))),
        .faulty(result: result("not asked", rank: 1)),
      ], totalSeconds: 1)
    let model = try #require(scorecard.model)
    #expect([model.asked, model.helped, model.harmed, model.unchanged] == [4, 2, 1, 1])
    #expect(model.accuracyWithout.top1 == 0.6 && scorecard.accuracy.top1 == 0.6)
    #expect(model.cost == ModelAdvice.Cost(modelCalls: 8, tokens: 400, usd: 1))
    #expect(model.results.map(\.change) == [.helped, .helped, .harmed, .noChange])
    #expect(scorecard.terminalText().contains("2 helped, 1 harmed, 1 unchanged of 4 cases"))
  }
}
