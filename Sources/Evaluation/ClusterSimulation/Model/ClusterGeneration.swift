/// Makes a cluster in which all is well: namespaces, nodes, applications, and what every cluster has.
struct ClusterGeneration {
  var cluster: SimulatedCluster
  var names: ClusterNames
  var random: SeededRandom
  /// Labels by which pods of one application are known, the same style all over a cluster.
  private let labelStyle: Int
  private let podTarget: Int
  var addresses = 10

  init(seed: UInt64, pods: Int, now: Int) {
    random = SeededRandom(seed: seed, purpose: "cluster")
    names = ClusterNames(seed: seed)
    podTarget = pods
    labelStyle = random.index(below: 3)
    let provisioners = [
      "ebs.csi.aws.com", "pd.csi.storage.gke.io", "disk.csi.azure.com", "rbd.csi.ceph.com", "driver.longhorn.io",
    ]
    cluster = SimulatedCluster(
      now: now, minorVersion: 28 + random.index(below: 6), runtime: "containerd://1.7.\(10 + random.index(below: 14))",
      provisioner: random.pick(provisioners) ?? provisioners[0])
  }

  /// - Parameter controlPlanes: nil to draw one or three.
  static func cluster(seed: UInt64, pods: Int, now: Int, controlPlanes: Int?) -> (SimulatedCluster, ClusterNames) {
    var generation = ClusterGeneration(seed: seed, pods: pods, now: now)
    generation.addNamespaces()
    generation.addStorageClasses()
    generation.addNodes(controlPlanes: controlPlanes)
    generation.addSystemWorkloads()
    generation.addApplications()
    generation.addCalls()
    generation.sizeNodes()
    generation.addPods()
    generation.addQuotas()
    generation.addPolicies()
    generation.addLeases()
    generation.addRecentEvents()
    return (generation.cluster, generation.names)
  }

  var daysAgo: Int { cluster.now - 86_400 * 40 }

  /// Some moment between so many days and hours ago.
  mutating func earlier(days: Int) -> Int { cluster.now - 7200 - random.index(below: max(days * 86_400 - 7200, 1)) }

  private mutating func addNamespaces() {
    for name in ["default", "kube-system", "kube-public", "kube-node-lease"] { cluster.namespaces[name] = daysAgo }
    let count = min(max(2 + random.index(below: 3), podTarget / 60), 60)
    for _ in 0..<count { cluster.namespaces[names.namespace()] = earlier(days: 39) }
    for namespace in cluster.namespaces.keys.sorted() {
      cluster.serviceAccounts.append(NamespacedName(namespace: namespace, name: "default"))
      cluster.configMaps.append(
        KeyedObject(namespace: namespace, name: "kube-root-ca.crt", keys: ["ca.crt"], createdAt: daysAgo))
    }
  }

  private mutating func addStorageClasses() {
    let name = random.pick(["standard", "gp3", "fast-ssd", "block", names.word()]) ?? "standard"
    cluster.storageClasses.append(
      ClusterStorageClass(
        name: name, provisioner: cluster.provisioner, waitsForConsumer: random.chance(0.5), isDefault: true,
        createdAt: daysAgo))
  }

