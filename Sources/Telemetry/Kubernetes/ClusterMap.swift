import IncidentModel
import KubernetesObjects

/// What the objects say of the service map: a service has pods as its instances, a pod runs on a node, and addresses in
/// environments are calls. Telemetry under the plain name of an object is credited to that object.
struct ClusterMap {
  private(set) var components: [Component] = []
  private(set) var calls: [ServiceMap.Call] = []

  /// More pods than this are on the map only where telemetry names them.
  private static let maximumPodCount = 2000

  /// - Parameter named: components that telemetry names.
  init(_ snapshot: ClusterSnapshot, named: Set<ComponentID>) {
    let view = ClusterView(snapshot)
    let names = Set(named.map(\.rawValue))
    for service in view.services {
      let id = ComponentID("service/\(service.name)")
      components.append(Component(id: id, role: ComponentRole(inferredFromName: service.name)))
      if names.contains(service.name) { alias(service.name, of: id) }
    }
    for node in view.nodes {
      let id = ComponentID("node/\(node.name)")
      components.append(Component(id: id, kind: .node, role: .host))
      if names.contains(node.name) {
        components.append(Component(id: ComponentID(node.name), kind: .node, role: .host, runsOn: id))
      }
    }
    let isSmall = view.pods.count <= Self.maximumPodCount
    for pod in view.pods where pod.isAlive && (isSmall || names.contains(pod.name)) {
      let service = view.component(of: pod)
      components.append(
        Component(
          id: ComponentID(pod.name), kind: .instance, role: ComponentRole(inferredFromName: pod.name),
          instanceOf: service.kind == "Pod" ? nil : ComponentID("\(service)"),
          runsOn: pod.isAssigned ? ComponentID("node/\(pod.spec.nodeName)") : nil))
    }
    addWorkloads(view, names)
    // A quota fails whatever is to be made in its namespace.
    let limited = Set(snapshot.quotas.keys.map(\.namespace)).sorted()
    components += limited.map { Component(id: ComponentID("namespace/\($0)")) }
    var known: Set<ComponentID> = []
    components = components.filter { known.insert($0.id).inserted }
  }

  private mutating func alias(_ name: String, of service: ComponentID) {
    components.append(
      Component(
        id: ComponentID(name), kind: .instance, role: ComponentRole(inferredFromName: name), instanceOf: service))
  }

  private mutating func addWorkloads(_ view: ClusterView, _ names: Set<String>) {
    for workload in view.workloads where workload.kind != .replicaSet && workload.kind != .job {
      let reference = view.component(of: workload)
      let id = ComponentID("\(reference)")
      if reference.kind != ObjectKind.service.rawValue {
        components.append(Component(id: id, role: ComponentRole(inferredFromName: workload.name)))
      }
      if names.contains(workload.name) { alias(workload.name, of: id) }
      for address in workload.template.containers.flatMap(\.addresses) {
        guard let host = address.host.split(separator: ".").first.map(String.init) else { continue }
        let parts = address.host.split(separator: ".")
        let namespace = parts.count > 1 ? String(parts[1]) : workload.namespace
        guard view.snapshot.services[ObjectName(host, in: namespace)] != nil else { continue }
        let call = ServiceMap.Call(from: id, to: ComponentID("service/\(host)"))
        if call.from != call.to { calls.append(call) }
      }
    }
  }
}
