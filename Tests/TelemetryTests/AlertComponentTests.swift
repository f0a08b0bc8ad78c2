import IncidentModel
import Testing

@testable import Telemetry

/// Which component an alert is about, by the labels that Prometheus' and Kubernetes' rules give it.
@Suite struct AlertComponentTests {
  private static func component(_ labels: [String: String]) -> ComponentID? {
    var assembly = WindowAssembly(
      incident: Incident(
        id: "i", title: "t",
        window: TimeWindow(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 60_000_000_000))))
    assembly.components = ["cart", "node-3", "10.1.0.9", "kube-state-metrics", "db-0"].map { Component(id: $0) }
    assembly.alerts = [
      Alert(labels: labels.merging(["alertname": "A"]) { $1 }, annotations: [:], startsAt: Timestamp(nanoseconds: 1))
    ]
    return assembly.window().alerts.first?.component
  }

  @Test(
    arguments: [
      (["pod": "cart-579f59597d-wc2lz", "job": "kube-state-metrics"], "cart"), (["pod": "db-0"], "db-0"),
      (["deployment": "cart", "job": "kube-state-metrics"], "cart"), (["instance": "10.1.0.9:9100"], "10.1.0.9"),
      (["node": "node-3", "instance": "10.1.0.8:9100"], "node-3"),
      (["job": "kube-state-metrics"], "kube-state-metrics"),
    ] as [([String: String], ComponentID)])
  func anAlertIsAboutWhatItsLabelsName(_ labels: [String: String], _ expected: ComponentID) {
    #expect(Self.component(labels) == expected)
  }
}
