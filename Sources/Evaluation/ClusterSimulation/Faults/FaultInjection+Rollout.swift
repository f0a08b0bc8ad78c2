/// Pods that come and go.
extension FaultInjection {
  /// How far a new template has got.
  enum Rollout { case stuck, complete }

  /// A new template for an application, and the pods of it that have been made so far, not yet on any node.
  ///
  /// A rollout that is stuck has made as many as the surge and the unavailable quarter allow, or all of them where
  /// the strategy is `Recreate`.
  mutating func rollOut(_ application: Int, _ rollout: Rollout, _ edit: (inout PodTemplate) -> Void) -> [Int] {
    let position = cluster.applications[application].workload
    var workload = cluster.workloads[position]
    var template = workload.template
    edit(&template)
    workload.generation += 1
    workload.changedAt = since
    workload.changedBy = random.pick(["kubectl-edit", "kubectl-client-side-apply", "helm"]) ?? "helm"
    guard workload.kind == .deployment else {
      // One pod at a time, from the last on.
      workload.revisions.append(
        ClusterWorkload.Revision(
          template: template, hash: names.templateHash(), uid: names.uid(), createdAt: since, number: workload.replicas)
      )
      cluster.workloads[position] = workload
      let old = livePods(of: position)
      let replaced = rollout == .complete ? old : Array(old.suffix(1))
      return replace(replaced, of: position, at: since)
    }
    if rollout == .stuck, random.chance(0.55) { workload.recreates = true }
    let isWhole = rollout == .complete || workload.recreates
    let surge = (workload.replicas + 3) / 4
    let unavailable = workload.replicas / 4
    let wanted = isWhole ? workload.replicas : min(surge + unavailable, workload.replicas)
    let last = workload.revisions.count - 1
    workload.revisions[last].number = isWhole ? 0 : workload.replicas - unavailable
    workload.revisions.append(
      ClusterWorkload.Revision(
        template: template, hash: names.templateHash(), uid: names.uid(), createdAt: since, number: wanted))
    cluster.workloads[position] = workload
    let old = livePods(of: position)
    let gone = Set(isWhole ? old : Array(old.prefix(unavailable)))
    cluster.pods = cluster.pods.indices.filter { !gone.contains($0) }.map { cluster.pods[$0] }
    cluster.note(
      workload: position, "ScalingReplicaSet",
      "Scaled up replica set \(workload.replicaSetName(last + 1)) to \(wanted)", warning: false, first: since,
      last: since)
    return (0..<wanted).map { _ in newPod(position, at: since + 1, ordinal: 0) }
  }

  /// All or some pods of an application are made anew from the same template, not yet on any node.
  mutating func losePods(_ application: Int, count: Int = .max) -> [Int] {
    let position = cluster.applications[application].workload
    return replace(Array(livePods(of: position).suffix(count)), of: position, at: since)
  }

  /// Those that have neither ended nor been deleted.
  private func livePods(of workload: Int) -> [Int] {
    cluster.pods(of: workload).filter { cluster.pods[$0].ended == nil && cluster.pods[$0].deletedAt == nil }
  }

  private mutating func replace(_ old: [Int], of workload: Int, at moment: Int) -> [Int] {
    let ordinals = old.map { Int(cluster.pods[$0].name.split(separator: "-").last ?? "") ?? 0 }
    let gone = Set(old)
    cluster.pods = cluster.pods.indices.filter { !gone.contains($0) }.map { cluster.pods[$0] }
    return ordinals.map { newPod(workload, at: moment + 1, ordinal: $0) }
  }

  /// The position of a new pod that is on no node yet.
  mutating func newPod(_ position: Int, at moment: Int, ordinal: Int, revision given: Int? = nil) -> Int {
    let workload = cluster.workloads[position]
    let revision = given ?? workload.revisions.count - 1
    let template = workload.revisions[revision].template
    let name =
      switch workload.kind {
      case .deployment: "\(workload.replicaSetName(revision))-\(names.podSuffix())"
      case .statefulSet: "\(workload.name)-\(ordinal)"
      default: "\(workload.name)-\(names.podSuffix())"
      }
    cluster.pods.append(
      ClusterPod(
        name: name, uid: names.uid(), workload: position, revision: revision, node: nil, address: "",
        createdAt: moment,
        containers: template.containers.map {
          ContainerRecord(name: $0.name, isReady: false, state: .waiting(reason: "ContainerCreating", message: nil))
        },
        initContainers: template.initContainers.map {
          ContainerRecord(name: $0.name, isReady: false, state: .waiting(reason: "PodInitializing", message: nil))
        }, readinessChangedAt: moment))
    return cluster.pods.count - 1
  }

  /// Puts a pod on a worker with room.
  mutating func assign(_ pod: Int, to given: Int? = nil, hasAddress: Bool = true) {
    var placement = ClusterPlacement(cluster)
    let template = cluster.workloads[cluster.pods[pod].workload].template
    let node = given ?? healthyWorker(for: template, placement)
    cluster.pods[pod].node = node
    if hasAddress { cluster.pods[pod].address = placement.address(on: node, in: cluster) }
    let one = cluster.pods[pod]
    let namespace = cluster.workloads[one.workload].namespace
    cluster.note(
      one, "Scheduled", "Successfully assigned \(namespace)/\(one.name) to \(cluster.nodes[node].name)",
      warning: false, from: "default-scheduler", first: one.createdAt, last: one.createdAt)
  }

  /// The one with the fewest pods among those that are open and have room; where none has, the emptiest.
  private func healthyWorker(for template: PodTemplate, _ placement: ClusterPlacement) -> Int {
    let open = cluster.nodes.indices.filter { !cluster.nodes[$0].isControlPlane && cluster.nodes[$0].allTaints.isEmpty }
    let fitting = open.filter { node in
      let use = placement.uses[node]
      return use.cpu + template.cpuRequest <= cluster.nodes[node].cpuMillicores
        && use.memory + template.memoryRequest <= cluster.nodes[node].memoryMebibytes
        && use.pods < cluster.nodes[node].maximumPods
    }
    let workers = cluster.nodes.indices.filter { !cluster.nodes[$0].isControlPlane }
    let candidates = fitting.isEmpty ? (open.isEmpty ? workers : open) : fitting
    return candidates.min { (placement.uses[$0].pods, $0) < (placement.uses[$1].pods, $1) } ?? 0
  }

  /// The pod runs and is ready.
  mutating func run(_ pod: Int, restarts: Int = 0) {
    let started = cluster.pods[pod].createdAt + 3
    for container in cluster.pods[pod].containers.indices {
      cluster.pods[pod].containers[container].state = .running(since: started)
      cluster.pods[pod].containers[container].isReady = true
      cluster.pods[pod].containers[container].restarts = restarts
    }
    cluster.pods[pod].readinessChangedAt = min(started + 9, now)
  }

  /// Lets the scheduler look at new pods, one after the other: those that fit run, the others wait.
  /// - Returns: how many wait.
  mutating func schedule(_ pods: [Int]) -> Int {
    var waiting = 0
    for pod in pods {
      switch SchedulerFilters(cluster).schedule(cluster.pods[pod]) {
      case .fits(let node):
        assign(pod, to: node)
        run(pod)
      case .unschedulable(let message):
        waiting += 1
        cluster.pods[pod].unschedulable = message
        cluster.note(
          cluster.pods[pod], "FailedScheduling", message, from: "default-scheduler", first: since + 1,
          last: max(since + 1, now - random.index(below: 290)), count: 1 + (now - since) / 300)
      }
    }
    return waiting
  }
}
