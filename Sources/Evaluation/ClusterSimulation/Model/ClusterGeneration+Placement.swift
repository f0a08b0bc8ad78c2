extension ClusterGeneration {
  /// Who calls whom, written into variables the way applications do. Calls go to applications that were made earlier,
  /// so that there is no circle.
  mutating func addCalls() {
    for position in cluster.applications.indices.dropFirst() {
      let namespace = cluster.workloads[cluster.applications[position].workload].namespace
      let nearby = (max(0, position - 40)..<position).filter {
        cluster.services[cluster.applications[$0].service].namespace == namespace
      }
      for _ in 0..<random.index(below: 4) {
        let isNear = random.chance(0.8)
        guard let target = isNear ? random.pick(nearby) : random.index(below: position),
          !cluster.applications[position].calls.contains(target)
        else { continue }
        cluster.applications[position].calls.append(target)
        let variables = variables(for: cluster.services[cluster.applications[target].service], from: namespace)
        let workload = cluster.applications[position].workload
        for revision in cluster.workloads[workload].revisions.indices {
          cluster.workloads[workload].revisions[revision].template.containers[0].environment += variables
        }
      }
    }
  }

  /// `X_HOST` and `X_PORT`, `X_ADDR` or `X_URL`.
  private mutating func variables(
    for service: ClusterService, from namespace: String
  ) -> [ContainerTemplate.EnvironmentVariable] {
    let stem = service.name.uppercased().replacing("-", with: "_")
    var host = service.name
    if service.namespace != namespace { host += ".\(service.namespace)" }
    if host != service.name ? random.chance(0.6) : random.chance(0.15) {
      if host == service.name { host += ".\(service.namespace)" }
      host += ".svc.cluster.local"
    }
    let port = service.ports[0].number
    switch random.index(below: 3) {
    case 0:
      return [
        ContainerTemplate.EnvironmentVariable(name: "\(stem)_HOST", value: .text(host)),
        ContainerTemplate.EnvironmentVariable(name: "\(stem)_PORT", value: .text("\(port)")),
      ]
    case 1: return [ContainerTemplate.EnvironmentVariable(name: "\(stem)_ADDR", value: .text("\(host):\(port)"))]
    default:
      return [ContainerTemplate.EnvironmentVariable(name: "\(stem)_URL", value: .text("http://\(host):\(port)/"))]
    }
  }

  /// Nodes are bought large enough: about a third of them stays free.
  mutating func sizeNodes() {
    var cpu = 0
    var memory = 0
    for workload in cluster.workloads where workload.kind == .deployment || workload.kind == .statefulSet {
      cpu += workload.template.cpuRequest * workload.replicas
      memory += workload.template.memoryRequest * workload.replicas
    }
    let workers = cluster.nodes.count { !$0.isControlPlane }
    let needed = (cpu / workers + 600) * 3 / 2
    let sizes = [2, 4, 8, 16, 32, 64]
    let cores = sizes.first { $0 * 1000 - 200 >= needed } ?? 64
    let neededMemory = (memory / workers + 900) * 3 / 2
    let gibibytes = max(cores * 2, [4, 8, 16, 32, 64, 128].first { $0 * 1000 - 600 >= neededMemory } ?? 128)
    for position in cluster.nodes.indices where !cluster.nodes[position].isControlPlane {
      cluster.nodes[position].cpuMillicores = cores * 1000 - 80
      cluster.nodes[position].memoryMebibytes = gibibytes * 1000 - 500
    }
  }

  mutating func addPods() {
    var placement = ClusterPlacement(cluster)
    for workload in cluster.workloads.indices {
      let one = cluster.workloads[workload]
      switch one.kind {
      case .daemonSet, .staticPod:
        for node in cluster.nodes.indices where one.kind == .daemonSet || cluster.nodes[node].isControlPlane {
          place(workload, ordinal: node, on: node, &placement)
        }
      case .deployment, .statefulSet:
        for ordinal in 0..<one.replicas {
          place(workload, ordinal: ordinal, on: placement.nextWorker(for: one.template, in: cluster), &placement)
        }
      case .job: break
      }
    }
  }

  private mutating func place(_ workload: Int, ordinal: Int, on node: Int, _ placement: inout ClusterPlacement) {
    let one = cluster.workloads[workload]
    let name =
      switch one.kind {
      case .deployment: "\(one.replicaSetName(one.revisions.count - 1))-\(names.podSuffix())"
      case .statefulSet: "\(one.name)-\(ordinal)"
      case .staticPod: "\(one.name)-\(cluster.nodes[node].name)"
      case .daemonSet, .job: "\(one.name)-\(names.podSuffix())"
      }
    // Never younger than two hours, so that all of it has long settled.
    let since = one.revisions[one.revisions.count - 1].createdAt
    let created = since + random.index(below: max(cluster.now - 7200 - since, 1))
    if let size = one.claimGibibytes {
      addClaim("data-\(name)", for: one, gibibytes: size, zone: cluster.nodes[node].zone, at: created)
    }
    placement.add(one.template, to: node)
    cluster.pods.append(
      ClusterPod(
        name: name, uid: names.uid(), workload: workload, revision: one.revisions.count - 1, node: node,
        address: one.template.isOnHostNetwork
          ? cluster.nodes[node].address : placement.address(on: node, in: cluster), createdAt: created,
        containers: one.template.containers.map {
          ContainerRecord(name: $0.name, isReady: true, state: .running(since: created + 3))
        }, readinessChangedAt: created + 12))
  }

  /// A claim bound to a volume that the provisioner made for it.
  private mutating func addClaim(
    _ name: String, for workload: ClusterWorkload, gibibytes: Int, zone: String, at created: Int
  ) {
    let uid = names.uid()
    let volume = "pvc-\(uid)"
    cluster.claims.append(
      VolumeClaim(
        namespace: workload.namespace, name: name, uid: uid, storageClass: workload.claimClass,
        accessModes: ["ReadWriteOnce"], gibibytes: gibibytes, volume: volume, createdAt: created,
        labels: workload.labels))
    cluster.volumes.append(
      ClusterVolume(
        name: volume, uid: names.uid(), storageClass: workload.claimClass, accessModes: ["ReadWriteOnce"],
        gibibytes: gibibytes, phase: "Bound",
        claim: NamespacedName(namespace: workload.namespace, name: name), claimUID: uid,
        zone: cluster.provisioner == "ebs.csi.aws.com" ? zone : nil, driver: cluster.provisioner,
        reclaimPolicy: "Delete", createdAt: created + 4))
  }

  /// Quotas with room to spare in some namespaces.
  mutating func addQuotas() {
    for namespace in cluster.namespaces.keys.sorted() where !namespace.hasPrefix("kube-") && namespace != "default" {
      guard random.chance(0.3) else { continue }
      let used = QuotaUse(of: namespace, in: cluster)
      var hard: [String: Int] = [:]
      for key in ["requests.cpu", "requests.memory", "pods", "services", "requests.storage"] where random.chance(0.6) {
        hard[key] = used[key] * 2 + (key == "requests.memory" ? 4096 : key == "requests.cpu" ? 4000 : 20)
      }
      guard !hard.isEmpty else { continue }
      let at = earlier(days: 30)
      cluster.quotas.append(
        ClusterQuota(
          namespace: namespace, name: random.pick(["quota", "compute-resources", "team-quota"]) ?? "quota",
          hard: hard, createdAt: at, changedAt: at))
    }
  }

  /// Policies that admit all who call, in front of some applications.
  mutating func addPolicies() {
    for position in cluster.applications.indices where random.chance(0.12) {
      let target = cluster.workloads[cluster.applications[position].workload]
      let callers = cluster.applications.filter { $0.calls.contains(position) }.map { cluster.workloads[$0.workload] }
      guard !callers.isEmpty else { continue }
      let outside = Set(callers.map(\.namespace)).subtracting([target.namespace]).sorted()
      cluster.policies.append(
        ClusterNetworkPolicy(
          namespace: target.namespace, name: "allow-to-\(target.name)", selector: target.selector,
          admitted: callers.filter { $0.namespace == target.namespace }.map(\.selector), admittedNamespaces: outside,
          createdAt: earlier(days: 30)))
    }
  }

  mutating func addLeases() {
    for node in cluster.nodes {
      cluster.leases.append(
        ClusterLease(
          namespace: "kube-node-lease", name: node.name, holder: node.name, durationSeconds: 40,
          renewedAt: cluster.now - random.index(below: 10), acquiredAt: node.createdAt))
    }
    let planes = cluster.nodes.filter(\.isControlPlane)
    for component in ["kube-scheduler", "kube-controller-manager"] {
      let holder = planes[random.index(below: planes.count)].name
      cluster.leases.append(
        ClusterLease(
          namespace: "kube-system", name: component, holder: "\(holder)_\(names.uid())", durationSeconds: 15,
          renewedAt: cluster.now - random.index(below: 3), acquiredAt: daysAgo + 200))
    }
  }

  /// What an hour leaves behind in any cluster.
  mutating func addRecentEvents() {
    for _ in 0..<min(4 + cluster.pods.count / 40, 200) {
      let pod = cluster.pods[random.index(below: cluster.pods.count)]
      let at = cluster.now - 120 - random.index(below: 3300)
      let container = cluster.workloads[pod.workload].template.containers[0]
      let reason = random.pick(["Pulled", "Created", "Started"]) ?? "Pulled"
      let message =
        reason == "Pulled"
        ? "Container image \"\(container.image)\" already present on machine" : "\(reason) container \(container.name)"
      cluster.note(pod, reason, message, warning: false, from: "kubelet", first: at, last: at)
    }
  }
}
