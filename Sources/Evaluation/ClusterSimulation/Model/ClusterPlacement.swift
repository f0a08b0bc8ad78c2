/// What is used of each node, and where the next pod goes.
struct ClusterPlacement {
  struct Use: Sendable {
    var cpu = 0
    var memory = 0
    var pods = 0
    var hostPorts: Set<Int> = []
    var extended: [String: Int] = [:]

    mutating func add(_ template: PodTemplate) {
      cpu += template.cpuRequest
      memory += template.memoryRequest
      pods += 1
      hostPorts.formUnion(template.hostPorts)
      extended.merge(template.extendedRequests) { $0 + $1 }
    }
  }

  var uses: [Use]
  private var nextAddress: [Int]
  private var turn: Int

  /// Counts the pods that are there.
  init(_ cluster: SimulatedCluster) {
    uses = [Use](repeating: Use(), count: cluster.nodes.count)
    nextAddress = [Int](repeating: 2, count: cluster.nodes.count)
    turn = cluster.nodes.firstIndex { !$0.isControlPlane } ?? 0
    for pod in cluster.pods where pod.ended == nil {
      guard let node = pod.node else { continue }
      add(cluster.workloads[pod.workload].revisions[pod.revision].template, to: node)
      if let last = pod.address.split(separator: ".").last.flatMap({ Int($0) }) {
        nextAddress[node] = max(nextAddress[node], last + 1)
      }
    }
  }

  mutating func add(_ template: PodTemplate, to node: Int) { uses[node].add(template) }

  /// Workers in turn, passing over those that are full.
  mutating func nextWorker(for template: PodTemplate, in cluster: SimulatedCluster) -> Int {
    for _ in cluster.nodes.indices {
      turn = (turn + 1) % cluster.nodes.count
      let node = cluster.nodes[turn]
      let use = uses[turn]
      if !node.isControlPlane, use.cpu + template.cpuRequest <= node.cpuMillicores,
        use.memory + template.memoryRequest <= node.memoryMebibytes, use.pods < node.maximumPods
      {
        return turn
      }
    }
    return turn
  }

  mutating func address(on node: Int, in cluster: SimulatedCluster) -> String {
    defer { nextAddress[node] += 1 }
    let network = cluster.nodes[node].podNetwork
    return "10.\(100 + network / 250).\(network % 250).\(nextAddress[node] % 254 + 1)"
  }
}

/// What a quota counts in a namespace: millicores, MiB, GiB and counts.
struct QuotaUse {
  private var amounts: [String: Int] = [:]

  init(of namespace: String, in cluster: SimulatedCluster) {
    for pod in cluster.pods where pod.ended == nil {
      let workload = cluster.workloads[pod.workload]
      guard workload.namespace == namespace else { continue }
      add(workload.revisions[pod.revision].template)
    }
    for claim in cluster.claims where claim.namespace == namespace {
      amounts["requests.storage", default: 0] += claim.gibibytes
      amounts["persistentvolumeclaims", default: 0] += 1
    }
    let services = cluster.services.count { $0.namespace == namespace && !$0.isAbsent }
    amounts["services"] = services
    amounts["count/services"] = services
  }

  private mutating func add(_ template: PodTemplate) {
    for (key, amount) in QuotaUse.requests(of: template) { amounts[key, default: 0] += amount }
  }

  static func requests(of template: PodTemplate) -> [String: Int] {
    [
      "requests.cpu": template.cpuRequest, "requests.memory": template.memoryRequest, "limits.cpu": template.cpuLimit,
      "limits.memory": template.memoryLimit, "pods": 1, "cpu": template.cpuRequest, "memory": template.memoryRequest,
      "count/pods": 1,
    ]
  }

  subscript(key: String) -> Int { amounts[key] ?? 0 }
}

/// Amounts as the API writes them.
enum Quantity {
  static func text(_ amount: Int, of key: String) -> String {
    if amount == 0 { return "0" }
    if key.hasSuffix("cpu") { return cpu(amount) }
    if key.hasSuffix("memory") { return memory(amount) }
    if key.hasSuffix("storage") { return "\(amount)Gi" }
    return "\(amount)"
  }

  static func cpu(_ millicores: Int) -> String {
    millicores % 1000 == 0 ? "\(millicores / 1000)" : "\(millicores)m"
  }

  static func memory(_ mebibytes: Int) -> String {
    mebibytes > 0 && mebibytes % 1024 == 0 ? "\(mebibytes / 1024)Gi" : "\(mebibytes)Mi"
  }
}
