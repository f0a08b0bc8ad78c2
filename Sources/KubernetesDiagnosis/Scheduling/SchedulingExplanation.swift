import KubernetesObjects

/// What the filters say of one pod on every node.
package struct SchedulingExplanation: Sendable {
  package let pod: Pod
  package let precondition: SchedulingPrecondition?
  /// By node; empty where the pod fits.
  package let blockers: [String: [NodeBlocker]]
  private let nodes: [ClusterNode]

  init(
    pod: Pod, nodes: [ClusterNode], precondition: SchedulingPrecondition?, blockers: [String: [NodeBlocker]]
  ) {
    self.pod = pod
    self.nodes = nodes
    self.precondition = precondition
    self.blockers = blockers
  }

  /// Nodes that would take it, by name.
  package var fittingNodes: [String] { nodes.map(\.name).filter { blockers[$0]?.isEmpty ?? false } }

  package var fits: Bool { precondition == nil && !fittingNodes.isEmpty }

  /// How many nodes each reason rejects, as the scheduler counts: a node under the first filter that rejects it, and
  /// under each resource that it lacks.
  package var reasons: [String: Int] {
    var counts: [String: Int] = [:]
    for node in nodes {
      guard let all = blockers[node.name], let first = all.min(by: { $0.filter < $1.filter }) else { continue }
      var said: Set<String> = []
      for blocker in all where blocker.filter == first.filter {
        // Only resources are listed side by side.
        guard blocker.filter == 5 || said.isEmpty else { break }
        if said.insert(blocker.schedulerText).inserted { counts[blocker.schedulerText, default: 0] += 1 }
      }
    }
    return counts
  }

  /// As the event `FailedScheduling` begins.
  package var message: String {
    let parts = reasons.map { "\($0.value) \($0.key)" }.sorted()
    return "0/\(nodes.count) nodes are available: \(parts.joined(separator: ", "))."
  }

  // MARK: - Blame

  /// What has to change so that a node takes the pod, by the nodes that need the fewest changes.
  package struct Blame: Hashable, Sendable {
    package var blocker: NodeBlocker
    /// Nodes on which it stands alone, or with the fewest others.
    package var nodes: [String]
    /// How many things keep each of these nodes from taking the pod.
    package var changeCount: Int
  }

  /// Minimal blame, most nodes first. Nodes count that the pod's own selector and affinity allow; where there are none,
  /// the selector or the affinity that empties the set is to blame. What is meant to be so on control-plane nodes does
  /// not count as long as there are other nodes.
  package var blame: [Blame] {
    guard fittingNodes.isEmpty, !nodes.isEmpty else { return [] }
    let workers = nodes.filter { node in !(blockers[node.name] ?? []).contains { $0.isByDesign(on: node) } }
    let considered = workers.isEmpty ? nodes : workers
    var allowed = considered.filter(isAllowed)
    if allowed.isEmpty { allowed = nodes.filter(isAllowed) }
    if allowed.isEmpty { return [emptied(considered)] }
    let fewest = allowed.map { kinds($0).count }.min() ?? 0
    var nodesOf: [NodeBlocker: [String]] = [:]
    for node in allowed where kinds(node).count == fewest {
      for blocker in kinds(node) { nodesOf[blocker, default: []].append(node.name) }
    }
    return nodesOf.map { Blame(blocker: $0.key, nodes: $0.value, changeCount: fewest) }.sorted {
      ($1.nodes.count, $0.blocker.filter, $0.blocker.schedulerText)
        < ($0.nodes.count, $1.blocker.filter, $1.blocker.schedulerText)
    }
  }

  /// Whether the pod itself has nothing against the node.
  private func isAllowed(_ node: ClusterNode) -> Bool {
    !(blockers[node.name] ?? []).contains { blocker in
      blocker == .nodeSelector || blocker == .nodeAffinity || blocker == .otherNodeName
    }
  }

  /// Several taints of a node, or host ports, are one matter each; a cordon comes with its own taint.
  private func kinds(_ node: ClusterNode) -> [NodeBlocker] {
    var seen: Set<NodeBlocker> = []
    return (blockers[node.name] ?? []).filter { seen.insert($0).inserted }
  }

  private func emptied(_ considered: [ClusterNode]) -> Blame {
    func rejecting(_ blocker: NodeBlocker) -> [String] {
      considered.filter { (blockers[$0.name] ?? []).contains(blocker) }.map(\.name)
    }
    let bySelector = rejecting(.nodeSelector)
    let byAffinity = rejecting(.nodeAffinity)
    if bySelector.count == considered.count, byAffinity.count < considered.count || pod.spec.affinity.nodeTerms == nil {
      return Blame(blocker: .nodeSelector, nodes: bySelector, changeCount: 1)
    }
    if byAffinity.count == considered.count, bySelector.count < considered.count {
      return Blame(blocker: .nodeAffinity, nodes: byAffinity, changeCount: 1)
    }
    let isSelector = bySelector.count >= byAffinity.count
    return Blame(
      blocker: isSelector ? .nodeSelector : .nodeAffinity, nodes: isSelector ? bySelector : byAffinity, changeCount: 2)
  }
}
