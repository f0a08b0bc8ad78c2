/// Pods for which there is no node.
extension FaultInjection {
  mutating func scheduling(_ fault: ClusterFault) -> (component: String, alsoAccept: [String])? {
    switch fault {
    case .taintNotTolerated, .nodeCordoned, .tooManyPods: closedNodes(fault)
    case .nodeSelectorMismatch, .nodeAffinityMismatch: wrongNodes(fault)
    case .antiAffinityConflict: antiAffinity()
    case .insufficientCPU, .insufficientMemory: shortage(ofCPU: fault == .insufficientCPU)
    case .schedulerUnavailable: deadScheduler()
    case .topologySpreadUnsatisfiable: spread()
    case .hostPortInUse: hostPort()
    case .volumeNodeAffinity: volumeElsewhere()
    case .insufficientExtendedResource: extendedResource()
    default: nil
    }
  }

  /// Nodes that take nothing more, and pods that may go nowhere else.
  private mutating func closedNodes(_ fault: ClusterFault) -> (component: String, alsoAccept: [String])? {
    let isWhole = isAlone && random.chance(0.3)
    guard let application = application() else { return nil }
    let nodes: [Int]
    if isWhole {
      nodes = cluster.nodes.indices.filter { !cluster.nodes[$0].isControlPlane }
    } else {
      guard let pool = pool() else { return nil }
      nodes = pool.nodes
      editAll(application) { $0.nodeSelector[pool.label.key] = pool.label.value }
    }
    let lost = losePods(application, count: random.chance(0.6) ? .max : 1)
    // What stays of the application runs where its selector allows.
    for (turn, pod) in cluster.pods(of: cluster.applications[application].workload).enumerated()
    where cluster.pods[pod].node != nil {
      cluster.pods[pod].node = nodes[turn % nodes.count]
      cluster.pods[pod].address = "10.\(200 + turn / 250).\(turn % 250).\(nodes[turn % nodes.count] % 250 + 2)"
    }
    let taint = NodeTaint(
      key: random.pick(["dedicated", "\(names.word()).io/reserved", "maintenance", "workload"]) ?? "dedicated",
      value: random.pick([names.word(), "true"]), effect: "NoSchedule")
    let uses = ClusterPlacement(cluster).uses
    for node in nodes {
      switch fault {
      case .taintNotTolerated: cluster.nodes[node].taints.append(taint)
      case .nodeCordoned:
        cluster.nodes[node].isCordoned = true
        cluster.note(
          node: node, "NodeNotSchedulable", "Node \(cluster.nodes[node].name) status is now: NodeNotSchedulable",
          warning: false, from: "kubelet", first: since, last: since)
      default: cluster.nodes[node].maximumPods = max(uses[node].pods, 1)
      }
    }
    return schedule(lost) > 0 ? answer(application) : nil
  }

  private mutating func wrongNodes(_ fault: ClusterFault) -> (component: String, alsoAccept: [String])? {
    guard let application = application() else { return nil }
    let existing = cluster.nodes.last?.labels.sorted { $0.key < $1.key }.first
    let isTypo = random.chance(0.5)
    let key =
      isTypo ? existing?.key ?? "disktype" : random.pick(["disktype", "accelerator", "node-class"]) ?? "disktype"
    let value = isTypo ? (existing?.value ?? "ssd") + "s" : random.pick(["nvme", "ssd", "highmem"]) ?? "ssd"
    let pods = rollOut(application, .stuck) { template in
      if fault == .nodeSelectorMismatch {
        template.nodeSelector[key] = value
      } else {
        template.nodeAffinity = [PodTemplate.NodeRequirement(key: key, operation: "In", values: [value])]
      }
    }
    return schedule(pods) > 0 ? answer(application) : nil
  }

