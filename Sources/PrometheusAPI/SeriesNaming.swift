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
  /// Who measured, where a series names what it measured by other labels.
  private static let surroundings: Set<String> = [
    "__name__", "job", "instance", "pod", "namespace", "node", "nodename", "endpoint", "prometheus",
    "prometheus_replica",
    "replica", "cluster", "container", "service", "service_name", "app", "app_kubernetes_io_name", "application",
    "component", "deployment",
  ]

  package init(_ given: [[String: String]]) {
    let series = given.map { $0.mapValues(Self.withoutSeparators) }
    var instances: [String: Set<String>] = [:]
    for labels in series where labels["pod"] == nil {
      if let service = Self.service(labels), let instance = labels["instance"] {
        instances[service, default: []].insert(instance)
      }
    }
    let machines = Set(series.filter(Self.isNode).map(Self.target))
    let nodes = Set(series.filter(Self.isNode).compactMap(Self.node))
    let book = Self.addressBook(series)
    var made: [ComponentID: Component] = [:]
    var edges: Set<ServiceMap.Call> = []
    var answering: Set<ComponentID> = []
    for (labels, original) in zip(series, given) {
      let own = Self.component(labels, instances: instances, nodes: nodes)
      let call = Self.call(labels, by: own, book)
      let component: Component
      if let call {
        component = Component(id: ComponentID(call.to), role: ComponentRole(inferredFromName: call.to))
      } else if machines.contains(Self.target(labels)), let node = Self.node(labels) {
        // What a scrape of a node exporter tells beside `node_`, it tells of the node.
        component = Component(id: ComponentID(node), kind: .node, role: .host)
      } else {
        component = own
      }
      if let known = made[component.id], known.runsOn != component.runsOn {
        made[component.id]?.runsOn = known.runsOn ?? component.runsOn
      } else {
        made[component.id] = component
      }
      if let service = component.instanceOf, made[service] == nil {
        made[service] = Component(id: service, role: component.role)
      }
      if let from = call?.from, let to = call?.to {
        edges.insert(ServiceMap.Call(from: ComponentID(from), to: ComponentID(to)))
      } else if call == nil, Self.countsRequests(labels) {
        answering.insert(component.instanceOf ?? component.id)
      }
      keys[original] = MetricKey(component: component.id, metric: Self.metric(labels, call, by: own))
    }
    components = made.values.sorted { $0.id < $1.id }
    let all = edges.union(Self.passedOn(edges, made, answering: answering))
    calls = all.subtracting(Self.ofUsers(all, answering: answering)).sorted()
  }

  /// Web servers and load balancers do nothing themselves. Where no series says whom one calls, it passes on what it gets
  /// to those who answer requests and call others, but whom nobody is known to call.
  private static func passedOn(
    _ calls: Set<ServiceMap.Call>, _ components: [ComponentID: Component], answering: Set<ComponentID>
  ) -> Set<ServiceMap.Call> {
    let (callers, called) = (Set(calls.map(\.from)), Set(calls.map(\.to)))
    let entries = callers.intersection(answering).subtracting(called)
    let front = components.values.filter { $0.role == .gateway && $0.kind == .service && !callers.contains($0.id) }
    return Set(front.flatMap { one in entries.map { ServiceMap.Call(from: one.id, to: $0) } })
  }

  /// Who answers nobody, and alone asks a service that asks others: probes and load generators, which see what users see
  /// and are no part of the system.
  private static func ofUsers(_ calls: Set<ServiceMap.Call>, answering: Set<ComponentID>) -> Set<ServiceMap.Call> {
    let callers = Dictionary(grouping: calls, by: \.to).mapValues { Set($0.map(\.from)) }
    let asking = Set(calls.map(\.from))
    let users = asking.subtracting(answering).subtracting(callers.keys)
    return calls.filter { call in
      users.contains(call.from) && asking.contains(call.to) && callers[call.to]?.isSubset(of: users) == true
    }
  }

  private static func countsRequests(_ labels: [String: String]) -> Bool {
    let words = (labels["__name__"] ?? "").split(separator: "_")
    let isCounted = words.last == "total" || words.last == "count"
    return isCounted && ["request", "requests", "handled"].contains(where: words.contains) && !words.contains("client")
  }

  private static func addressBook(_ series: [[String: String]]) -> AddressBook {
    var services: Set<String> = []
    var instances: [(service: String, instance: String)] = []
    for labels in series {
      let own = labels["pod"].map { PodName.service(of: $0) } ?? container(labels) ?? service(labels)
      services.formUnion([own, service(labels)].compactMap { $0 })
      guard !isNode(labels), labels["pod"] == nil, container(labels) == nil else { continue }
      if let own, let instance = labels["instance"] { instances.append((own, instance)) }
    }
    return AddressBook(services: services, instances: instances)
  }

  /// Where a series was scraped.
  private static func target(_ labels: [String: String]) -> [String?] { [labels["job"], labels["instance"]] }

  package subscript(labels: [String: String]) -> MetricKey? { keys[labels] }

  private static func component(
    _ labels: [String: String], instances: [String: Set<String>], nodes: Set<String>
  ) -> Component {
    if isNode(labels), let node = node(labels) { return Component(id: ComponentID(node), kind: .node, role: .host) }
    let host = labels["node"] ?? labels["instance"].map(AddressBook.host)
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
    let named = container(labels)
    let service = named ?? service(labels) ?? "unnamed"
    let role = ComponentRole(inferredFromName: service)
    if named == nil, let instance = labels["instance"], instances[service, default: []].count > 1 {
      return Component(
        id: ComponentID("\(service)/\(instance)"), kind: .instance, role: role, instanceOf: ComponentID(service),
        runsOn: runsOn)
    }
    return Component(id: ComponentID(service), role: role, runsOn: runsOn)
  }

  /// Who called whom, as far as it is known; nil where a series is about its own service alone.
  private static func call(
    _ labels: [String: String], by own: Component, _ book: AddressBook
  ) -> NamedCall? {
    let named = CallLabels(labels)
    // What passes through a sidecar on its way in has its owner for a peer.
    guard let text = named.callee, !text.hasPrefix("inbound/"), let callee = book.service(text) else { return nil }
    if named.namesBoth {
      let caller = named.caller.flatMap(book.service)
      return NamedCall(from: caller == callee ? nil : caller, to: callee, namesBoth: true)
    }
    let caller = (own.instanceOf ?? own.id).rawValue
    return caller == callee ? nil : NamedCall(from: caller, to: callee, namesBoth: false)
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
    labels["node"] ?? labels["nodename"] ?? labels["instance"].map(AddressBook.host)
  }

  /// The name with the labels that tell series of one component apart, in the order of their names.
  private static func metric(
    _ labels: [String: String], _ call: NamedCall?, by own: Component
  ) -> String {
    let isContainer = container(labels) != nil
    var rest = labels.filter { !surroundings.contains($0.key) && !(isContainer && $0.key == "name") }
    if let call {
      if !call.namesBoth {
        for label in CallLabels.peers + CallLabels.addresses + ["server_port"] { rest[label] = nil }
      }
      // Clients of one peer are told apart.
      rest["client"] = call.namesBoth ? call.from : own.id.rawValue
    }
    // OpenTelemetry's clients say how a call failed, and only where there was an answer also with which status.
    if let failure = rest["error_type"], !failure.isEmpty, !rest.keys.contains(where: { $0.hasSuffix("status_code") }) {
      rest["status"] = Int(failure) == nil ? "failed" : failure
    }
    return (labels["__name__"] ?? "unnamed")
      + rest.sorted { $0.key < $1.key }.map { "|\($0.key)=\($0.value)" }.joined()
  }

  /// A `|` separates the parts of a series' name.
  private static func withoutSeparators(_ text: String) -> String {
    String(text.map { $0 == "|" || $0.isNewline ? "/" : $0 })
  }
}

/// What a series says of a call.
private struct NamedCall {
  /// Nil where nobody knows.
  var from: String?
  var to: String
  /// Whether labels name both ends, and not only the one that was asked.
  var namesBoth: Bool
}
