import IncidentModel
import RootCauseAnalysis
import Testing

/// Calls that run in a circle: users ask the door, it asks orders, orders asks stock, and stock calls orders back.
@Suite struct CallCycleTests {
  private static let circle = ServiceMap(
    components: [Component(id: "door", role: .gateway), Component(id: "orders"), Component(id: "stock")],
    calls: [
      .init(from: "door", to: "orders"), .init(from: "orders", to: "stock"), .init(from: "stock", to: "orders"),
    ])

  private func ranking(
    _ seconds: [ComponentID: Double], symptom: ComponentID = "door", map: ServiceMap = circle
  ) -> [ComponentID] {
    let slow = seconds.sorted { $0.key < $1.key }.map { component, seconds in
      metric(component, "latency_ms", .latency, from: 20, to: 200, channel: .latencyExcess, strength: seconds)
    }
    return Attribution(
      incident: Incident(
        id: "i", title: "t", window: TimeWindow(start: at(-3600), end: at(900)), alertedAt: at(60),
        symptom: .init(component: symptom)),
      detection: Detection(onset: at(0), onsetSource: .alert, isAnomalous: true, statement: "s"),
      signals: slow, serviceMap: map
    ).assessment.ranking.map(\.component)
  }

  @Test func aCalleeThatExplainsItsCallerIsTheCause() {
    #expect(ranking(["door": 60, "orders": 60, "stock": 59]).first == "stock")
  }

  /// What it is called back for is slow as well, which stock waits for.
  @Test func aCallerThatIsSlowerThanItsCalleeExplainsIsTheCause() {
    #expect(ranking(["door": 60, "orders": 90, "stock": 30]).first == "orders")
  }

  @Test func whereUsersAskAMemberTheyCountAsItsCaller() {
    let map = ServiceMap(
      components: [Component(id: "door"), Component(id: "orders")],
      calls: [.init(from: "door", to: "orders"), .init(from: "orders", to: "door")])
    #expect(ranking(["door": 60, "orders": 60], map: map).first == "orders")
    #expect(ranking(["door": 90, "orders": 20], map: map).first == "door")
  }
}

/// A mean that only quantiles tell is too large where a few requests are much slower than all others.
@Suite struct EstimatedMeanTests {
  private func first(web name: String, orders: String = "latency_mean", seconds: Double) -> ComponentID? {
    Attribution(
      incident: Incident(
        id: "i", title: "t", window: TimeWindow(start: at(-3600), end: at(900)), alertedAt: at(60),
        symptom: .init(component: "web")),
      detection: Detection(onset: at(0), onsetSource: .alert, isAnomalous: true, statement: "s"),
      signals: [
        metric("web", name, .latency, from: 20, to: 200, channel: .latencyExcess, strength: 100),
        metric("orders", orders, .latency, from: 20, to: 200, channel: .latencyExcess, strength: seconds),
      ], serviceMap: storeWithTwoCallers
    ).assessment.ranking.first?.component
  }

  @Test func whatACalleeIsKnownToLoseCountsTwice() {
    #expect(first(web: "latency_mean", seconds: 40) == "web")
    #expect(first(web: "latency_mean_of_quantiles", seconds: 40) == "orders")
    #expect(first(web: "latency_mean_of_quantiles", seconds: 10) == "web")
    // Both may be too large alike.
    #expect(first(web: "latency_mean_of_quantiles", orders: "latency_mean_of_quantiles", seconds: 40) == "web")
  }
}

/// Who sends the load, and who fails because its own certificate has run out.
@Suite struct LoadAndTrustTests {
  private func ranking(_ signals: [Signal]) -> [ComponentID] {
    Attribution(
      incident: Incident(
        id: "i", title: "t", window: TimeWindow(start: at(-3600), end: at(900)), alertedAt: at(60),
        symptom: .init(component: "web")),
      detection: Detection(onset: at(0), onsetSource: .alert, isAnomalous: true, statement: "s"),
      signals: signals, serviceMap: storeWithTwoCallers
    ).assessment.ranking.map(\.component)
  }

  @Test func theClientThatAsksMoreIsBlamedAndNotTheOthers() {
    let more = [
      metric("db", "queries|client=search", .throughput, from: 1, to: 600, unit: "count/s", onset: at(-60)),
      metric("db", "queries|client=orders", .throughput, from: 90, to: 100, unit: "count/s", onset: at(-60)),
    ]
    let ranking = ranking(more)
    #expect(ranking.first == "search")
    #expect(!ranking.prefix(2).contains("orders"))
  }

  @Test func whoseCertificateHasRunOutIsTheCauseOfWhatItsCallersSay() {
    let caller = [
      sign("orders", .logPattern, "certificate has expired", strength: 40),
      metric("orders", "errors", .errors, from: 0.1, to: 6, channel: .errorExcess, strength: 60),
      metric("web", "errors", .errors, from: 0.1, to: 6, channel: .errorExcess, strength: 60),
    ]
    #expect(ranking(caller).first == "orders")
    let expired = sign("db", .resource, "probe_ssl_earliest_cert_expiry", strength: 3, metricClass: .certificate)
    #expect(ranking(caller + [expired]).first == "db")
  }
}
