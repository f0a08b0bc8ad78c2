import IncidentModel

/// Makes whole clusters as API objects, with known faults or none; each case by itself and in any order.
package struct ClusterSimulation: Sendable {
  package let options: ClusterSimulationOptions
  private let plan: [PlannedCluster]

  private struct PlannedCluster {
    var number: Int
    var faults: [ClusterFault]
    var seed: UInt64
    var pods: Int
  }

  package init(_ options: ClusterSimulationOptions) throws(SimulationOptions.RangeError) {
    try options.check()
    self.options = options
    plan = Self.plan(options)
  }

  package var caseCount: Int { plan.count }

  /// Deals the faults out evenly, then mixes faulty and healthy clusters, so that a case's number says nothing.
  private static func plan(_ options: ClusterSimulationOptions) -> [PlannedCluster] {
    var random = SeededRandom(seed: options.seed, purpose: "cluster plan")
    let all = ClusterFault.allCases.filter { options.faults == 1 || !$0.isClusterWide }
    var deck: [ClusterFault] = []
    var kinds: [[ClusterFault]] = []
    for _ in 0..<options.cases {
      if deck.count < options.faults { deck += random.shuffled(all) }
      var chosen: [ClusterFault] = []
      while chosen.count < options.faults {
        let next = deck.firstIndex { !chosen.contains($0) } ?? 0
        chosen.append(deck.remove(at: next))
      }
      kinds.append(chosen)
    }
    kinds += [[ClusterFault]](repeating: [], count: options.healthy)
    return random.shuffled(kinds).enumerated().map { position, faults in
      // As many small clusters as large ones, by orders of magnitude.
      let ratio = Double(options.pods.upperBound) / Double(options.pods.lowerBound)
      let share = PortableMath.exponential(random.unit() * PortableMath.logarithm(ratio))
      let pods = Int(Double(options.pods.lowerBound) * share)
      return PlannedCluster(
        number: position + 1, faults: faults, seed: random.next(),
        pods: min(max(pods, options.pods.lowerBound), options.pods.upperBound))
    }
  }

  /// The case at a position below `caseCount`.
  package func makeCase(_ position: Int) -> SimulatedClusterCase {
    let planned = plan[position]
    var random = SeededRandom(seed: planned.seed, purpose: "case")
    // A Monday in March, and some second of the four weeks after it.
    let now = 1_772_409_600 + random.index(below: 28 * 86_400)
    // A cluster in which a fault finds no place is drawn anew.
    for attempt in 0..<20 {
      let seed = planned.seed &+ UInt64(attempt) &* 0x9e37_79b9
      let isAlone = planned.faults.count == 1
      let (cluster, names) = ClusterGeneration.cluster(
        seed: seed, pods: planned.pods, now: now,
        controlPlanes: planned.faults.contains(.schedulerUnavailable) ? 1 : nil)
      var injection = FaultInjection(cluster, names: names, seed: seed, isAlone: isAlone)
      injection.addNoise()
      guard planned.faults.allSatisfy({ injection.add($0) }) else { continue }
      injection.addObservations()
      return SimulatedClusterCase(
        id: Self.caseID(planned.number, of: plan.count), cluster: injection.cluster, truths: injection.truths,
        random: SeededRandom(seed: seed, purpose: "files"), eventTarget: options.events)
    }
    // Nothing fits: such a case is a healthy one, and says so.
    let (cluster, names) = ClusterGeneration.cluster(
      seed: planned.seed, pods: planned.pods, now: now, controlPlanes: nil)
    _ = names
    return SimulatedClusterCase(
      id: Self.caseID(planned.number, of: plan.count), cluster: cluster, truths: [], random: random,
      eventTarget: options.events)
  }

  private static func caseID(_ number: Int, of count: Int) -> String {
    let digits = String(number)
    return "case-" + String(repeating: "0", count: max(String(count).count - digits.count, 0)) + digits
  }
}

/// A simulated cluster with what is wrong in it, ready to be written.
package struct SimulatedClusterCase: Sendable {
  package var id: String
  var cluster: SimulatedCluster
  /// Empty in a healthy cluster.
  package var truths: [ClusterTruth]
  var random: SeededRandom
  var eventTarget: Int

  package var podCount: Int { cluster.pods.count }

  /// The contents of `truth.yaml`.
  package var truthYAML: String {
    func fields(_ truth: ClusterTruth) -> [String] {
      var lines = ["component: \(truth.component)", "cause: \(truth.fault.rawValue)"]
      if !truth.alsoAccept.isEmpty { lines.insert("alsoAccept: [\(truth.alsoAccept.joined(separator: ", "))]", at: 1) }
      return lines + ["startedAt: \(Timestamp(nanoseconds: Int64(truth.startedAt) * 1_000_000_000))"]
    }
    switch truths.count {
    case 0: return "healthy: true\n"
    case 1: return fields(truths[0]).joined(separator: "\n") + "\n"
    default: return "faults:\n" + truths.map { "  - {\(fields($0).joined(separator: ", "))}\n" }.joined()
    }
  }

  var caseYAML: String {
    let end = Timestamp(nanoseconds: Int64(cluster.now) * 1_000_000_000)
    let start = end.advanced(bySeconds: -3600)
    return "id: \(id)\ntitle: A cluster as it was at \(end)\nwindow: {start: \(start), end: \(end)}\n"
      + "environment: simulated\n"
  }
}
