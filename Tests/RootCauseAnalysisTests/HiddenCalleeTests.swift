import IncidentModel
import Testing

@testable import RootCauseAnalysis

/// Stores whose answers nobody times: their callers suffer, and only what waits or is lost there tells.
@Suite struct HiddenCalleeTests {
  private func ranking(_ signals: [Signal]) -> [ComponentID] {
    let callers: [Signal] = [("web", 60.0), ("orders", 30), ("search", 30)].map { name, seconds in
      metric(
        ComponentID(name), "latency_ms", .latency, from: 20, to: 200, channel: .latencyExcess, strength: seconds)
    }
    return Attribution(
      incident: Incident(
        id: "i", title: "t", window: TimeWindow(start: at(-3600), end: at(900)), alertedAt: at(60),
        symptom: .init(component: "web")),
      detection: Detection(onset: at(0), onsetSource: .alert, isAnomalous: true, statement: "s"),
      signals: callers + signals, serviceMap: storeWithTwoCallers
    ).assessment.ranking.map(\.component)
  }

  @Test func whereRequestsWaitTheStoreExplainsItsCallers() {
    #expect(ranking([metric("db", "pool_in_use_ratio", .saturation, from: 0.2, to: 0.95)]).first == "db")
    #expect(ranking([metric("db", "tcp_retransmit_ratio", .network, from: 1e-4, to: 0.03)]).first == "db")
    #expect(
      ranking([metric("db", "disk_used_ratio", .disk, from: 0.5, to: 0.99, unit: "ratio", strength: 2)]).first == "db")
  }

  /// However it is measured: the signal says that more is used, the value what is left.
  @Test func aDiskWithNothingLeftIsFull() {
    var full = metric(
      "db", "share(node_filesystem_avail_bytes)", .disk, from: 0.5, to: 0.01, unit: "ratio", strength: 2)
    full.direction = .rise
    #expect(ranking([full]).first == "db")
    full.evidence.value = 0.3
    #expect(ranking([full]).first != "db")
  }

  @Test func whatCallersSayOfAStoreThatThrowsThingsAwayIsTheStores() {
    let evicted = metric("db", "evicted_keys_per_second", .memory, from: 0.01, to: 900, strength: 5)
    let failures = sign("orders", .traceErrors, "GET /orders", strength: 40)
    let lines = sign("orders", .logPattern, "the order is gone", strength: 40)
    #expect(ranking([failures, lines]).first == "orders")
    #expect(ranking([evicted, failures, lines]).first == "db")
  }

  /// A name server that is down: whoever asks it waits, fails and says so, and it says nothing.
  @Test func whoeverWaitsForWhoIsGoneWaitsInVain() {
    let loud = [
      sign("orders", .traceEdgeGap, "orders → search", strength: 900),
      sign("orders", .traceErrors, "GET", strength: 40),
      sign("orders", .tracePath, "cannot be resolved", strength: 40),
    ]
    #expect(ranking(loud).first == "orders")
    #expect(ranking(loud + [sign("db", .absence, "up", strength: 1)]).first == "db")
    // Half of the probes lost is no absence.
    #expect(ranking(loud + [sign("db", .absence, "up", strength: 0.5)]).first == "orders")
  }

  @Test func aBusyDiskAloneExplainsNobody() {
    // A backup keeps the disk busy and holds up nobody.
    let backup = metric("db", "disk_io_time_ratio", .disk, from: 0.02, to: 0.3, unit: "ratio", strength: 1)
    #expect(ranking([backup]).first != "db")
  }

  @Test func aStoreThatIsTimedIsNotHidden() {
    let pool = metric("db", "pool_in_use_ratio", .saturation, from: 0.2, to: 0.4, strength: 1)
    let latency = metric("db", "latency_ms", .latency, from: 5, to: 6, channel: .latencyExcess, strength: 1)
    #expect(ranking([pool, latency]).first != "db")
  }

  /// A service in the middle that is dead: its caller waits in vain, whomever it called itself. That its answers alone are
  /// missing may only mean that nobody asks.
  @Test func aDeadServiceInTheMiddleIsTheCauseOfItsCallers() {
    func gone(_ metricClass: MetricClass) -> Set<ComponentID> {
      let absence = sign("orders", .absence, "process", strength: 1, metricClass: metricClass)
      return HiddenCallees(
        signals: [absence], map: storeWithTwoCallers, load: LoadOrigin(signals: [], map: storeWithTwoCallers)
      ).gone
    }
    #expect(gone(.memory) == ["orders"])
    #expect(gone(.latency).isEmpty)
    let loud = [sign("web", .traceErrors, "GET", strength: 40), sign("web", .logPattern, "refused", strength: 40)]
    #expect(ranking(loud).first == "web")
    #expect(ranking(loud + [sign("orders", .absence, "up", strength: 1, metricClass: .availability)]).first == "orders")
  }
}
