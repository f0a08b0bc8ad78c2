/// The filters of kube-scheduler for one pod, in its order: the first that rejects a node gives that node's reason.
/// What it says is put together as the scheduler's `FitError` does.
struct SchedulerFilters {
  let cluster: SimulatedCluster
  let placement: ClusterPlacement
  /// The labels of each node.
  private let labels: [[String: String]]

  init(_ cluster: SimulatedCluster) {
    self.cluster = cluster
    placement = ClusterPlacement(cluster)
    labels = cluster.nodes.map(\.hostnameLabels)
  }

  /// What is the same for every node: where pods with the labels of a rule run already.
  private struct Topology {
    var spread: [String: Int] = [:]
    /// The topologies of nodes that the pod may use.
    var domains: Set<String> = []
    var antiAffinity: [String: Int] = [:]
  }

  enum Answer: Hashable {
    case fits(node: Int)
    case unschedulable(message: String)
  }

  func schedule(_ pod: ClusterPod) -> Answer {
    let workload = cluster.workloads[pod.workload]
    let template = workload.revisions[pod.revision].template
    if let problem = claimProblem(template, podName: pod.name, workload) {
      return .unschedulable(message: message("\(problem).", rejected: cluster.nodes.count, victims: 0))
    }
    let topology = topology(template, workload)
    var counts: [String: Int] = [:]
    var outOfResources = 0
    for node in cluster.nodes.indices {
      let reasons = rejection(template, workload, topology, node: node)
      if reasons.isEmpty { return .fits(node: node) }
      for reason in reasons { counts[reason, default: 0] += 1 }
      if reasons.contains(where: Self.canBeHelpedByPreemption) { outOfResources += 1 }
    }
    let parts = counts.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
    return .unschedulable(
      message: message("\(parts).", rejected: cluster.nodes.count - outOfResources, victims: outOfResources))
  }

  private func message(_ reasons: String, rejected: Int, victims: Int) -> String {
    let all = "0/\(cluster.nodes.count) nodes are available"
    var preemption: [String] = []
    if victims > 0 { preemption.append("\(victims) No preemption victims found for incoming pod") }
    if rejected > 0 { preemption.append("\(rejected) Preemption is not helpful for scheduling") }
    return "\(all): \(reasons) preemption: \(all): \(preemption.sorted().joined(separator: ", "))."
  }

  private static func canBeHelpedByPreemption(_ reason: String) -> Bool {
    reason.hasPrefix("Insufficient") || reason == "Too many pods" || reason.contains("free ports")
      || reason.contains("anti-affinity") || reason == "node(s) didn't match pod topology spread constraints"
  }

  /// What is wrong with the pod's claims before any node is looked at.
  private func claimProblem(_ template: PodTemplate, podName: String, _ workload: ClusterWorkload) -> String? {
    for name in claimNames(template, podName: podName, workload) {
      guard let claim = cluster.claims.first(where: { $0.name == name && $0.namespace == workload.namespace }) else {
        return "persistentvolumeclaim \"\(name)\" not found"
      }
      let waits = cluster.storageClasses.first { $0.name == claim.storageClass }?.waitsForConsumer ?? false
      if claim.volume == nil, !waits { return "pod has unbound immediate PersistentVolumeClaims" }
    }
    return nil
  }

  private func claimNames(_ template: PodTemplate, podName: String, _ workload: ClusterWorkload) -> [String] {
    let named = template.volumes.compactMap { if case .claim(let name) = $0.source { name } else { nil } }
    return workload.claimGibibytes == nil ? named : named + ["data-\(podName)"]
  }

  private func rejection(
    _ template: PodTemplate, _ workload: ClusterWorkload, _ topology: Topology, node position: Int
  ) -> [String] {
    let node = cluster.nodes[position]
    let toleratesCordon = template.tolerations.contains {
      $0.tolerates(NodeTaint(key: "node.kubernetes.io/unschedulable", effect: "NoSchedule"))
    }
    if node.isCordoned, !toleratesCordon { return ["node(s) were unschedulable"] }
    if let taint = node.allTaints.first(where: { taint in
      taint.effect != "PreferNoSchedule" && !template.tolerations.contains { $0.tolerates(taint) }
    }) {
      return ["node(s) had untolerated taint {\(taint.key): \(taint.value ?? "")}"]
    }
    guard isSelected(position, by: template) else { return ["node(s) didn't match Pod's node affinity/selector"] }
    let use = placement.uses[position]
    if !use.hostPorts.isDisjoint(with: template.hostPorts) {
      return ["node(s) didn't have free ports for the requested pod ports"]
    }
    let shortages = shortages(template, node, use)
    if !shortages.isEmpty { return shortages }
    if hasVolumeElsewhere(template, workload, node) { return ["node(s) had volume node affinity conflict"] }
    if let reason = spreadRejection(template, topology, position) { return [reason] }
    guard let rule = template.antiAffinity, let place = labels[position][rule.topologyKey] else { return [] }
    return (topology.antiAffinity[place] ?? 0) > 0 ? ["node(s) didn't match pod anti-affinity rules"] : []
  }