  private mutating func addNodes(controlPlanes: Int?) {
    let planes = controlPlanes ?? (random.chance(0.5) ? 1 : 3)
    let workers = max(3, podTarget / (18 + random.index(below: 20)))
    let region = random.pick(["eu-west-1", "us-east-2", "north", "dc1"]) ?? "north"
    let zoneCount = workers < 4 ? 2 : 3
    let style = random.index(below: 3)
    let poolKey = random.pick(["pool", "node.\(names.word()).io/group", "workload-class"]) ?? "pool"
    let pools = (0..<(2 + random.index(below: 2))).map { _ in names.word() }
    let cordonsPlanes = random.chance(0.6)
    for position in 0..<(planes + workers) {
      let isPlane = position < planes
      let name =
        switch style {
        case 0: "ip-10-\(position / 200)-\(position % 200 + 7)-\(20 + random.index(below: 200)).\(region).internal"
        case 1: isPlane ? "control-\(position + 1)" : "worker-\(position - planes + 1)"
        default: (isPlane ? "cp-" : "node-") + names.podSuffix() + "\(position)"
        }
      var node = ClusterNode(
        name: name, uid: names.uid(), isControlPlane: isPlane,
        zone: "\(region)\(["a", "b", "c"][position % zoneCount])",
        region: region, labels: isPlane ? [:] : [poolKey: pools[position % pools.count]], taints: [],
        cpuMillicores: 4000, memoryMebibytes: 7800, maximumPods: 110,
        address: "172.\(16 + position / 62_500).\(position / 250 % 250).\(position % 250 + 4)", podNetwork: position,
        createdAt: daysAgo + 60, bootedAt: earlier(days: 38))
      if isPlane {
        node.taints = [NodeTaint(key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule")]
        node.isCordoned = cordonsPlanes
      }
      cluster.nodes.append(node)
    }
  }

  mutating func nextClusterAddress() -> String {
    addresses += 1 + random.index(below: 3)
    return "10.96.\(addresses / 250 % 250).\(addresses % 250 + 1)"
  }

  func applicationLabels(_ name: String) -> [String: String] {
    switch labelStyle {
    case 0: ["app": name]
    case 1: ["app.kubernetes.io/name": name, "app.kubernetes.io/instance": name]
    default: ["app": name, "tier": "backend"]
    }
  }

  private mutating func addApplications() {
    let namespaces = cluster.namespaces.keys.filter { !$0.hasPrefix("kube-") && $0 != "default" }.sorted()
    let largest = podTarget > 500 ? 12 : podTarget > 100 ? 6 : 4
    // Those of the system: two or three on every node, the control plane's own, and a few more.
    let daemons = cluster.workloads.count { $0.kind == .daemonSet }
    var planned = cluster.nodes.count * daemons + cluster.nodes.count { $0.isControlPlane } * 4 + 4
    while planned < podTarget || cluster.applications.count < 6 {
      let replicas = 1 + random.index(below: largest)
      planned += replicas
      addApplication(in: namespaces[random.index(below: namespaces.count)], replicas: replicas)
    }
  }

  private mutating func addApplication(in namespace: String, replicas: Int) {
    let name = names.application()
    let keepsState = random.chance(0.15)
    let labels = applicationLabels(name)
    let created = max(earlier(days: 36), cluster.namespaces[namespace] ?? daysAgo)
    let port = random.pick([8080, 3000, 9000, 8443, 5000, 3000 + random.index(below: 6000)]) ?? 8080
    let portName = random.pick([nil, "http", "web", "main"]) ?? nil
    var template = applicationTemplate(name, namespace, labels: labels, port: port, portName: portName)
    var workload = ClusterWorkload(
      kind: keepsState ? .statefulSet : .deployment, namespace: namespace, name: name, uid: names.uid(), labels: labels,
      selector: labels, replicas: replicas, revisions: [], createdAt: created, changedAt: created,
      changedBy: random.pick(["kubectl-client-side-apply", "helm", "argocd-controller"]) ?? "helm", generation: 1)
    if keepsState {
      workload.claimGibibytes = random.pick([5, 10, 20, 50]) ?? 10
      workload.claimClass = cluster.storageClasses[0].name
      template.containers[0].mounts["data"] = "/var/lib/\(name)"
    }
    // An older template and what became of it.
    let updates = keepsState ? 0 : random.index(below: 3)
    for update in 0...updates {
      var older = template
      if update < updates { older.containers[0].image = image(name) }
      let at = update == 0 ? created : created + (cluster.now - 7200 - created) * update / (updates + 1)
      workload.revisions.append(
        ClusterWorkload.Revision(
          template: older, hash: names.templateHash(), uid: names.uid(), createdAt: at,
          number: update == updates ? replicas : 0))
      workload.generation = update + 1
      workload.changedAt = at
    }
    let isHeadless = keepsState && random.chance(0.5)
    let service = ClusterService(
      namespace: namespace, name: random.chance(0.9) ? name : "\(name)-svc", uid: names.uid(), labels: labels,
      selector: labels,
      ports: [
        ClusterService.ServicePort(
          name: random.chance(0.5) ? "http" : nil, number: random.chance(0.5) ? 80 : port,
          target: portName.map { random.chance(0.5) ? .name($0) : .number(port) } ?? .number(port))
      ], clusterAddress: isHeadless ? "None" : nextClusterAddress(), createdAt: created, changedAt: created,
      changedBy: workload.changedBy)
    cluster.workloads.append(workload)
    cluster.services.append(service)
    cluster.applications.append(
      SimulatedCluster.Application(workload: cluster.workloads.count - 1, service: cluster.services.count - 1))
  }

  mutating func image(_ name: String) -> String { "\(names.registry)/\(name):\(names.imageTag())" }

  private mutating func applicationTemplate(
    _ name: String, _ namespace: String, labels: [String: String], port: Int, portName: String?
  ) -> PodTemplate {
    var container = ContainerTemplate(
      name: random.pick(["app", "main", name]) ?? name, image: image(name),
      ports: [ContainerTemplate.ContainerPort(name: portName, number: port)],
      cpuRequest: 25 * (1 + random.index(below: 12)), memoryRequest: 64 * (1 + random.index(below: 8)))
    container.cpuLimit = container.cpuRequest * 4
    container.memoryLimit = container.memoryRequest * 2
    let reference: PortReference = portName.map { random.chance(0.5) ? .name($0) : .number(port) } ?? .number(port)
    let isPlain = random.chance(0.25)
    func probe(_ path: String) -> ProbeTemplate.Action {
      isPlain ? .tcp(reference) : .http(path: path, port: reference, isTLS: false)
    }
    let readyPath = random.pick(["/healthz", "/ready", "/-/ready", "/actuator/health/readiness"]) ?? "/ready"
    if random.chance(0.85) {
      container.readiness = ProbeTemplate(
        action: probe(readyPath), initialDelaySeconds: 5, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3)
    }
    if random.chance(0.7) {
      container.liveness = ProbeTemplate(
        action: probe("/livez"), initialDelaySeconds: 20, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3)
    }
    var template = PodTemplate(labels: labels, containers: [])
    if random.chance(0.6) {
      let settings = "\(name)-config"
      cluster.configMaps.append(
        KeyedObject(namespace: namespace, name: settings, keys: ["LOG_LEVEL", "config.yaml"], createdAt: daysAgo))
      if random.chance(0.5) {
        container.environmentFrom = [settings]
      } else {
        template.volumes.append(PodTemplate.TemplateVolume(name: "config", source: .configMap(settings)))
        container.mounts["config"] = "/etc/\(name)"
      }
    }
    if random.chance(0.4) {
      cluster.secrets.append(
        KeyedObject(namespace: namespace, name: "\(name)-credentials", keys: ["password"], createdAt: daysAgo))
      container.environment.append(
        ContainerTemplate.EnvironmentVariable(
          name: "PASSWORD", value: .secretKey(name: "\(name)-credentials", key: "password")))
    }
    if random.chance(0.4) {
      template.serviceAccount = name
      cluster.serviceAccounts.append(NamespacedName(namespace: namespace, name: name))
    }
    template.tolerations = Self.usualTolerations
    template.containers = [container]
    return template
  }

  /// What the admission plugin DefaultTolerationSeconds adds to every pod.
  static let usualTolerations = [
    Toleration(key: "node.kubernetes.io/not-ready", effect: "NoExecute", seconds: 300),
    Toleration(key: "node.kubernetes.io/unreachable", effect: "NoExecute", seconds: 300),
  ]
}
