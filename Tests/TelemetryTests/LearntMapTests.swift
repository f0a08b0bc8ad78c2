import IncidentModel
import Telemetry
import Testing

/// What a map without a topology file tells of its components.
@Suite struct LearntMapTests {
  private func window(_ names: [String], declared: [Component] = []) -> TelemetryWindow {
    let start = Timestamp(nanoseconds: 1_772_334_000_000_000_000)
    var assembly = WindowAssembly(
      incident: Incident(
        id: "i", title: "t", window: TimeWindow(start: start, end: start.advanced(bySeconds: 600))))
    assembly.components = declared
    assembly.metrics = names.map { name in
      let parts = name.split(separator: "|").map(String.init)
      return MetricSeries(
        key: MetricKey(component: ComponentID(parts[0]), metric: parts[1]), times: [start.nanoseconds], values: [1])
    }
    return assembly.window()
  }

  private let processes = ["web|cpu_usage_cores", "web|latency_p50_ms", "orders|cpu_usage_cores"]

  @Test func whatIsMeasuredByItsAnswersAloneBelongsToSomebodyElse() {
    let map = window(processes + ["card-network|latency_p50_ms", "card-network|error_ratio"]).serviceMap
    #expect(map["card-network"]?.role == .external)
    #expect(map["orders"]?.role == .application)
  }

  @Test func whereNoProcessesAreMeasuredNothingFollows() {
    let map = window(["web|latency_p50_ms", "orders|latency_p50_ms", "bank|error_ratio"]).serviceMap
    #expect(map.components.allSatisfy { $0.role == .application })
  }

  @Test func storesAndDeclaredComponentsKeepTheirRole() {
    let map = window(
      processes + ["orders-db|latency_p50_ms", "bank|latency_p50_ms"], declared: [Component(id: "bank")]
    ).serviceMap
    #expect(map["orders-db"]?.role == .database)
    #expect(map["bank"]?.role == .application)
  }
}