  private mutating func antiAffinity() -> (component: String, alsoAccept: [String])? {
    guard let application = deployment() else { return nil }
    let position = cluster.applications[application].workload
    let workers = cluster.nodes.filter { !$0.isControlPlane }
    let isByHost = workers.count < 10
    let places = isByHost ? workers.count : Set(workers.map(\.zone)).count
    let wanted = places + 1 + random.index(below: 2)
    let last = cluster.workloads[position].revisions.count - 1
    let labels = cluster.workloads[position].selector
    let key = isByHost ? "kubernetes.io/hostname" : "topology.kubernetes.io/zone"
    editAll(application) { $0.antiAffinity = PodTemplate.AntiAffinity(labels: labels, topologyKey: key) }
    cluster.workloads[position].replicas = wanted
    cluster.workloads[position].revisions[last].number = wanted
    cluster.workloads[position].changedAt = since
    cluster.workloads[position].generation += 1
    var pods = losePods(application)
    while pods.count < wanted { pods.append(newPod(position, at: since + 1, ordinal: pods.count)) }
    return schedule(pods) > 0 ? answer(application) : nil
  }

  private mutating func shortage(ofCPU: Bool) -> (component: String, alsoAccept: [String])? {
    guard let application = application() else { return nil }
    let uses = ClusterPlacement(cluster).uses
    let workers = cluster.nodes.indices.filter { !cluster.nodes[$0].isControlPlane }
    func allocatable(_ node: Int) -> Int {
      ofCPU ? cluster.nodes[node].cpuMillicores : cluster.nodes[node].memoryMebibytes
    }
    let largest = workers.map(allocatable).max() ?? 0
    let free = workers.map { allocatable($0) - (ofCPU ? uses[$0].cpu : uses[$0].memory) }.max() ?? 0
    // More than any node has at all, or more than any has left.
    let request = random.chance(0.5) ? largest + 500 + 500 * random.index(below: 8) : min(free + 60, largest)
    // A quota would have refused so large a request before the scheduler saw it.
    let namespace = workload(application).namespace
    cluster.quotas.removeAll { $0.namespace == namespace }
    let pods = rollOut(application, .stuck) { template in
      if ofCPU {
        template.containers[0].cpuRequest = request
        template.containers[0].cpuLimit = request
      } else {
        template.containers[0].memoryRequest = request
        template.containers[0].memoryLimit = request
      }
    }
    return schedule(pods) > 0 ? answer(application) : nil
  }

  private mutating func spread() -> (component: String, alsoAccept: [String])? {
    guard let application = deployment() else { return nil }
    let labels = workload(application).selector
    let zones = Set(cluster.nodes.filter { !$0.isControlPlane }.map(\.zone)).count
    let isMissing = random.chance(0.6)
    let rule = PodTemplate.SpreadConstraint(
      labels: labels,
      topologyKey: isMissing
        ? random.pick(["topology.kubernetes.io/rack", "failure-domain/zone"]) ?? "topology.kubernetes.io/rack"
        : "topology.kubernetes.io/zone", maximumSkew: 1, minimumDomains: isMissing ? nil : zones + 2)
    let position = cluster.applications[application].workload
    if !isMissing {
      let last = cluster.workloads[position].revisions.count - 1
      cluster.workloads[position].replicas = zones + 1
      cluster.workloads[position].revisions[last].number = zones + 1
    }
    editAll(application) { $0.spread = rule }
    var pods = losePods(application)
    while pods.count < cluster.workloads[position].replicas {
      pods.append(newPod(position, at: since + 1, ordinal: pods.count))
    }
    return schedule(pods) > 0 ? answer(application) : nil
  }

  /// A few nodes for what listens on a port of the host, and one pod more than nodes.
  private mutating func hostPort() -> (component: String, alsoAccept: [String])? {
    guard let application = deployment(), let pool = pool() else { return nil }
    let position = cluster.applications[application].workload
    let chosen = Array(pool.nodes.prefix(1 + random.index(below: 3)))
    let key = "\(names.word()).io/ingress"
    for node in chosen { cluster.nodes[node].labels[key] = "true" }
    let port = random.pick([80, 443, 8443, 9100 + random.index(below: 300)]) ?? 80
    editAll(application) { template in
      template.nodeSelector[key] = "true"
      if !template.containers[0].ports.isEmpty { template.containers[0].ports[0].hostPort = port }
    }
    let last = cluster.workloads[position].revisions.count - 1
    cluster.workloads[position].replicas = chosen.count + 1
    cluster.workloads[position].revisions[last].number = chosen.count + 1
    var pods = losePods(application)
    while pods.count < chosen.count + 1 { pods.append(newPod(position, at: since + 1, ordinal: pods.count)) }
    while pods.count > chosen.count + 1 {
      pods.removeLast()
      cluster.pods.removeLast()
    }
    return schedule(pods) > 0 ? answer(application) : nil
  }

