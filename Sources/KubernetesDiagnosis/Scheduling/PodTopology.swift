import KubernetesObjects

/// Where the pods are that one pod wants to be near to, away from, or evenly spread with.
struct PodTopology {
  private let pod: Pod
  private let namespaces: NamespaceLabels
  /// Per term, the values of the topology key that hold a matching pod.
  private let near: [(term: PodAffinityTerm, values: Set<String>)]
  private let away: [(term: PodAffinityTerm, values: Set<String>)]
  /// Topology key and value where a pod is that wants this one away.
  private let unwanted: Set<[String]>
  private let spread: [Spread]

  private struct Spread {
    var constraint: TopologySpreadConstraint
    var counts: [String: Int]
    var minimum: Int
    var countsItself: Bool
  }

  init(
    _ pod: Pod, assigned: [Pod], exclusive: [Pod], nodes: [ClusterNode], labels: [String: Labels],
    namespaces: NamespaceLabels
  ) {
    self.pod = pod
    self.namespaces = namespaces
    func values(_ term: PodAffinityTerm) -> Set<String> {
      var values: Set<String> = []
      for other in assigned where term.matches(other, owner: pod.namespace, namespaces) {
        if let value = labels[other.spec.nodeName]?[term.topologyKey] { values.insert(value) }
      }
      return values
    }
    near = pod.spec.affinity.podAffinity.map { ($0, values($0)) }
    away = pod.spec.affinity.podAntiAffinity.map { ($0, values($0)) }
    var unwanted: Set<[String]> = []
    for other in exclusive {
      for term in other.spec.affinity.podAntiAffinity where term.matches(pod, owner: other.namespace, namespaces) {
        if let value = labels[other.spec.nodeName]?[term.topologyKey] { unwanted.insert([term.topologyKey, value]) }
      }
    }
    self.unwanted = unwanted
    spread = pod.spec.topologySpread.filter { $0.whenUnsatisfiable == "DoNotSchedule" }.map { constraint in
      Self.spread(constraint, pod, assigned: assigned, nodes: nodes, labels: labels)
    }
  }

  private static func spread(
    _ constraint: TopologySpreadConstraint, _ pod: Pod, assigned: [Pod], nodes: [ClusterNode], labels: [String: Labels]
  ) -> Spread {
    var counts: [String: Int] = [:]
    var eligible: Set<String> = []
    for node in nodes {
      guard let value = node.metadata.labels[constraint.topologyKey] else { continue }
      if constraint.nodeAffinityPolicy == "Honor" {
        let fits =
          pod.spec.nodeSelector.isSubset(of: node.metadata.labels)
          && (pod.spec.affinity.nodeTerms?.contains { $0.matches(node) } ?? true)
        guard fits else { continue }
      }
      if constraint.nodeTaintsPolicy == "Honor" {
        let isTolerated = node.taints.allSatisfy { taint in
          !taint.repels || pod.spec.tolerations.contains { $0.tolerates(taint) }
        }
        guard isTolerated else { continue }
      }
      eligible.insert(node.name)
      counts[value, default: 0] += 0
    }
    let selector = constraint.selector
    for other in assigned where other.namespace == pod.namespace && eligible.contains(other.spec.nodeName) {
      guard selector?.matches(other.metadata.labels) ?? false,
        let value = labels[other.spec.nodeName]?[constraint.topologyKey]
      else { continue }
      counts[value, default: 0] += 1
    }
    var minimum = counts.values.min() ?? 0
    if let domains = constraint.minimumDomains, counts.count < domains { minimum = 0 }
    return Spread(
      constraint: constraint, counts: counts, minimum: minimum,
      countsItself: selector?.matches(pod.metadata.labels) ?? false)
  }

  func blockers(on node: ClusterNode) -> [NodeBlocker] {
    let labels = node.metadata.labels
    var found: [NodeBlocker] = []
    for one in spread {
      let key = one.constraint.topologyKey
      guard let value = labels[key] else {
        found.append(.topologySpread(key))
        continue
      }
      let count = (one.counts[value] ?? 0) + (one.countsItself ? 1 : 0)
      if count - one.minimum > one.constraint.maximumSkew { found.append(.topologySpread(key)) }
    }
    if let term = near.first(where: { !isNear($0.term, $0.values, labels) }) {
      _ = term
      found.append(.podAffinity)
    }
    if away.contains(where: { term in labels[term.term.topologyKey].map(term.values.contains) ?? false }) {
      found.append(.podAntiAffinity)
    }
    if unwanted.contains(where: { labels[$0[0]] == $0[1] }) { found.append(.existingAntiAffinity) }
    return found
  }

  /// The first of a group that wants to be together may begin anywhere.
  private func isNear(_ term: PodAffinityTerm, _ values: Set<String>, _ labels: Labels) -> Bool {
    guard let value = labels[term.topologyKey] else { return false }
    if values.isEmpty { return term.matches(pod, owner: pod.namespace, namespaces) }
    return values.contains(value)
  }
}
