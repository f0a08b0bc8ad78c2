import IncidentModel
import RootCauseAnalysis
import Testing

/// Why the second of two lost, as a sentence beside it that changes nothing.
@Suite struct RunnerUpTests {
  private func hypothesis(
    _ id: HypothesisID, _ component: ComponentID, _ confidence: Double, _ shares: [SignalChannel: Double]
  ) -> Hypothesis {
    Hypothesis(
      id: id, component: component, componentKind: .service, componentRole: .application, metric: nil, fault: .code,
      cause: nil, onset: nil, score: shares.values.reduce(0, +), confidence: confidence, statement: "s",
      propagation: [component],
      channelShares: shares.sorted { $0.key < $1.key }.map { .init(channel: $0.key, share: $0.value) }, evidence: [])
  }

  private func comparison(_ hypotheses: [Hypothesis], _ signals: [Signal] = []) -> Critique? {
    let map = ServiceMap(calls: [.init(from: "web", to: "orders"), .init(from: "orders", to: "store")])
    let incident = Incident(
      id: "i", title: "t", window: TimeWindow(start: at(-3600), end: at(900)), symptom: .init(component: "web"))
    let opening = Contribution.opening(
      Opening(incident: incident, serviceMap: map, inputDigest: "i", configurationDigest: "c", version: "v"))
    var snapshot = BlackboardSnapshot()
    for (number, contribution) in ([opening] + signals.map { .signal($0) }).enumerated() {
      snapshot.append(
        BlackboardEntry(
          sequence: number + 1, revision: Revision(number + 1), author: "test", contribution: contribution))
    }
    return CausalCritic.critiques(of: hypotheses, in: snapshot).first { $0.test == Critique.besideLeader }
  }

  @Test func aCallerLosesToWhatExplainsIt() throws {
    let found = try #require(
      comparison([
        hypothesis("H1", "store", 0.9, [.resource: 1]), hypothesis("H2", "orders", 0.1, [.errorExcess: 0.4]),
      ]))
    #expect(found.hypothesis == "H2" && found.oddsFactor == 1 && found.verdict == .inconclusive)
    #expect(
      found.statement
        == "A fault at store explains 100 % of what speaks for orders; one at orders explains 0 % of what speaks for store."
    )
  }

  @Test func whereNeitherExplainsTheOtherWeightsAreCompared() throws {
    let found = try #require(
      comparison([
        hypothesis("H1", "orders", 0.8, [.traceSelfTime: 1, .resource: 0.5, .logPattern: 0.01]),
        hypothesis("H2", "store", 0.2, [.resource: 0.375]),
      ]))
    #expect(
      found.statement
        == "What speaks for store weighs 25 % of what speaks for orders, which leads by time lost inside it.")
  }

  @Test func whatIsVetoedIsNoRunnerUpAndOneAloneHasNone() {
    let store = hypothesis("H2", "store", 0.9, [.resource: 1])
    #expect(comparison([store]) == nil)
    // All of the excess at the orders is the store's: a veto.
    func excess(_ component: ComponentID) -> Signal {
      metric(component, "latency_ms", .latency, from: 20, to: 200, channel: .latencyExcess, strength: 90)
    }
    let vetoed = hypothesis("H1", "orders", 0.1, [.latencyExcess: 0.4])
    #expect(comparison([vetoed, store], [excess("web"), excess("orders"), excess("store")]) == nil)
  }
}
