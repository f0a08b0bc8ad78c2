/// Nodes and the control plane.
extension FaultInjection {
  mutating func node(_ fault: ClusterFault) -> (component: String, alsoAccept: [String])? {
    switch fault {
    case .kubeletUnavailable: deadKubelet()
    case .containerRuntimeUnavailable: deadRuntime()
    case .kubeProxyUnavailable: deadProxy()
    case .nodePressure: pressure()
    case .controlPlaneUnavailable: deadControlPlane()
    default: nil
    }
  }

  private func answer(node: Int) -> (component: String, alsoAccept: [String]) {
    ("node/\(cluster.nodes[node].name)", [])
  }

  /// The states of each node's units, as an agent on the node reads them: all run.
  mutating func healthyProcesses() {
    guard cluster.processes.isEmpty else { return }
    for node in cluster.nodes { cluster.processes[node.name] = ["kubelet": "active", "containerd": "active"] }
  }

  /// What the node controller does with the pods of a node that is not ready; after five minutes they are evicted and
  /// made anew elsewhere.
  private mutating func loseNode(_ node: Int) {
    let isEvicting = now - since > 300
    for pod in cluster.pods.indices where cluster.pods[pod].node == node && cluster.pods[pod].ended == nil {
      cluster.pods[pod].isOnLostNode = true
      cluster.pods[pod].readinessChangedAt = since
      let workload = cluster.workloads[cluster.pods[pod].workload]
      cluster.note(
        cluster.pods[pod], "NodeNotReady", "Node is not ready", from: "node-controller", first: since, last: since)
      guard isEvicting, workload.kind == .deployment || workload.kind == .statefulSet else { continue }
      cluster.pods[pod].deletedAt = since + 300
      // A StatefulSet waits until the old pod is known to be gone.
      guard workload.kind == .deployment else { continue }
      let fresh = newPod(
        cluster.pods[pod].workload, at: since + 301, ordinal: 0, revision: cluster.pods[pod].revision)
      _ = schedule([fresh])
    }
    cluster.note(
      node: node, "NodeNotReady", "Node \(cluster.nodes[node].name) status is now: NodeNotReady", warning: false,
      from: "node-controller", first: since, last: since)
  }

  private mutating func deadKubelet() -> (component: String, alsoAccept: [String])? {
    guard let node = worker() else { return nil }
    cluster.nodes[node].health = .unknown(since: since)
    for position in cluster.leases.indices where cluster.leases[position].name == cluster.nodes[node].name {
      cluster.leases[position].renewedAt = since - 45
    }
    loseNode(node)
    if random.chance(0.3) {
      healthyProcesses()
      cluster.processes[cluster.nodes[node].name]?["kubelet"] = random.pick(["inactive", "failed"])
    }
    return answer(node: node)
  }

  private mutating func deadRuntime() -> (component: String, alsoAccept: [String])? {
    guard let node = worker() else { return nil }
    let messages = [
      "container runtime is down",
      "[container runtime is down, PLEG is not healthy: pleg was last seen active "
        + "\((now - since) / 60 + 3)m12.4s ago; threshold is 3m0s]",
      "container runtime status check may not have completed yet",
    ]
    cluster.nodes[node].health = .notReady(since: since, message: messages[random.index(below: 2)])
    loseNode(node)
    let socket = "unix:///run/containerd/containerd.sock"
    let error =
      "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial unix "
      + "/run/containerd/containerd.sock: connect: connection refused\""
    cluster.note(
      node: node, "ContainerGCFailed", error, from: "kubelet", first: since, last: now - random.index(below: 60),
      count: max((now - since) / 60, 1))
    if random.chance(0.3) {
      healthyProcesses()
      cluster.processes[cluster.nodes[node].name]?["containerd"] = random.pick(["inactive", "failed"])
    }
    _ = socket
    return answer(node: node)
  }

