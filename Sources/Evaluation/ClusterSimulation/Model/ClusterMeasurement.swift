/// Something that measurements show and objects do not.
struct ClusterDisturbance: Sendable {
  enum Kind: Sendable { case processor, loss, delay }
  enum Target: Hashable, Sendable {
    /// By uid: places in the list of pods change when others go.
    case pod(String)
    case node(Int)
  }

  var kind: Kind
  var target: Target
  /// Of a processor the share of the time that is waited, of a loss the segments that go again in each second, of a
  /// delay the seconds.
  var size: Double
  var since: Int
  /// Nil for one that goes on.
  var until: Int?

  func isActive(at time: Int) -> Bool { time >= since && until.map { time < $0 } ?? true }
}

/// What monitoring would have recorded in the last hour: processor of pods, segments of nodes, times of services.
///
/// Times are those of requests that are drawn one by one: each goes to some pod of a service, which calls the services
/// that it depends on, and waits for them.
struct ClusterMeasurement {
  private let cluster: SimulatedCluster
  /// Pods of each application that take requests.
  private let serving: [[Int]]
  private let ownSeconds: [Double]

  private static let stepSeconds = 30
  private static let rowCount = 120
  private static let requestCount = 40

  init(_ cluster: SimulatedCluster) {
    self.cluster = cluster
    let byWorkload = Dictionary(grouping: cluster.pods.indices, by: { cluster.pods[$0].workload })
    serving = cluster.applications.map { one in
      (byWorkload[one.workload] ?? []).filter { cluster.pods[$0].isReady && cluster.pods[$0].deletedAt == nil }
    }
    ownSeconds = cluster.applications.map { one in
      var random = SeededRandom(seed: 0, purpose: "time \(cluster.services[one.service].uid)")
      return 0.002 * PortableMath.exponential(3 * random.unit())
    }
  }

  // MARK: - Requests

  private func crosses(_ target: ClusterDisturbance.Target, _ caller: Int, _ callee: Int) -> Bool {
    switch target {
    case .pod(let uid): return cluster.pods[caller].uid == uid || cluster.pods[callee].uid == uid
    case .node(let node):
      let from = cluster.pods[caller].node
      let to = cluster.pods[callee].node
      return from != to && (from == node || to == node)
    }
  }

  /// Services of which most requests wait for a call that a delay would touch.
  func slowedServices(by disturbance: ClusterDisturbance) -> Int {
    var random = SeededRandom(seed: 1, purpose: "reach")
    let quiet = requests(at: 0, [], &random)
    var again = SeededRandom(seed: 1, purpose: "reach")
    var always = disturbance
    always.since = 0
    let slow = requests(at: 0, [always], &again)
    return quiet.indices.count { position in
      let count = quiet[position].count
      guard count > 0 else { return false }
      return 2 * (0..<count).count { slow[position][$0].time > quiet[position][$0].time + disturbance.size / 2 } > count
    }
  }

  private struct Request {
    var pod: Int
    var time: Double
  }

  /// Some requests to each application; those that are called come first in the list of applications.
  private func requests(
    at time: Int, _ disturbances: [ClusterDisturbance], _ random: inout SeededRandom
  ) -> [[Request]] {
    let active = disturbances.filter { $0.isActive(at: time) }
    let hot = Set(
      active.compactMap { one -> String? in
        if case .pod(let uid) = one.target, one.kind == .processor { uid } else { nil }
      })
    var all: [[Request]] = []
    for (position, application) in cluster.applications.enumerated() {
      let pods = serving[position]
      let requests = (0..<(pods.isEmpty ? 0 : Self.requestCount)).map { _ -> Request in
        let pod = pods[random.index(below: pods.count)]
        var seconds = ownSeconds[position] * (0.7 + 0.6 * random.unit())
        if random.chance(0.04) { seconds *= 3 }
        if hot.contains(cluster.pods[pod].uid) { seconds *= 3 + 3 * random.unit() }
        for callee in application.calls where !all[callee].isEmpty {
          let answer = all[callee][random.index(below: all[callee].count)]
          seconds += answer.time + 0.0005
          let draw = random.unit()
          for one in active where one.kind != .processor && crosses(one.target, pod, answer.pod) {
            seconds += one.kind == .delay ? one.size * (0.9 + 0.2 * draw) : draw < 0.1 ? 0.2 : 0
          }
        }
        return Request(pod: pod, time: seconds)
      }
      all.append(requests)
    }
    return all
  }

