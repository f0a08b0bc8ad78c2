/// What only measurements show: pods that want more processor, nodes that lose packets, networks that are slow.
extension FaultInjection {
  mutating func load(_ fault: ClusterFault) -> (component: String, alsoAccept: [String])? {
    switch fault {
    case .podCPUOverload: overload()
    case .nodePacketLoss: loss()
    case .networkDelay: delay()
    default: nil
    }
  }

  private mutating func overload() -> (component: String, alsoAccept: [String])? {
    let pods = cluster.pods
    let byWorkload = Dictionary(grouping: pods.indices, by: { pods[$0].workload })
    guard
      let application = application(where: { byWorkload[$0.workload]?.allSatisfy { pods[$0].isReady } ?? false })
    else { return nil }
    let all = cluster.pods(of: cluster.applications[application].workload)
    // Without a limit a pod takes what the node has.
    if random.chance(0.3) { editAll(application) { $0.containers[0].cpuLimit = nil } }
    let hot = random.chance(0.5) ? all : Array(all.prefix(1))
    for pod in hot {
      cluster.disturbances.append(
        ClusterDisturbance(
          kind: .processor, target: .pod(cluster.pods[pod].uid), size: 0.3 + 0.5 * random.unit(), since: since))
    }
    cluster.isMeasured = true
    return answer(application)
  }

  private mutating func loss() -> (component: String, alsoAccept: [String])? {
    guard let node = worker() else { return nil }
    cluster.disturbances.append(
      ClusterDisturbance(kind: .loss, target: .node(node), size: 1 + 15 * random.unit(), since: since))
    cluster.isMeasured = true
    return ("node/\(cluster.nodes[node].name)", [])
  }

  /// A delay that nobody's requests cross is none.
  private mutating func delay() -> (component: String, alsoAccept: [String])? {
    let size = 0.05 + 0.45 * random.unit()
    let disturbance: ClusterDisturbance
    let component: String
    if random.chance(0.5) {
      guard let node = worker() else { return nil }
      disturbance = ClusterDisturbance(kind: .delay, target: .node(node), size: size, since: since)
      component = "node/\(cluster.nodes[node].name)"
    } else {
      guard let application = application(),
        let pod = cluster.pods(of: cluster.applications[application].workload).first
      else { return nil }
      disturbance = ClusterDisturbance(kind: .delay, target: .pod(cluster.pods[pod].uid), size: size, since: since)
      component = "service/\(service(of: application).name)"
    }
    guard ClusterMeasurement(cluster).slowedServices(by: disturbance) >= 2 else { return nil }
    cluster.disturbances.append(disturbance)
    cluster.isMeasured = true
    return (component, [])
  }

  /// What was measured in the last hour, where anybody measures; there too some things have passed.
  mutating func measure() {
    if random.chance(0.25) { cluster.isMeasured = true }
    guard cluster.isMeasured else { return }
    let ready = cluster.pods.indices.filter { cluster.pods[$0].isReady }
    let workers = cluster.nodes.indices.filter { !cluster.nodes[$0].isControlPlane }
    // A minute or two of much work, or of a switch that starts anew, long ago.
    let from = now - 900 - random.index(below: 2400)
    let until = from + 60 + random.index(below: 60)
    if random.chance(0.6), let pod = random.pick(ready) {
      cluster.disturbances.append(
        ClusterDisturbance(
          kind: .processor, target: .pod(cluster.pods[pod].uid), size: 0.2 + 0.2 * random.unit(), since: from,
          until: until))
    }
    if random.chance(0.4), let node = random.pick(workers) {
      cluster.disturbances.append(
        ClusterDisturbance(kind: .loss, target: .node(node), size: 0.5 + 2 * random.unit(), since: from, until: until))
    }
    var measurement = ClusterMeasurement(cluster)
    cluster.metrics = measurement.series(&random)
  }
}