  /// The volume is in one zone and the pod has to be in another.
  private mutating func volumeElsewhere() -> (component: String, alsoAccept: [String])? {
    guard let application = deployment(where: { _ in true }), let node = cluster.nodes.last else { return nil }
    let one = workload(application)
    let isGone = random.chance(0.4)
    let zones = Set(cluster.nodes.filter { !$0.isControlPlane }.map(\.zone)).sorted()
    let wanted = random.pick(zones) ?? node.zone
    let zone = isGone ? node.region + "d" : zones.first { $0 != wanted } ?? wanted
    let claim = "\(one.name)-data"
    let uid = names.uid()
    let gibibytes = 10 * (1 + random.index(below: 9))
    cluster.claims.append(
      VolumeClaim(
        namespace: one.namespace, name: claim, uid: uid, storageClass: cluster.storageClasses[0].name,
        accessModes: ["ReadWriteOnce"], gibibytes: gibibytes, volume: "pvc-\(uid)", createdAt: one.createdAt))
    cluster.volumes.append(
      ClusterVolume(
        name: "pvc-\(uid)", uid: names.uid(), storageClass: cluster.storageClasses[0].name,
        accessModes: ["ReadWriteOnce"], gibibytes: gibibytes, phase: "Bound",
        claim: NamespacedName(namespace: one.namespace, name: claim), claimUID: uid, zone: zone,
        driver: cluster.provisioner, reclaimPolicy: "Delete", createdAt: one.createdAt))
    editAll(application) { template in
      template.volumes.append(PodTemplate.TemplateVolume(name: "data", source: .claim(claim)))
      template.containers[0].mounts["data"] = "/data"
      if !isGone { template.nodeSelector["topology.kubernetes.io/zone"] = wanted }
    }
    return schedule(losePods(application)) > 0 ? answer(application) : nil
  }

  private mutating func extendedResource() -> (component: String, alsoAccept: [String])? {
    guard let application = deployment() else { return nil }
    let resource = random.pick(["nvidia.com/gpu", "amd.com/gpu", "smarter-devices/fuse"]) ?? "nvidia.com/gpu"
    // None at all, or fewer than are wanted.
    if random.chance(0.5), workload(application).replicas > 1, let pool = pool() {
      cluster.nodes[pool.nodes[0]].extended[resource] = 1
    }
    let pods = rollOut(application, .stuck) { $0.containers[0].extended[resource] = 1 }
    return schedule(pods) > 0 ? answer(application) : nil
  }

  /// Nobody looks at new pods: no condition, no event, a lease that nobody renews.
  private mutating func deadScheduler() -> (component: String, alsoAccept: [String])? {
    let planes = cluster.nodes.indices.filter { cluster.nodes[$0].isControlPlane }
    guard isAlone, planes.count == 1, let application = application() else { return nil }
    _ = losePods(application)
    let more = random.chance(0.5) ? self.application() : nil
    if let more { _ = losePods(more, count: 1) }
    staleLease("kube-scheduler")
    if random.chance(0.6) {
      crashStaticPod("kube-scheduler", on: planes[0])
    } else {
      let gone = Set(
        cluster.pods.indices.filter {
          cluster.workloads[cluster.pods[$0].workload].name == "kube-scheduler"
        })
      cluster.pods = cluster.pods.indices.filter { !gone.contains($0) }.map { cluster.pods[$0] }
      healthyProcesses()
      cluster.processes[cluster.nodes[planes[0]].name]?["kube-scheduler"] = "inactive"
    }
    return ("node/\(cluster.nodes[planes[0]].name)", [])
  }

  mutating func staleLease(_ name: String) {
    for position in cluster.leases.indices where cluster.leases[position].name == name {
      cluster.leases[position].renewedAt = since - 3
    }
  }
}
