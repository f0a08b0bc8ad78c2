import IncidentModel
import RootCauseAnalysis
import Testing

/// A store that several ask, of which one alone is badly served; and which of two dimensions says who is to blame.
@Suite struct LoneCallerTests {
  private func ranking(
    _ signals: [Signal], symptom: ComponentID? = "web", map: ServiceMap = storeWithTwoCallers
  ) -> [ComponentID] {
    Attribution(
      incident: Incident(
        id: "i", title: "t", window: TimeWindow(start: at(-3600), end: at(900)), alertedAt: at(60),
        symptom: symptom.map { .init(component: $0) }),
      detection: Detection(onset: at(0), onsetSource: .alert, isAnomalous: true, statement: "s"),
      signals: signals, serviceMap: map
    ).assessment.ranking.map(\.component)
  }

  private func failures(_ component: ComponentID, _ count: Double, of name: String = "errors") -> Signal {
    metric(component, name, .errors, from: 0.1, to: 6, unit: "requests/s", channel: .errorExcess, strength: count)
  }

  private var fullPool: [Signal] {
    [
      failures("web", 60), failures("orders", 60), failures("db", 60, of: "errors|client=orders"),
      metric("orders", "pool_waiting", .saturation, from: 1, to: 6),
    ]
  }

  @Test func whatOneOfTwoCallersMissesIsItsOwnQueue() {
    #expect(ranking(fullPool).first == "orders")
  }

  @Test func aStoreThatTellsOfItselfNeedsNoSecondWitness() {
    let callers: [ComponentID] = ["orders", "search", "cart", "account"]
    let map = ServiceMap(
      components: storeWithTwoCallers.components,
      calls: callers.flatMap { [.init(from: "web", to: $0), .init(from: $0, to: "db")] })
    let busy = metric("db", "cpu_usage", .cpu, from: 0.2, to: 0.3, unit: "cores", strength: 1)
    #expect(ranking(fullPool + [busy], map: map).first == "db")
    // Connections are what clients hold.
    let held = metric("db", "connections", .connections, from: 0.2, to: 0.3, strength: 1)
    #expect(ranking(fullPool + [held], map: map).first == "orders")
  }

  @Test func whatBothCallersMissIsTheStores() {
    let both = fullPool + [failures("search", 60), failures("db", 60, of: "errors|client=search")]
    #expect(ranking(both).first == "db")
  }

  /// Where nothing ever failed, two failures are hundreds of standard deviations.
  @Test func fewFailuresDoNotDrownAClearDelay() {
    let delay = [("web", 30.0), ("orders", 29), ("search", 28)].map { name, seconds -> Signal in
      metric(ComponentID(name), "latency", .latency, from: 20, to: 200, channel: .latencyExcess, strength: seconds)
    }
    let chain = ServiceMap(
      components: storeWithTwoCallers.components,
      calls: [.init(from: "web", to: "orders"), .init(from: "orders", to: "search")])
    var few = [failures("web", 2), failures("orders", 2)]
    for position in few.indices { few[position].deviationSigmas = 900 }
    #expect(ranking(delay + few, symptom: nil, map: chain).first == "search")
  }

  @Test func callsThatAreTriedAgainMakeNobodyTheCause() {
    let slower = ["web", "orders"].map {
      metric(ComponentID($0), "latency", .latency, from: 40, to: 60, channel: .latencyExcess, strength: 40)
    }
    let failed = [failures("web", 60), failures("orders", 60), failures("db", 40)]
    let shares = [("orders", 0.12), ("db", 0.5)].map { name, share in
      metric(ComponentID(name), "error_ratio", .errors, from: 0.001, to: share, unit: "ratio")
    }
    #expect(ranking(slower + failed + shares, symptom: nil).first == "db")
  }

  /// Requests that callers' callers try again are load, and still the store's doing.
  @Test func whatIsTriedAgainFartherUpDoesNotExcuseTheStore() {
    let slow = [("web", 60.0), ("orders", 60), ("search", 5)].map { name, seconds -> Signal in
      metric(ComponentID(name), "latency", .latency, from: 20, to: 200, channel: .latencyExcess, strength: seconds)
    }
    let full = metric("db", "disk_io_time_ratio", .disk, from: 0.4, to: 1, unit: "ratio", strength: 1.5)
    let queue = metric("orders", "pool_in_use_ratio", .saturation, from: 0.2, to: 0.95)
    let more = [
      metric("orders", "requests_per_second", .throughput, from: 100, to: 150),
      metric("db", "requests_per_second", .throughput, from: 300, to: 500),
    ]
    let failing = metric("orders", "error_ratio", .errors, from: 0.002, to: 0.9, unit: "ratio")
    #expect(ranking(slow + [full, queue, failing] + more).first == "db")
  }
}
