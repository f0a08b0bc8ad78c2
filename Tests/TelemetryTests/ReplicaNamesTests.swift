import IncidentModel
import Telemetry
import Testing

/// What is called like a replica of another component, where nobody declared it.
@Suite struct ReplicaNamesTests {
  private func map(
    _ series: [(String, MetricClass)], components: [Component] = [], calls: [ServiceMap.Call] = []
  ) -> ServiceMap {
    var assembly = WindowAssembly(
      incident: Incident(
        id: "i", title: "t",
        window: TimeWindow(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 60_000_000_000))))
    assembly.metrics = series.map { name, metricClass in
      MetricSeries(
        key: MetricKey(component: ComponentID(name), metric: metricClass.rawValue), metricClass: metricClass, unit: "",
        times: [0], values: [1])
    }
    assembly.components = components
    assembly.calls = calls
    return assembly.window().serviceMap
  }

  private let search: [(String, MetricClass)] = [("search", .latency), ("search", .cpu)]

  @Test func aNumberOrAPodsSuffixMakesAReplica() {
    let map = map(search + [("search-2", .cpu), ("search-6cfdd55578-gfj6q", .latency)])
    for name in ["search-2", "search-6cfdd55578-gfj6q"] {
      let replica = map[ComponentID(name)]
      #expect(replica?.instanceOf == "search" && replica?.kind == .instance)
    }
    #expect(map["search"]?.instanceOf == nil)
  }

  @Test func withoutTheServiceNothingIsItsReplica() {
    #expect(map([("redis-1", .cpu), ("redis-2", .cpu)])["redis-2"]?.instanceOf == nil)
  }

  @Test func aSecondStoreOfThatNameIsNoReplica() {
    #expect(map(search + [("search-2", .cpu), ("search-2", .errors)])["search-2"]?.instanceOf == nil)
  }

  @Test func whatSomebodyDeclaredIsKept() {
    let cpu = search + [("search-2", .cpu)]
    #expect(map(cpu, components: [Component(id: "search-2")])["search-2"]?.instanceOf == nil)
    #expect(map(cpu, calls: [.init(from: "search", to: "search-2")])["search-2"]?.instanceOf == nil)
  }
}
