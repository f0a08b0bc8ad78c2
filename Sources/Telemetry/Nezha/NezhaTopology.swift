import IncidentModel

/// Pods, the services they belong to, and who calls whom: from names, from `dependency.csv`, and from the spans.
struct NezhaTopology {
  let serviceMap: ServiceMap

  init(metrics: NezhaMetrics, spans: SpanTable, logs: LogTable) {
    var components: [ComponentID: Component] = [:]
    let pods = metrics.pods.map { ComponentID($0) } + spans.componentNames + logs.componentNames
    for pod in pods {
      let service = ComponentID(PodName.service(of: pod.rawValue))
      components[service] = components[service] ?? Component(id: service)
      guard service != pod else { continue }
      components[pod] = Component(id: pod, kind: .instance, instanceOf: service)
    }
    let services = Set(components.values.filter { $0.kind == .service }.map(\.id))
    for series in metrics.series where components[series.key.component] == nil {
      components[series.key.component] = Component(
        id: series.key.component, role: .gateway, isObservedOnlyByCallers: true)
    }
    var calls = Self.calls(in: spans)
    for dependency in metrics.dependencies {
      let (from, to) = (ComponentID(dependency.from), ComponentID(dependency.to))
      if services.contains(from), services.contains(to) { calls.insert(ServiceMap.Call(from: from, to: to)) }
    }
    serviceMap = ServiceMap(
      components: components.values.sorted { $0.id < $1.id }, calls: calls.sorted())
  }

  private static func calls(in spans: SpanTable) -> Set<ServiceMap.Call> {
    let services = spans.componentNames.map { ComponentID(PodName.service(of: $0.rawValue)) }
    // Pairs of components are few; their names are looked up once each.
    var pairs: Set<Int64> = []
    for row in 0..<spans.count where spans.parents[row] >= 0 {
      let caller = spans.components[Int(spans.parents[row])]
      let callee = spans.components[row]
      if caller != callee { pairs.insert(Int64(caller) << 32 | Int64(callee)) }
    }
    return Set(
      pairs.compactMap { pair in
        let (caller, callee) = (services[Int(pair >> 32)], services[Int(pair & 0xffff_ffff)])
        return caller == callee ? nil : ServiceMap.Call(from: caller, to: callee)
      })
  }
}
