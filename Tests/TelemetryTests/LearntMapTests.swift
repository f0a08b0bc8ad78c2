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

  /// A call that the map leads through somebody who leaves no spans was not made to the callee itself.
  @Test func aCallThroughAnUnrecordedServiceIsNoCallOfItsOwn() {
    let start = Timestamp(nanoseconds: 1_772_334_000_000_000_000)
    var builder = SpanTableBuilder()
    for (span, parent, component) in [("a", nil, "front"), ("b", "a", "store"), ("c", "b", "disk")] {
      builder.append(
        trace: "t", span: span, parent: parent, component: component, operation: "get", start: start.nanoseconds,
        end: start.nanoseconds + 1_000_000, failed: false)
    }
    var assembly = WindowAssembly(
      incident: Incident(
        id: "i", title: "t", window: TimeWindow(start: start, end: start.advanced(bySeconds: 600))))
    assembly.spans = builder.build().0
    let inSpans = [ServiceMap.Call(from: "front", to: "store"), .init(from: "store", to: "disk")]
    #expect(assembly.window().serviceMap.calls == inSpans.sorted())
    assembly.calls = [.init(from: "front", to: "proxy"), .init(from: "proxy", to: "store")]
    #expect(assembly.window().serviceMap.calls == (assembly.calls + inSpans.dropFirst()).sorted())
    assembly.calls.append(.init(from: "front", to: "store"))
    #expect(assembly.window().serviceMap.calls == (assembly.calls + inSpans.dropFirst()).sorted())
  }
}