  private func isSelected(_ node: Int, by template: PodTemplate) -> Bool {
    template.nodeSelector.allSatisfy { labels[node][$0.key] == $0.value }
      && template.nodeAffinity.allSatisfy { Self.meets($0, labels[node]) }
  }

  private func shortages(_ template: PodTemplate, _ node: ClusterNode, _ use: ClusterPlacement.Use) -> [String] {
    var reasons: [String] = []
    if use.pods + 1 > node.maximumPods { reasons.append("Too many pods") }
    if use.cpu + template.cpuRequest > node.cpuMillicores { reasons.append("Insufficient cpu") }
    if use.memory + template.memoryRequest > node.memoryMebibytes { reasons.append("Insufficient memory") }
    for (name, wanted) in template.extendedRequests
    where wanted + (use.extended[name] ?? 0) > node.extended[name] ?? 0 {
      reasons.append("Insufficient \(name)")
    }
    return reasons
  }

  static func meets(_ requirement: PodTemplate.NodeRequirement, _ labels: [String: String]) -> Bool {
    let value = labels[requirement.key]
    return switch requirement.operation {
    case "In": value.map(requirement.values.contains) ?? false
    case "NotIn": value.map { !requirement.values.contains($0) } ?? true
    default: value != nil
    }
  }

  private func hasVolumeElsewhere(_ template: PodTemplate, _ workload: ClusterWorkload, _ node: ClusterNode) -> Bool {
    let names = template.volumes.compactMap { if case .claim(let name) = $0.source { name } else { nil } }
    return names.contains { name in
      let claim = cluster.claims.first { $0.name == name && $0.namespace == workload.namespace }
      let volume = cluster.volumes.first { $0.name == claim?.volume }
      return volume?.zone.map { $0 != node.zone } ?? false
    }
  }

  private func topology(_ template: PodTemplate, _ workload: ClusterWorkload) -> Topology {
    var topology = Topology()
    if let rule = template.antiAffinity {
      topology.antiAffinity = counts(rule.labels, workload, by: rule.topologyKey)
    }
    if let rule = template.spread {
      topology.spread = counts(rule.labels, workload, by: rule.topologyKey)
      topology.domains = Set(
        cluster.nodes.indices.filter { isSelected($0, by: template) }.compactMap { labels[$0][rule.topologyKey] })
    }
    return topology
  }

  /// How many pods with these labels there are in each topology.
  private func counts(_ labels: [String: String], _ workload: ClusterWorkload, by key: String) -> [String: Int] {
    var counts: [String: Int] = [:]
    for pod in cluster.pods where pod.ended == nil {
      guard let node = pod.node, cluster.workloads[pod.workload].namespace == workload.namespace else { continue }
      let own = cluster.workloads[pod.workload].revisions[pod.revision].template.labels
      guard labels.allSatisfy({ own[$0.key] == $0.value }), let place = self.labels[node][key] else { continue }
      counts[place, default: 0] += 1
    }
    return counts
  }

  private func spreadRejection(_ template: PodTemplate, _ topology: Topology, _ node: Int) -> String? {
    guard let rule = template.spread else { return nil }
    let reason = "node(s) didn't match pod topology spread constraints"
    guard let place = labels[node][rule.topologyKey] else { return "\(reason) (missing required label)" }
    let least = topology.domains.map { topology.spread[$0] ?? 0 }.min() ?? 0
    let minimum = topology.domains.count < rule.minimumDomains ?? 1 ? 0 : least
    return (topology.spread[place] ?? 0) + 1 - minimum > rule.maximumSkew ? reason : nil
  }
}