  // MARK: - Series

  mutating func series(_ random: inout SeededRandom) -> [ClusterSeries] {
    let counts = random.chance(0.5)
    let isNamespaced = random.chance(0.3)
    let times = (0..<Self.rowCount).map { cluster.now - Self.stepSeconds * (Self.rowCount - $0) }
    var all = processors(times, isNamespaced: isNamespaced, &random)
    all += nodes(times, &random)
    if counts { all = all.map { $0.asCounter(stepSeconds: Double(Self.stepSeconds)) } }
    return all + latencies(times, isNamespaced: isNamespaced, &random)
  }

  private func name(_ name: String, _ workload: ClusterWorkload, _ isNamespaced: Bool) -> String {
    isNamespaced ? "\(workload.namespace)/\(name)" : name
  }

  private func processors(
    _ times: [Int], isNamespaced: Bool, _ random: inout SeededRandom
  ) -> [ClusterSeries] {
    var all: [ClusterSeries] = []
    for pod in serving.flatMap({ $0 }) {
      let workload = cluster.workloads[cluster.pods[pod].workload]
      let container = workload.template.containers[0]
      let usual = Double(container.cpuRequest) / 1000 * (0.2 + 0.4 * random.unit())
      let limit = container.cpuLimit.map { Double($0) / 1000 }
      var use: [Double] = []
      var waiting: [Double] = []
      for time in times {
        let heat = cluster.disturbances.filter {
          $0.kind == .processor && $0.target == .pod(cluster.pods[pod].uid) && $0.isActive(at: time)
        }.map(\.size).max()
        let noise = 0.9 + 0.2 * random.unit()
        use.append(heat == nil ? usual * noise : limit.map { $0 * (0.95 + 0.05 * random.unit()) } ?? usual * 6 * noise)
        waiting.append(limit == nil ? 0 : (heat ?? 0) * noise + 0.004 * random.unit())
      }
      let component = name(cluster.pods[pod].name, workload, isNamespaced)
      all.append(
        ClusterSeries(
          component: component, metric: "cpu_usage_cores", values: use, counter: "container_cpu_usage_seconds_total"))
      if limit != nil {
        all.append(
          ClusterSeries(
            component: component, metric: "cpu_throttled_seconds_per_second", values: waiting,
            counter: "container_cpu_cfs_throttled_seconds_total"))
      }
    }
    return all
  }

  private func nodes(_ times: [Int], _ random: inout SeededRandom) -> [ClusterSeries] {
    cluster.nodes.indices.filter { cluster.nodes[$0].health == .ready }.map { node in
      let usual = 0.02 + 0.2 * random.unit()
      let values = times.map { time -> Double in
        var value = usual * (0.6 + 0.8 * random.unit())
        for one in cluster.disturbances where one.kind != .processor && one.isActive(at: time) {
          let noise = 0.8 + 0.4 * random.unit()
          switch (one.kind, one.target == .node(node)) {
          case (.loss, true): value += one.size * noise
          // The other end of a connection sends again what got lost on its way.
          case (.loss, false): value += one.size * noise * 0.3 / Double(max(cluster.nodes.count / 4, 1))
          case (_, true): value += 0.15 * noise
          default: break
          }
        }
        return value
      }
      return ClusterSeries(
        component: cluster.nodes[node].name, metric: "tcp_retransmits_per_second", values: values,
        counter: "node_netstat_Tcp_RetransSegs")
    }
  }

  private func latencies(
    _ times: [Int], isNamespaced: Bool, _ random: inout SeededRandom
  ) -> [ClusterSeries] {
    var typical = [[Double]](repeating: [], count: cluster.applications.count)
    var tail = typical
    for time in times {
      for (position, requests) in requests(at: time, cluster.disturbances, &random).enumerated() where !requests.isEmpty
      {
        let sorted = requests.map(\.time).sorted()
        typical[position].append(sorted[sorted.count / 2])
        tail[position].append(sorted[sorted.count * 95 / 100])
      }
    }
    return cluster.applications.indices.filter { !typical[$0].isEmpty }.flatMap { position in
      let application = cluster.applications[position]
      let workload = cluster.workloads[application.workload]
      let component = name(cluster.services[application.service].name, workload, isNamespaced)
      return [
        ClusterSeries(component: component, metric: "latency_p50_seconds", values: typical[position]),
        ClusterSeries(component: component, metric: "latency_p95_seconds", values: tail[position]),
      ]
    }
  }
}
