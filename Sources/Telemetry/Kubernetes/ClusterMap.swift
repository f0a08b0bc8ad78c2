import IncidentModel
import KubernetesObjects

/// What the objects say of the service map: a service has pods as its instances, a pod runs on a node, and addresses in
/// environments are calls. Telemetry under the plain name of an object is credited to that object; under a name that
/// several namespaces have, only with the namespace before it.
struct ClusterMap {
  private(set) var components: [Component] = []
  private(set) var calls: [ServiceMap.Call] = []
  private let view: ClusterView
  private let names: ObjectNames
  /// What telemetry names.
  private let named: Set<String>

  /// More pods than this are on the map only where telemetry names them.
  private static let maximumPodCount = 2000

  /// - Parameter named: components that telemetry names.
  init(_ snapshot: ClusterSnapshot, named: Set<ComponentID>) {
    view = ClusterView(snapshot, readsEvents: false)
    names = ObjectNames(snapshot)
    self.named = Set(named.map(\.rawValue))
    for service in view.services {
      let reference = service.metadata.reference(.service)
      components.append(Component(id: id(reference), role: ComponentRole(inferredFromName: service.name)))
      addAliases(of: reference, as: id(reference))
    }
    for node in view.nodes {
      let id = ComponentID("node/\(node.name)")
      components.append(Component(id: id, kind: .node, role: .host))
      if self.named.contains(node.name) {
        components.append(Component(id: ComponentID(node.name), kind: .instance, role: .host, instanceOf: id))
      }
    }
    addPods()
    addWorkloads()
    // A quota fails whatever is to be made in its namespace.
    let limited = Set(snapshot.quotas.keys.map(\.namespace)).sorted()
    components += limited.map { Component(id: ComponentID("namespace/\($0)")) }
    var known: Set<ComponentID> = []
    components = components.filter { known.insert($0.id).inserted }
  }

  private func id(_ reference: ObjectReference) -> ComponentID { ComponentID(names.text(reference)) }

  /// The names under which telemetry may speak of a service or a workload.
  private mutating func addAliases(of reference: ObjectReference, as component: ComponentID) {
    let qualified = "\(reference.name.namespace)/\(reference.name.name)"
    let isShared = names.text(reference) != "\(reference)"
    for name in isShared ? [qualified] : [reference.name.name, qualified] where named.contains(name) {
      components.append(
        Component(
          id: ComponentID(name), kind: .instance, role: ComponentRole(inferredFromName: reference.name.name),
          instanceOf: component))
    }
  }

  private mutating func addPods() {
    let isSmall = view.pods.count <= Self.maximumPodCount
    for pod in view.pods where pod.isAlive {
      let qualified = "\(pod.namespace)/\(pod.name)"
      let isQualified = named.contains(qualified)
      let name = isQualified ? qualified : names.podText(pod.metadata.name)
      guard isSmall || named.contains(name) else { continue }
      let service = view.component(of: pod)
      components.append(
        Component(
          id: ComponentID(name), kind: .instance, role: ComponentRole(inferredFromName: pod.name),
          instanceOf: service.kind == ObjectKind.pod.rawValue ? nil : id(service),
          runsOn: pod.isAssigned ? ComponentID("node/\(pod.spec.nodeName)") : nil))
    }
  }

  private mutating func addWorkloads() {
    for workload in view.workloads where workload.kind != .replicaSet && workload.kind != .job {
      let reference = view.component(of: workload)
      let id = id(reference)
      if reference.kind != ObjectKind.service.rawValue {
        components.append(Component(id: id, role: ComponentRole(inferredFromName: workload.name)))
      }
      addAliases(of: workload.reference, as: id)
      for address in workload.template.containers.flatMap(\.addresses) {
        let parts = address.host.split(separator: ".").map(String.init)
        guard let host = parts.first else { continue }
        let name = ObjectName(host, in: parts.count > 1 ? parts[1] : workload.namespace)
        guard view.snapshot.services[name] != nil else { continue }
        let call = ServiceMap.Call(from: id, to: self.id(ObjectReference(.service, name)))
        if call.from != call.to { calls.append(call) }
      }
    }
  }
}
