import Evaluation
import Foundation
import IncidentModel
import Telemetry
import Testing

@Suite struct ScorecardTests {
  @Test func writesTheContractsDocument() throws {
    let json = try scorecard().json()
    let text = String(decoding: json, as: UTF8.self)
    let document = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    let expected: Set<String> = [
      "schema", "dataset", "adapter", "cases", "failed", "granularity", "accuracy", "metricAccuracy", "faultAccuracy",
      "calibration", "abstained", "wrongAndConfident", "healthy", "baselines", "byGroup", "seconds", "results",
    ]
    #expect(expected.subtracting(document.keys).isEmpty)
    #expect(document["schema"] as? String == "tocsin.scorecard/1")
    #expect(text.contains(#""rank":null"#))
    #expect(text.contains(#""ci95":{"avg5":"#))
    let results = try #require(document["results"] as? [[String: Any]])
    #expect(results.count == 4)
    #expect(
      results.allSatisfy { $0.keys.contains("rank") && $0.keys.contains("confidence") && $0.keys.contains("fault") })
    #expect(try JSONDecoder().decode(Scorecard.self, from: json) == scorecard())
  }

  @Test func countsWhatIsNeitherRightNorMissing() {
    let card = scorecard()
    #expect(card.cases == 5)
    #expect(card.failed == 1)
    #expect(card.accuracy.top1 == 0.5)
    #expect(card.abstained == 1)
    #expect(card.wrongAndConfident == 1)
    #expect(card.metricAccuracy.cases == 2)
    #expect(card.metricAccuracy.top3 == 0.5)
    #expect(card.faultCases == 3)
    #expect(card.faultAccuracy == 0.333333)
    #expect(card.faultAccuracyWhereRight == 0.5)
    #expect(card.healthy.falseAlarms == 1)
    #expect(card.seconds.perCase.p50 == 3)
    #expect(card.seconds.perCase.p99 == 6)
  }

  @Test func terminalTextFitsEightyColumns() {
    let text = scorecard(named: String(repeating: "long-name/", count: 20)).terminalText()
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) { #expect(line.count <= 80, "\(line)") }
    for part in ["always the same", "largest deviation", "false alarm", "FAILED", "MISSED"] {
      #expect(text.contains(part))
    }
    let empty = Scorecard(dataset: "empty", adapter: "tocsin", records: [], totalSeconds: 0).terminalText()
    #expect(empty.contains("0 cases"))
    // Of nothing there is no share.
    #expect(!empty.contains("%") && empty.contains("–"))
  }

  @Test func barsAreParsedAndChecked() throws {
    let bars = try AccuracyBar.parse("top1=0.5,mrr=0.1,faultAccuracy=0.9")
    #expect(bars.count == 3)
    let card = scorecard()
    // One of five cases failed and counts as a miss: 0.5 · 4/5.
    #expect(card.shortfalls(of: [AccuracyBar(measure: .top1, minimum: 0.4)]).isEmpty)
    let shortfalls = card.shortfalls(of: bars)
    #expect(shortfalls.count == 2)
    #expect(shortfalls[0].hasPrefix("top1 is 0.4, with 1 of 5 cases failed"))
  }

  @Test(arguments: ["", "top1", "top1=", "top1=2", "top1=-1", "top1=nan", "top9=0.5", "top1=0.5,", "top1=0.5,top1=0.6"])
  func barsThatAreNoneAreRefused(text: String) {
    #expect(throws: AccuracyBar.SyntaxError.self) { try AccuracyBar.parse(text) }
  }

  private func scorecard(named name: String = "case") -> Scorecard {
    func result(
      _ number: Int, rank: Int?, confidence: Double?, fault: FaultKind?, trueFault: FaultKind?, outcome: Outcome,
      metric: CaseResult.MetricRank? = nil
    ) -> CaseRecord {
      .faulty(
        result: CaseResult(
          caseID: "\(name)-\(number)", group: "group",
          key: AnswerKey(
            truth: ["payment"], candidates: ["payment", "checkout"], serviceMap: ServiceMap()),
          trueFault: trueFault, ranking: rank == 1 ? ["payment"] : ["checkout"], rank: rank, metric: metric,
          confidence: confidence, fault: fault, outcome: outcome, seconds: Double(number)))
    }
    return Scorecard(
      dataset: name, adapter: "tocsin",
      records: [
        result(1, rank: 1, confidence: 0.9, fault: .cpu, trueFault: .cpu, outcome: .causeFound, metric: .init(rank: 2)),
        result(2, rank: 1, confidence: 0.6, fault: .cpu, trueFault: .memory, outcome: .causeFound),
        result(
          3, rank: 2, confidence: 0.8, fault: .disk, trueFault: .cpu, outcome: .causeFound, metric: .init(rank: nil)),
        result(4, rank: nil, confidence: nil, fault: nil, trueFault: nil, outcome: .abstained),
        .failed(
          failure: CaseFailure(caseID: "\(name)-5", group: "group", error: "metrics.csv:3:7: " + name + " broken")),
        .healthy(
          result: HealthyResult(caseID: "\(name)-6", group: "group", outcome: .causeFound, named: "payment", seconds: 6)
        ),
      ], totalSeconds: 16)
  }
}
