/// Puts faults into a cluster, each with what kubelet, scheduler and controllers would have written by now.
struct FaultInjection {
  var cluster: SimulatedCluster
  var names: ClusterNames
  var random: SeededRandom
  private(set) var truths: [ClusterTruth] = []
  /// When the fault at hand began.
  var since = 0
  /// False where another fault is to stay independent: only parts of the cluster may be touched.
  let isAlone: Bool
  private var takenApplications: Set<Int> = []
  private var takenNodes: Set<Int> = []
  private var takenNamespaces: Set<String> = []

  init(_ cluster: SimulatedCluster, names: ClusterNames, seed: UInt64, isAlone: Bool) {
    self.cluster = cluster
    self.names = names
    self.isAlone = isAlone
    random = SeededRandom(seed: seed, purpose: "fault")
  }

  var now: Int { cluster.now }

  /// False where the cluster has no place for this fault; it is then as it was.
  mutating func add(_ fault: ClusterFault) -> Bool {
    for _ in 0..<8 {
      var attempt = self
      attempt.since = now - 150 - random.index(below: 2700)
      attempt.random = SeededRandom(seed: random.next())
      if let truth = attempt.inject(fault) {
        let next = random
        self = attempt
        random = next
        truths.append(truth)
        refreshSchedulerMessages()
        return true
      }
    }
    return false
  }

  private mutating func inject(_ fault: ClusterFault) -> ClusterTruth? {
    let found: (component: String, alsoAccept: [String])? =
      admission(fault) ?? scheduling(fault) ?? volume(fault) ?? image(fault) ?? start(fault) ?? probe(fault)
      ?? service(fault) ?? node(fault) ?? load(fault)
    return found.map {
      ClusterTruth(component: $0.component, alsoAccept: $0.alsoAccept, fault: fault, startedAt: since)
    }
  }

  /// What the scheduler says now of pods that it has refused: it tries again whenever a node changes.
  private mutating func refreshSchedulerMessages() {
    let waiting = cluster.pods.indices.filter { cluster.pods[$0].unschedulable != nil }
    guard !waiting.isEmpty else { return }
    let filters = SchedulerFilters(cluster)
    for position in waiting {
      guard case .unschedulable(let message) = filters.schedule(cluster.pods[position]) else { continue }
      cluster.pods[position].unschedulable = message
      for event in cluster.events.indices
      where cluster.events[event].reason == "FailedScheduling"
        && cluster.events[event].uid == cluster.pods[position].uid
      {
        cluster.events[event].message = message
      }
    }
  }

  // MARK: Places

  /// An application that no fault has touched, from which on nothing else may touch it.
  mutating func application(where isFit: (SimulatedCluster.Application) -> Bool = { _ in true }) -> Int? {
    let free = cluster.applications.indices.filter { position in
      let one = cluster.applications[position]
      return !takenApplications.contains(position) && isFit(one)
        && !takenNamespaces.contains(cluster.workloads[one.workload].namespace)
        && cluster.workloads[one.workload].createFailure == nil && cluster.workloads[one.workload].replicas > 0
        && !cluster.services[one.service].isAbsent
        && !cluster.pods(of: one.workload).contains { cluster.pods[$0].node.map(takenNodes.contains) ?? true }
    }
    guard let choice = random.pick(free) else { return nil }
    take(application: choice)
    return choice
  }

  mutating func deployment(where isFit: (SimulatedCluster.Application) -> Bool = { _ in true }) -> Int? {
    let workloads = cluster.workloads
    return application { workloads[$0.workload].kind == .deployment && isFit($0) }
  }

  mutating func take(application: Int) { takenApplications.insert(application) }

  /// False where another fault has been there.
  mutating func take(namespace: String) -> Bool {
    let isTouched = takenApplications.contains {
      cluster.workloads[cluster.applications[$0].workload].namespace == namespace
    }
    return !isTouched && takenNamespaces.insert(namespace).inserted
  }

  mutating func take(node: Int) { takenNodes.insert(node) }

  /// A worker on which no application runs that a fault has touched.
  mutating func worker() -> Int? {
    let touched = Set(
      takenApplications.flatMap { cluster.pods(of: cluster.applications[$0].workload) }
        .compactMap { cluster.pods[$0].node })
    let free = cluster.nodes.indices.filter { position in
      !cluster.nodes[position].isControlPlane && !takenNodes.contains(position) && !touched.contains(position)
    }
    guard let choice = random.pick(free) else { return nil }
    takenNodes.insert(choice)
    return choice
  }

  /// Workers that share a label: a pool of their own that no fault has touched.
  mutating func pool(limit: Int = .max) -> (label: (key: String, value: String), nodes: [Int])? {
    var pools: [String: [Int]] = [:]
    for position in cluster.nodes.indices where !cluster.nodes[position].isControlPlane {
      guard let label = cluster.nodes[position].labels.min(by: { $0.key < $1.key }) else { continue }
      pools["\(label.key)=\(label.value)", default: []].append(position)
    }
    let free = pools.filter { takenNodes.isDisjoint(with: $0.value) && $0.value.count <= limit }
    guard let choice = random.pick(free.keys.sorted()), let nodes = free[choice] else { return nil }
    takenNodes.formUnion(nodes)
    let parts = choice.split(separator: "=").map(String.init)
    return ((parts[0], parts[1]), nodes)
  }

  func workload(_ application: Int) -> ClusterWorkload { cluster.workloads[cluster.applications[application].workload] }
  func service(of application: Int) -> ClusterService { cluster.services[cluster.applications[application].service] }
  func answer(_ application: Int) -> (component: String, alsoAccept: [String]) {
    ("service/\(service(of: application).name)", [])
  }

  /// Changes every template of an application's workload, as if it had always been so.
  mutating func editAll(_ application: Int, _ edit: (inout PodTemplate) -> Void) {
    let workload = cluster.applications[application].workload
    for revision in cluster.workloads[workload].revisions.indices {
      edit(&cluster.workloads[workload].revisions[revision].template)
    }
  }
}
