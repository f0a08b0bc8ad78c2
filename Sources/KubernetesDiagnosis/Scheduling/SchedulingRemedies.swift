import KubernetesObjects

/// Single changes that a blocked pod suggests. Each has to be tried before anybody is told of it.
enum SchedulingRemedies {
  static func changes(
    for blame: SchedulingExplanation.Blame, _ pod: Pod, _ explanation: SchedulingExplanation,
    _ simulation: SchedulingSimulation
  ) -> [SchedulingChange] {
    switch blame.blocker {
    case .unschedulable: return blame.nodes.prefix(3).map { .uncordon(node: $0) }
    case .taint(let taint):
      let toleration = Toleration(
        key: taint.key, relation: taint.value.isEmpty ? "Exists" : "Equal", value: taint.value)
      return [.addToleration(toleration)] + blame.nodes.prefix(2).map { .removeTaint(taint, node: $0) }
    case .nodeSelector: return [.dropNodeSelector] + labels(pod, blame.nodes)
    case .nodeAffinity: return [.dropNodeAffinity]
    case .podAffinity, .podAntiAffinity: return [.dropPodAffinity]
    case .topologySpread: return [.dropTopologySpread]
    case .hostPort: return [.dropHostPorts]
    case .insufficient(let resource):
      let free = blame.nodes.compactMap { name in simulation.free(resource, onNode: name) }.max() ?? .zero
      return free > .zero ? [.lowerRequest(resource, free)] : []
    case .tooManyPods, .volumeNodeAffinity, .existingAntiAffinity, .otherNodeName: return []
    }
  }

  /// With one label missing, a node can be given it.
  private static func labels(_ pod: Pod, _ nodes: [String]) -> [SchedulingChange] {
    guard pod.spec.nodeSelector.entries.count == 1, let entry = pod.spec.nodeSelector.entries.first else { return [] }
    return nodes.prefix(2).map { .label(node: $0, key: entry.key, value: entry.value) }
  }

  static func check(_ cause: KubernetesCause) -> String? {
    switch cause {
    case .nodeCordoned: "Ask who cordoned the node and why: a snapshot cannot tell maintenance from a mistake."
    case .taintNotTolerated: "Ask who set the taint: a snapshot cannot tell a policy from a mistake."
    case .nodeSelectorMismatch, .nodeAffinityMismatch:
      "Compare with the labels that the nodes had before: the wish may be wrong, or a label lost."
    case .insufficientCPU, .insufficientMemory:
      "Compare the request with what the containers use: the node may be too full, or the request too large."
    default: nil
    }
  }
}

extension SchedulingSimulation {
  func free(_ resource: String, onNode name: String) -> Quantity? {
    node(name).flatMap { capacity($0).free[resource] }
  }
}