  private mutating func deadProxy() -> (component: String, alsoAccept: [String])? {
    guard let node = worker(),
      let position = cluster.workloads.firstIndex(where: { $0.name == "kube-proxy" }),
      let pod = cluster.pods(of: position).first(where: { cluster.pods[$0].node == node })
    else { return nil }
    if random.chance(0.6) || !isAlone {
      cluster.pods[pod].createdAt = min(since, cluster.pods[pod].createdAt)
      crashSince(pod, Crash(reason: "Error", exitCode: 1, seconds: 2))
    } else {
      cluster.pods.remove(at: pod)
      healthyProcesses()
      cluster.processes[cluster.nodes[node].name]?["kube-proxy"] = "inactive"
    }
    if random.chance(0.4) {
      probeEverything()
      for row in cluster.probes.indices where cluster.probes[row].from == cluster.nodes[node].name {
        cluster.probes[row].isReachable = false
      }
    }
    return answer(node: node)
  }

  /// As `crash`, of a pod that was well before.
  private mutating func crashSince(_ pod: Int, _ what: Crash) {
    let created = cluster.pods[pod].createdAt
    cluster.pods[pod].createdAt = since
    crash(pod, what)
    cluster.pods[pod].createdAt = created
  }

  mutating func crashStaticPod(_ name: String, on node: Int) {
    guard let position = cluster.workloads.firstIndex(where: { $0.name == name && $0.kind == .staticPod }),
      let pod = cluster.pods(of: position).first(where: { cluster.pods[$0].node == node })
    else { return }
    crashSince(pod, Crash(reason: "Error", exitCode: 1, seconds: 4))
  }

  private mutating func pressure() -> (component: String, alsoAccept: [String])? {
    guard let node = worker() else { return nil }
    let type = random.pick(["MemoryPressure", "DiskPressure", "PIDPressure"]) ?? "MemoryPressure"
    cluster.nodes[node].health = .pressure(type: type, since: since)
    let resource = type == "MemoryPressure" ? "memory" : type == "DiskPressure" ? "ephemeral-storage" : "pids"
    cluster.note(
      node: node, "EvictionThresholdMet", "Attempting to reclaim \(resource)", from: "kubelet", first: since,
      last: now - random.index(below: 15), count: max((now - since) / 15, 1))
    let victims = cluster.pods.indices.filter {
      cluster.pods[$0].node == node && cluster.workloads[cluster.pods[$0].workload].kind == .deployment
        && cluster.workloads[cluster.pods[$0].workload].namespace != "kube-system"
    }
    for pod in victims.prefix(1 + random.index(below: 3)) {
      evict(pod, resource: resource)
      let fresh = newPod(
        cluster.pods[pod].workload, at: since + 30, ordinal: 0, revision: cluster.pods[pod].revision)
      _ = schedule([fresh])
    }
    cluster.note(
      node: node,
      "NodeHas\(type == "MemoryPressure" ? "InsufficientMemory" : type == "DiskPressure" ? "DiskPressure" : "InsufficientPID")",
      "Node \(cluster.nodes[node].name) status is now: \(type)", warning: false, from: "kubelet", first: since,
      last: since)
    return answer(node: node)
  }

  private mutating func evict(_ pod: Int, resource: String) {
    let name = cluster.pods[pod].containers[0].name
    let message =
      "The node was low on resource: \(resource). Threshold quantity: 100Mi, available: \(60 + random.index(below: 39))Mi. "
      + "Container \(name) was using \(300 + random.index(below: 900))Mi, request is "
      + "\(cluster.workloads[cluster.pods[pod].workload].template.memoryRequest)Mi, has larger consumption of \(resource). "
    cluster.pods[pod].ended = ClusterPod.Ending(phase: "Failed", reason: "Evicted", message: message, at: since + 20)
    cluster.pods[pod].containers[0].isReady = false
    cluster.pods[pod].readinessChangedAt = since + 20
    cluster.note(
      cluster.pods[pod], "Evicted", message, from: "kubelet", first: since + 20, last: since + 20)
  }

  private mutating func deadControlPlane() -> (component: String, alsoAccept: [String])? {
    let planes = cluster.nodes.indices.filter { cluster.nodes[$0].isControlPlane }
    guard let node = random.pick(planes) else { return nil }
    let several = planes.count > 1
    let component = random.pick(several ? ["etcd", "kube-apiserver"] : ["kube-controller-manager"]) ?? "etcd"
    crashStaticPod(component, on: node)
    if component == "kube-controller-manager" { staleLease(component) }
    return answer(node: node)
  }
}
