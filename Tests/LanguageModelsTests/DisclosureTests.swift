import IncidentModel
import Testing

@testable import LanguageModels

@Suite struct DisclosureTests {
  private func evidence(_ kind: Evidence.Kind) -> Evidence {
    let window = TimeWindow(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 1))
    return Evidence(
      kind: kind, statement: "\(kind)", query: .init(source: "s", expression: "e", window: window), digest: "",
      value: 1,
      unit: "")
  }

  @Test func showsOnlyWhatIsListed() {
    let all: [Evidence.Kind] = [.metric, .log, .trace, .alert, .change, .topology, .history]
    let items = all.map(evidence)
    #expect(Disclosure([.metrics, .alerts]).visible(items).map(\.kind) == [.metric, .alert])
    #expect(Disclosure.nothing.visible(items).isEmpty)
    #expect(Disclosure.everything.visible(items) == items)
  }

  @Test func aStatementGoesWithItsEvidence() {
    let hypothesis = Hypothesis(
      id: "H1", component: "a", componentKind: .service, componentRole: .application, metric: nil, fault: .cpu,
      cause: nil,
      onset: nil, score: 1, confidence: 1, statement: "a misbehaves: secret log text", propagation: ["a", "b"],
      channelShares: [], evidence: [evidence(.log), evidence(.metric)])
    let shown = Disclosure([.metrics, .names]).visible(hypothesis)
    #expect(shown.statement.isEmpty && shown.propagation.isEmpty && shown.evidence.count == 1)
    #expect(Disclosure.everything.visible(hypothesis) == hypothesis)
  }
}
