import KubernetesObjects

/// The filters of the real scheduler, run for one pod against the nodes as they are. Reads no events and no messages.
package final class SchedulingSimulation {
  private let view: ClusterView
  private var capacities: [String: NodeCapacity] = [:]
  /// Assigned pods that keep others away by required anti-affinity.
  private lazy var exclusive: [Pod] = view.pods.filter {
    $0.isAssigned && $0.isAlive && !$0.spec.affinity.podAntiAffinity.isEmpty
  }
  private lazy var assigned: [Pod] = view.pods.filter { $0.isAssigned && $0.isAlive }
  private lazy var labelsOfNode: [String: Labels] = Dictionary(
    view.nodes.map { ($0.name, $0.metadata.labels) }, uniquingKeysWith: { first, _ in first })

  package init(_ view: ClusterView) { self.view = view }

  /// Why a pod that nobody has placed is not placed.
  package func explain(_ pod: Pod) -> SchedulingExplanation { explain(pod, nodes: view.nodes) }

  /// The same after a change.
  package func whatIf(_ change: SchedulingChange, _ pod: Pod) -> SchedulingExplanation {
    var pod = pod
    var nodes = view.nodes
    switch change {
    case .uncordon(let name):
      Self.edit(&nodes, name) { node in
        node.isUnschedulable = false
        node.taints.removeAll { $0.key == "node.kubernetes.io/unschedulable" }
      }
    case .removeTaint(let taint, let name): Self.edit(&nodes, name) { node in node.taints.removeAll { $0 == taint } }
    case .label(let name, let key, let value):
      Self.edit(&nodes, name) { node in
        var labels: [String: String] = [:]
        for entry in node.metadata.labels.entries { labels[entry.key] = entry.value }
        labels[key] = value
        node.metadata.labels = Labels(labels)
      }
    case .useTemplate(let template):
      // What admission adds to every pod stays: the default tolerations.
      let added = pod.spec.tolerations.filter { $0.key.hasPrefix("node.kubernetes.io/") }
      pod.spec = template
      pod.spec.tolerations += added
    case .addToleration(let toleration): pod.spec.tolerations.append(toleration)
    case .dropNodeSelector: pod.spec.nodeSelector = Labels()
    case .dropNodeAffinity: pod.spec.affinity.nodeTerms = nil
    case .dropPodAffinity:
      pod.spec.affinity.podAffinity = []
      pod.spec.affinity.podAntiAffinity = []
    case .dropTopologySpread: pod.spec.topologySpread = []
    case .dropHostPorts:
      pod.spec.usesHostNetwork = false
      for index in pod.spec.containers.indices {
        for port in pod.spec.containers[index].ports.indices { pod.spec.containers[index].ports[port].hostPort = 0 }
      }
    case .lowerRequest(let resource, let amount):
      var requests = pod.spec.requests
      requests[resource] = min(requests[resource] ?? amount, amount)
      return explain(pod, nodes: nodes, requests: requests)
    }
    return explain(pod, nodes: nodes)
  }

  private static func edit(_ nodes: inout [ClusterNode], _ name: String, _ change: (inout ClusterNode) -> Void) {
    for index in nodes.indices where nodes[index].name == name { change(&nodes[index]) }
  }

  func node(_ name: String) -> ClusterNode? { view.snapshot.nodes[ObjectName(name, in: "")] }

  func capacity(_ node: ClusterNode) -> NodeCapacity {
    if let known = capacities[node.name] { return known }
    let capacity = NodeCapacity(node, pods: view.pods(onNode: node.name))
    capacities[node.name] = capacity
    return capacity
  }

  private func explain(
    _ pod: Pod, nodes: [ClusterNode], requests: ResourceList? = nil
  ) -> SchedulingExplanation {
    let requests = requests ?? pod.spec.requests
    let volumes = boundVolumes(pod)
    let affinity = PodTopology(
      pod, assigned: assigned, exclusive: exclusive, nodes: nodes, labels: labelsOfNode,
      namespaces: view.namespaceLabels)
    var blockers: [String: [NodeBlocker]] = [:]
    for node in nodes {
      var found = own(pod, node)
      found += capacity(node).blockers(for: pod, requests: requests, on: node)
      for volume in volumes {
        if let terms = volume.nodeTerms, !terms.contains(where: { $0.matches(node) }) {
          found.append(.volumeNodeAffinity(volume: volume.name))
        }
      }
      found += affinity.blockers(on: node)
      blockers[node.name] = found
    }
    return SchedulingExplanation(pod: pod, nodes: nodes, precondition: precondition(pod), blockers: blockers)
  }

  /// What the pod says of itself and the node of itself.
  private func own(_ pod: Pod, _ node: ClusterNode) -> [NodeBlocker] {
    var found: [NodeBlocker] = []
    let cordon = Taint(key: "node.kubernetes.io/unschedulable", value: "", effect: "NoSchedule")
    if node.isUnschedulable, !pod.spec.tolerations.contains(where: { $0.tolerates(cordon) }) {
      found.append(.unschedulable)
    }
    if !pod.spec.nodeName.isEmpty, pod.spec.nodeName != node.name { found.append(.otherNodeName) }
    for taint in node.taints where taint.repels && taint.key != cordon.key {
      if !pod.spec.tolerations.contains(where: { $0.tolerates(taint) }) {
        found.append(.taint(taint))
      }
    }
    if !pod.spec.nodeSelector.isSubset(of: node.metadata.labels) { found.append(.nodeSelector) }
    if let terms = pod.spec.affinity.nodeTerms, !terms.contains(where: { $0.matches(node) }) {
      found.append(.nodeAffinity)
    }
    return found
  }

  private func precondition(_ pod: Pod) -> SchedulingPrecondition? {
    if !pod.spec.schedulingGates.isEmpty { return .gated(pod.spec.schedulingGates) }
    let scheduler = pod.spec.schedulerName
    if !scheduler.isEmpty, scheduler != "default-scheduler" { return .otherScheduler(scheduler) }
    for name in pod.claims {
      guard let claim = view.snapshot.claims[ObjectName(name, in: pod.namespace)] else {
        if view.snapshot.knows(.persistentVolumeClaim) { return .missingClaim(name) }
        continue
      }
      if claim.volumeName.isEmpty, !waitsForConsumer(claim) { return .unboundClaim(name) }
    }
    return nil
  }

  /// Whether a claim is only bound once a pod that uses it is placed.
  private func waitsForConsumer(_ claim: VolumeClaim) -> Bool {
    guard let name = claim.storageClass else {
      return view.snapshot.storageClasses.values.first(where: \.isDefault)?.waitsForConsumer ?? false
    }
    return view.snapshot.storageClasses[ObjectName(name, in: "")]?.waitsForConsumer ?? false
  }

  private func boundVolumes(_ pod: Pod) -> [PersistentVolume] {
    pod.claims.compactMap { name in
      view.snapshot.claims[ObjectName(name, in: pod.namespace)].flatMap { claim in
        claim.volumeName.isEmpty ? nil : view.snapshot.volumes[ObjectName(claim.volumeName, in: "")]
      }
    }
  }
}
