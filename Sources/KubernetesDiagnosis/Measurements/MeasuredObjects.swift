import KubernetesObjects

/// Which object a name in telemetry means.
struct MeasuredObjects {
  private let view: ClusterView
  private let podsByName: [String: [Pod]]
  private let nodeByName: [String: ClusterNode]
  private let workloadsByName: [String: [Workload]]
  private let servicesByName: [String: [ClusterService]]

  init(_ view: ClusterView) {
    self.view = view
    podsByName = Dictionary(grouping: view.pods.filter(\.isAlive)) { $0.name }
    var nodes: [String: ClusterNode] = [:]
    for node in view.nodes {
      for name in node.addresses + [node.name] { nodes[name] = node }
    }
    nodeByName = nodes
    workloadsByName = Dictionary(grouping: view.workloads.filter { $0.kind != .replicaSet && $0.kind != .job }) {
      $0.name
    }
    servicesByName = Dictionary(grouping: view.services) { $0.name }
  }

  /// A node by its name or address, with or without a port.
  func node(_ component: String) -> ClusterNode? {
    let name = component.hasPrefix("node/") ? String(component.dropFirst(5)) : component
    return nodeByName[name] ?? name.split(separator: ":").first.flatMap { nodeByName[String($0)] }
  }

  /// The pods that a name stands for: one, or those of a service or a workload. Empty for a name that means nothing, or
  /// several things.
  func pods(_ component: String) -> [Pod] {
    let parts = component.split(separator: "/").map(String.init)
    guard let name = parts.last else { return [] }
    // What stands before the name is a kind, a namespace, or both.
    let namespace = parts.dropLast().last { ObjectKind(resource: $0) == nil }
    func only<Object: StoredObject>(_ all: [Object]?) -> Object? {
      let fit = (all ?? []).filter { namespace == nil || $0.namespace == namespace }
      return fit.count == 1 ? fit.first : nil
    }
    if let pod = only(podsByName[name]) { return [pod] }
    if let service = only(servicesByName[name]), !service.selector.isEmpty {
      return view.pods(matching: service.selector, in: service.namespace).filter(\.isAlive)
    }
    return only(workloadsByName[name]).map { view.pods(of: $0).filter(\.isAlive) } ?? []
  }
}
