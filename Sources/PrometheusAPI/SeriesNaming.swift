import IncidentModel
import Telemetry

/// Which component each series is about, and who calls whom, as far as labels say it.
///
/// By the labels that Prometheus' own and Kubernetes' conventions use: a series with a `pod` is about that pod, a copy of
/// its service; otherwise about its service (`service`, `app`, … or `job`), and about one instance of it where the service
/// has several. What a node exporter measures is about the node, what a container monitor measures without a pod about the
/// container, and what a client measures of a peer about the peer.
package struct SeriesNaming: Sendable {
  package private(set) var components: [Component] = []
  package private(set) var calls: [ServiceMap.Call] = []
  private var keys: [[String: String]: MetricKey] = [:]

  private static let serviceLabels = [
    "service", "service_name", "app", "app_kubernetes_io_name", "application", "component", "deployment",
    "job",
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
    "component", "deployment",
  ]
  /// Whom a client asked.
  private static let peerLabels = ["peer_service", "peer"]

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
    let server = callLabels.lazy.compactMap { labels[$0.0] != nil ? labels[$0.1] : nil }.first ?? peer(labels)
    let named = server ?? container(labels)
    let service = named ?? service(labels) ?? "unnamed"
    let role = ComponentRole(inferredFromName: service)
    if named == nil, let instance = labels["instance"], instances[service, default: []].count > 1 {
      return Component(
        id: ComponentID("\(service)/\(instance)"), kind: .instance, role: role, instanceOf: ComponentID(service),
        runsOn: runsOn)
    }
    return Component(id: ComponentID(service), role: role, runsOn: runsOn)
  }

  private static func calls(_ labels: [String: String]) -> [ServiceMap.Call] {
    let named = callLabels.map { (labels[$0.0], labels[$0.1]) } + [(service(labels), peer(labels))]
    return named.compactMap { client, server in
      guard let client, let server, !client.isEmpty, !server.isEmpty, client != "unknown", server != "unknown",
        client != server
      else { return nil }
      return ServiceMap.Call(from: ComponentID(client), to: ComponentID(server))
    }
  }

  private static func peer(_ labels: [String: String]) -> String? {
    peerLabels.lazy.compactMap { labels[$0] }.first { !$0.isEmpty }
  }

  private static func container(_ labels: [String: String]) -> String? {
    guard labels["__name__"]?.hasPrefix("container_") == true else { return nil }
    return [labels["container"], labels["name"]].lazy.compactMap { $0 }.first { !$0.isEmpty }
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
    let isContainer = container(labels) != nil
    let rest = labels.filter {
      !surroundings.contains($0.key) && !peerLabels.contains($0.key) && !(isContainer && $0.key == "name")
    }
    // Clients of one peer are told apart.
    let client = peer(labels).flatMap { _ in service(labels).map { ["client": $0] } } ?? [:]
    return (labels["__name__"] ?? "unnamed")
      + rest.merging(client) { $1 }.sorted { $0.key < $1.key }.map { "|\($0.key)=\($0.value)" }.joined()
  }

  /// A `|` separates the parts of a series' name.
  private static func withoutSeparators(_ text: String) -> String {
    String(text.map { $0 == "|" || $0.isNewline ? "/" : $0 })
  }
}
