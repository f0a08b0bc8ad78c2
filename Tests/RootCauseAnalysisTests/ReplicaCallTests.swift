import IncidentModel
import RootCauseAnalysis
import Testing

/// Calls that are measured at replicas, between services of which the map knows who calls whom.
@Suite struct ReplicaCallTests {
  private let map = ServiceMap(
    components: [
      Component(id: "web", role: .gateway), Component(id: "orders"), Component(id: "stock"),
      Component(id: "orders-1", kind: .instance, instanceOf: "orders"),
      Component(id: "orders-2", kind: .instance, instanceOf: "orders"),
      Component(id: "stock-1", kind: .instance, instanceOf: "stock"),
      Component(id: "stock-2", kind: .instance, instanceOf: "stock"),
    ],
    calls: [.init(from: "web", to: "orders"), .init(from: "orders", to: "stock")])

  private func slow(_ component: ComponentID, _ seconds: Double) -> Signal {
    metric(component, "latency", .latency, from: 20, to: 200, channel: .latencyExcess, strength: seconds)
  }

  private func ranking(_ signals: [Signal]) -> [ComponentID] {
    Attribution(
      incident: Incident(
        id: "i", title: "t", window: TimeWindow(start: at(-3600), end: at(900)), alertedAt: at(60),
        symptom: .init(component: "web")),
      detection: Detection(onset: at(0), onsetSource: .alert, isAnomalous: true, statement: "s"),
      signals: signals, serviceMap: map
    ).assessment.ranking.map(\.component)
  }

  @Test func whatReplicasTakeLongerIsTheirServices() {
    let replicas = [slow("orders-1", 31), slow("orders-2", 30), slow("stock-1", 29), slow("stock-2", 28)]
    #expect(ranking([slow("web", 62)] + replicas).first == "stock")
  }

  @Test func whereTheServiceIsMeasuredItsReplicasAddNothing() {
    let services = [slow("web", 62), slow("orders", 61), slow("stock", 2)]
    #expect(ranking(services + [slow("stock-1", 60), slow("stock-2", 60)]).first == "orders")
  }
}
