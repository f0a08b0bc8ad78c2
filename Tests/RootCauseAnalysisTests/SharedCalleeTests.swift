import IncidentModel
import Testing

@testable import RootCauseAnalysis

/// A store of whose answers nothing is known, and what its callers show.
@Suite struct SharedCalleeTests {
  private func attribution(_ signals: [Signal], unmeasured: [ComponentID]? = ["db"]) -> Attribution {
    Attribution(
      incident: Incident(
        id: "i", title: "t", window: TimeWindow(start: at(-3600), end: at(900)), alertedAt: at(60),
        symptom: .init(component: "web")),
      detection: Detection(
        onset: at(0), onsetSource: .alert, isAnomalous: true, statement: "s", unmeasured: unmeasured),
      signals: signals, serviceMap: storeWithTwoCallers)
  }

  private func ranking(_ signals: [Signal], unmeasured: [ComponentID]? = ["db"]) -> [ComponentID] {
    attribution(signals, unmeasured: unmeasured).assessment.ranking.map(\.component)
  }

  private func slow(_ name: ComponentID, seconds: Double) -> Signal {
    metric(name, "latency_ms", .latency, from: 20, to: 200, channel: .latencyExcess, strength: seconds)
  }

  @Test func whatSeveralWaitForIsTheirCause() throws {
    let slow = [slow("web", seconds: 60), slow("orders", seconds: 30), slow("search", seconds: 30)]
    #expect(ranking(slow).first == "db")
    let first = try #require(attribution(slow).hypotheses.first)
    #expect(first.statement.contains("is what orders, search wait for alike, and nobody measures its answers"))
    #expect(Set(first.evidence.map(\.query.expression)) == ["orders|latency_ms", "search|latency_ms"])
    #expect(first.propagation.last == "web")
  }

  @Test func spansTellAsWell() {
    let inside = ["orders", "search"].map { sign(ComponentID($0), .traceSelfTime, "GET", strength: 60) }
    #expect(ranking(inside).first == "db")
    #expect(ranking(inside, unmeasured: nil).first != "db")
  }

  @Test func aStoreWhoseAnswersAreKnownSpeaksForItself() {
    let slow = [slow("web", seconds: 60), slow("orders", seconds: 30), slow("search", seconds: 30)]
    #expect(!ranking(slow, unmeasured: nil).contains("db"))
  }

  @Test func oneWhoSuffersAloneIsTheCause() {
    #expect(ranking([slow("web", seconds: 60), slow("orders", seconds: 60)]).first == "orders")
    // A little is no suffering.
    #expect(
      ranking([slow("web", seconds: 63), slow("orders", seconds: 60), slow("search", seconds: 3)]).first == "orders")
  }

  @Test func whoUsesUpItsProcessorExplainsItself() {
    let slow = [slow("web", seconds: 60), slow("orders", seconds: 30), slow("search", seconds: 30)]
    #expect(ranking(slow + [metric("orders", "cpu_ratio", .cpu, from: 0.2, to: 0.98)]).first == "orders")
  }

  /// Where one of them calls the other, the other's fault may be all.
  @Test func whoCallsAnotherSuffererIsNoWitness() {
    let map = ServiceMap(
      components: storeWithTwoCallers.components,
      calls: storeWithTwoCallers.calls + [.init(from: "orders", to: "search")])
    let shares: [ComponentID: Double] = ["orders": 20, "search": 30]
    func belief(_ map: ServiceMap) -> Double? {
      SharedCallees(
        ["db"], unexplained: [shares], consuming: [], map: map, load: LoadOrigin(signals: [], map: map)
      ).belief["db"]
    }
    #expect(belief(map) == nil)
    #expect(belief(storeWithTwoCallers) == 0.9)
  }

  @Test func whatLoadExplainsIsNobodysFault() {
    let slow = [slow("web", seconds: 60), slow("orders", seconds: 30), slow("search", seconds: 30)]
    let load = ["web", "orders", "search"].map { name in
      metric(ComponentID(name), "requests", .throughput, from: 10, to: 40, strength: 5, onset: at(-60))
    }
    #expect(ranking(slow + load).first == "web")
  }

  @Test func aStoreThatComplainsIsBelievedUnlessItsCallerWasChanged() {
    func belief(_ signals: [Signal], unmeasured: Set<ComponentID> = ["db"]) -> Double {
      HiddenCallees(
        signals: signals, map: storeWithTwoCallers, load: LoadOrigin(signals: signals, map: storeWithTwoCallers),
        unmeasured: unmeasured
      ).belief["db"] ?? 0
    }
    var complaint = sign("db", .logPattern, "too many clients", strength: 36)
    complaint.direction = .rise
    #expect(belief([complaint]) == 0.9)
    #expect(belief([complaint], unmeasured: []) == 0)
    #expect(belief([complaint, sign("orders", .change, "deploy", strength: 1)]) == 0)
    #expect(belief([complaint, sign("orders", .absence, "up", strength: 1)]) == 0)
    let load = metric("orders", "requests", .throughput, from: 10, to: 40, strength: 5, onset: at(-60))
    #expect(belief([complaint, load]) == 0)
    complaint.direction = .fall
    #expect(belief([complaint]) == 0)

    // One caller is enough then.
    complaint.direction = .rise
    let failing = ["web", "orders"].map { name in
      metric(
        ComponentID(name), "errors", .errors, from: 0.01, to: 0.9, unit: "ratio", channel: .errorExcess, strength: 900)
    }
    let first = attribution(failing + [complaint]).hypotheses.first
    #expect(first?.component == "db")
    #expect(first?.channelShares.map(\.channel) == [.errorExcess, .logPattern])
  }
}
