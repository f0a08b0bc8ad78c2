import IncidentModel
import Testing

@testable import RootCauseAnalysis

/// What callers show of something that the objects already say about what they call.
@Suite struct ObjectFindingTests {
  private let map = ServiceMap(
    components: [
      Component(id: "service/web"), Component(id: "service/orders"), Component(id: "service/mail"),
      Component(id: "orders-1", kind: .instance, instanceOf: "service/orders", runsOn: "node/a"),
      Component(id: "orders", kind: .instance, instanceOf: "service/orders"), Component(id: "node/a", kind: .node),
    ], calls: [.init(from: "service/web", to: "service/orders"), .init(from: "service/orders", to: "service/mail")])

  private func hypothesis(
    _ component: ComponentID, _ shares: [SignalChannel: Double], isObject: Bool = false
  ) -> Hypothesis {
    Hypothesis(
      id: HypothesisID(component.rawValue), component: component, componentKind: .service,
      componentRole: .application, metric: nil, fault: .networkDelay, cause: isObject ? "network-delay" : nil,
      object: isObject ? ClusterObject(kind: "service", name: component.rawValue) : nil, onset: nil, score: 1,
      confidence: 0.6, statement: "s", propagation: [component],
      channelShares: shares.sorted { $0.key < $1.key }.map { .init(channel: $0.key, share: $0.value) }, evidence: [])
  }

  private func isExplained(
    _ suspect: ComponentID, _ shares: [SignalChannel: Double], by finding: ComponentID
  ) -> Bool {
    let suspicion = hypothesis(suspect, shares)
    let test = ObjectFindingTest([suspicion, hypothesis(finding, [:], isObject: true)], map: map)
    return test.critique(of: suspicion).map { $0.verdict == .weakens && $0.oddsFactor < 0.1 } ?? false
  }

  @Test func aCallerThatIsOnlyLateIsExplained() {
    #expect(isExplained("service/web", [.latencyExcess: 0.5, .serviceLevel: 0.1], by: "service/orders"))
    #expect(isExplained("service/web", [.latencyExcess: 0.5], by: "service/mail"))
    #expect(isExplained("service/web", [.latencyExcess: 0.5], by: "node/a"))
  }

  @Test func whatUsesMoreThanUsualItselfIsNot() {
    #expect(!isExplained("service/web", [.latencyExcess: 0.5, .resource: 0.2], by: "service/orders"))
    #expect(isExplained("service/web", [.latencyExcess: 0.5, .resource: 0], by: "service/orders"))
  }

  @Test func whoIsCalledIsNotExplainedByWhoCalls() {
    #expect(!isExplained("service/mail", [.latencyExcess: 0.5], by: "service/orders"))
    #expect(!isExplained("service/orders", [.latencyExcess: 0.5], by: "node/a"))
  }

  @Test func findingsAndWhatHasNoEvidenceAreLeftAlone() {
    let finding = hypothesis("service/orders", [:], isObject: true)
    let other = hypothesis("service/web", [:], isObject: true)
    let bare = hypothesis("service/web", [:])
    let test = ObjectFindingTest([finding, other, bare], map: map)
    #expect(test.critique(of: finding) == nil && test.critique(of: other) == nil && test.critique(of: bare) == nil)
    #expect(ObjectFindingTest([bare], map: map).critique(of: bare) == nil)
  }

  @Test func aServiceUnderAnotherNameIsNoReplicaOfIt() {
    #expect(map.replicas(of: "service/orders").map(\.id) == ["orders-1"])
    let unplaced = ServiceMap(components: [
      Component(id: "a-1", kind: .instance, instanceOf: "a"), Component(id: "a-2", kind: .instance, instanceOf: "a"),
    ])
    #expect(unplaced.replicas(of: "a").map(\.id) == ["a-1", "a-2"])
  }
}
