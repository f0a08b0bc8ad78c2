import KubernetesObjects

/// Why one node does not take a pod: the filters of the scheduler, in its order.
package enum NodeBlocker: Hashable, Sendable {
  case unschedulable
  case otherNodeName
  case taint(Taint)
  case nodeSelector
  case nodeAffinity
  case hostPort(Int)
  case tooManyPods
  case insufficient(String)
  case volumeNodeAffinity(volume: String)
  case topologySpread(String)
  case podAffinity
  case podAntiAffinity
  /// A pod that runs there does not want this one near.
  case existingAntiAffinity

  /// As the scheduler's own messages say it.
  package var schedulerText: String {
    switch self {
    case .unschedulable: "node(s) were unschedulable"
    case .otherNodeName: "node(s) didn't match the requested node name"
    case .taint(let taint): "node(s) had untolerated taint {\(taint.key): \(taint.value)}"
    case .nodeSelector, .nodeAffinity: "node(s) didn't match Pod's node affinity/selector"
    case .hostPort: "node(s) didn't have free ports for the requested pod ports"
    case .tooManyPods: "Too many pods"
    case .insufficient(let resource): "Insufficient \(resource)"
    case .volumeNodeAffinity: "node(s) had volume node affinity conflict"
    case .topologySpread: "node(s) didn't match pod topology spread constraints"
    case .podAffinity: "node(s) didn't match pod affinity rules"
    case .podAntiAffinity: "node(s) didn't match pod anti-affinity rules"
    case .existingAntiAffinity: "node(s) didn't satisfy existing pods anti-affinity rules"
    }
  }

  /// The plugin that says so; the scheduler stops at the first plugin that rejects a node.
  var filter: Int {
    switch self {
    case .unschedulable: 0
    case .otherNodeName: 1
    case .taint: 2
    case .nodeSelector, .nodeAffinity: 3
    case .hostPort: 4
    case .tooManyPods, .insufficient: 5
    case .volumeNodeAffinity: 6
    case .topologySpread: 7
    case .podAffinity, .podAntiAffinity, .existingAntiAffinity: 8
    }
  }

  /// The cause that it is a sign of; nil for what the pod itself asks for by name.
  var cause: KubernetesCause? {
    switch self {
    case .unschedulable: .nodeCordoned
    case .otherNodeName: nil
    case .taint: .taintNotTolerated
    case .nodeSelector: .nodeSelectorMismatch
    case .nodeAffinity: .nodeAffinityMismatch
    case .hostPort: .hostPortInUse
    case .tooManyPods: .tooManyPods
    case .insufficient("cpu"): .insufficientCPU
    case .insufficient("memory"): .insufficientMemory
    case .insufficient: .insufficientExtendedResource
    case .volumeNodeAffinity: .volumeNodeAffinity
    case .topologySpread: .topologySpreadUnsatisfiable
    case .podAffinity, .podAntiAffinity, .existingAntiAffinity: .antiAffinityConflict
    }
  }

  /// Taints by which the cluster itself marks a node that is not well.
  package var isNodeCondition: Bool {
    guard case .taint(let taint) = self else { return false }
    return taint.key.hasPrefix("node.kubernetes.io/") && taint.key != "node.kubernetes.io/unschedulable"
      || taint.key == "node.cloudprovider.kubernetes.io/uninitialized"
  }

  /// Meant to be so: a control-plane node that keeps workloads away.
  func isByDesign(on node: ClusterNode) -> Bool {
    guard node.isControlPlane else { return false }
    switch self {
    case .unschedulable: return true
    case .taint(let taint): return taint.key.hasPrefix("node-role.kubernetes.io/")
    default: return false
    }
  }
}

/// What keeps a pod from being looked at, before any node is tried.
package enum SchedulingPrecondition: Hashable, Sendable {
  case gated([String])
  case otherScheduler(String)
  case missingClaim(String)
  case unboundClaim(String)
}

/// One change, to try what would come of it.
package enum SchedulingChange: Hashable, Sendable {
  case uncordon(node: String)
  case removeTaint(Taint, node: String)
  case addToleration(Toleration)
  case dropNodeSelector
  case dropNodeAffinity
  case dropPodAffinity
  case dropTopologySpread
  case dropHostPorts
  /// Lower requests of the pod to what is given, resource by resource.
  case lowerRequest(String, Quantity)
  case label(node: String, key: String, value: String)
  /// Make the pod anew by another template of its workload.
  case useTemplate(PodSpec)

  package var statement: String {
    switch self {
    case .uncordon(let node): "uncordon node/\(node)"
    case .removeTaint(let taint, let node): "remove the taint \(taint) from node/\(node)"
    case .addToleration(let toleration): "let the pod tolerate \(toleration.key)"
    case .dropNodeSelector: "take the nodeSelector off the pod"
    case .dropNodeAffinity: "take the required nodeAffinity off the pod"
    case .dropPodAffinity: "take the required podAffinity and podAntiAffinity off the pod, or prefer instead"
    case .dropTopologySpread: "let the topologySpreadConstraints be ScheduleAnyway"
    case .dropHostPorts: "take the hostPort off the pod"
    case .lowerRequest(let resource, let amount): "lower the pod's request of \(resource) to \(amount)"
    case .useTemplate: "go back to the template before"
    case .label(let node, let key, let value): "label node/\(node) with \(key)=\(value)"
    }
  }
}
