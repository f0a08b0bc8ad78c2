import IncidentModel
import Telemetry

/// Which component each series is about, and who calls whom, as far as labels say it.
///
/// By the labels that Prometheus' own and Kubernetes' conventions use: a series with a `pod` is about that pod, a copy of
/// its service; otherwise about its service (`service`, `app`, … or `job`), and about one instance of it where the service
/// has several. What a node exporter measures is about the node.
package struct SeriesNaming: Sendable {
  package private(set) var components: [Component] = []
  package private(set) var calls: [ServiceMap.Call] = []
  private var keys: [[String: String]: MetricKey] = [:]

  private static let serviceLabels = [
    "service", "service_name", "app", "app_kubernetes_io_name", "application", "deployment", "job",
  ]
  private static let callLabels = [
    ("client", "server"), ("source_workload", "destination_workload"), ("source_service", "destination_service"),
    ("caller", "callee"),
  ]
  /// Who measured, where a series names what it measured by other labels.
  private static let surroundings: Set<String> = [
    "__name__", "job", "instance", "pod", "namespace", "node", "nodename", "endpoint", "prometheus",
    "prometheus_replica",
    "replica", "cluster", "container", "service", "service_name", "app", "app_kubernetes_io_name", "application",
    "deployment",
  ]

  package init(_ given: [[String: String]]) {
    let series = given.map { $0.mapValues(Self.withoutSeparators) }
    var instances: [String: Set<String>] = [:]
    for labels in series where labels["pod"] == nil {
      if let service = Self.service(labels), let instance = labels["instance"] {
        instances[service, default: []].insert(instance)
      }
    }
    let nodes = Set(series.filter(Self.isNode).compactMap(Self.node))
    var made: [ComponentID: Component] = [:]
    var edges: Set<ServiceMap.Call> = []
    for (labels, original) in zip(series, given) {
      let component = Self.component(labels, instances: instances, nodes: nodes)
      if let known = made[component.id], known.runsOn != component.runsOn {
        made[component.id]?.runsOn = known.runsOn ?? component.runsOn
      } else {
        made[component.id] = component
      }
      if let service = component.instanceOf, made[service] == nil {
        made[service] = Component(id: service, role: component.role)
      }
      edges.formUnion(Self.calls(labels))
      keys[original] = MetricKey(component: component.id, metric: Self.metric(labels))
    }
    components = made.values.sorted { $0.id < $1.id }
    calls = edges.sorted()
  }

  package subscript(labels: [String: String]) -> MetricKey? { keys[labels] }

  private static func component(
    _ labels: [String: String], instances: [String: Set<String>], nodes: Set<String>
  ) -> Component {
    if isNode(labels), let node = node(labels) { return Component(id: ComponentID(node), kind: .node, role: .host) }
    let host = labels["node"] ?? labels["instance"].map(hostPart)
    let runsOn = host.flatMap { nodes.contains($0) ? ComponentID($0) : nil }
    if let pod = labels["pod"] {
      // What measures all pods at once carries its own service's name, not the pod's.
      let isAboutOthers = labels["__name__"].map { $0.hasPrefix("kube_") || $0.hasPrefix("container_") } ?? false
      let named = isAboutOthers ? nil : serviceLabels.dropLast().lazy.compactMap { labels[$0] }.first
      let service = named ?? PodName.service(of: pod)
      return Component(
        id: ComponentID(pod), kind: .instance, role: ComponentRole(inferredFromName: service),
        instanceOf: service == pod ? nil : ComponentID(service), runsOn: runsOn)
    }
    let server = callLabels.lazy.compactMap { labels[$0.0] != nil ? labels[$0.1] : nil }.first
    let service = server ?? service(labels) ?? "unnamed"
    let role = ComponentRole(inferredFromName: service)
    if server == nil, let instance = labels["instance"], instances[service, default: []].count > 1 {
      return Component(
        id: ComponentID("\(service)/\(instance)"), kind: .instance, role: role, instanceOf: ComponentID(service),
        runsOn: runsOn)
    }
    return Component(id: ComponentID(service), role: role, runsOn: runsOn)
  }

  private static func calls(_ labels: [String: String]) -> [ServiceMap.Call] {
    callLabels.compactMap { client, server in
      guard let from = labels[client], let to = labels[server], !from.isEmpty, !to.isEmpty, from != "unknown",
        to != "unknown"
      else { return nil }
      return ServiceMap.Call(from: ComponentID(from), to: ComponentID(to))
    }
  }

  private static func service(_ labels: [String: String]) -> String? {
    serviceLabels.lazy.compactMap { labels[$0] }.first { !$0.isEmpty }
  }

  private static func isNode(_ labels: [String: String]) -> Bool { labels["__name__"]?.hasPrefix("node_") ?? false }

  private static func node(_ labels: [String: String]) -> String? {
    labels["node"] ?? labels["nodename"] ?? labels["instance"].map(hostPart)
  }

  /// `10.0.0.7` of `10.0.0.7:9100`, `::1` of `[::1]:9100`.
  private static func hostPart(_ instance: String) -> String {
    guard let colon = instance.lastIndex(of: ":") else { return instance }
    let host = instance[..<colon]
    return String(host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host)
  }

  /// The name with the labels that tell series of one component apart, in the order of their names.
  private static func metric(_ labels: [String: String]) -> String {
    let rest = labels.filter { !surroundings.contains($0.key) }.sorted { $0.key < $1.key }
    return (labels["__name__"] ?? "unnamed") + rest.map { "|\($0.key)=\($0.value)" }.joined()
  }

  /// A `|` separates the parts of a series' name.
  private static func withoutSeparators(_ text: String) -> String {
    String(text.map { $0 == "|" || $0.isNewline ? "/" : $0 })
  }
}
