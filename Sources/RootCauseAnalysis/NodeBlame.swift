import IncidentModel

/// A node that is in trouble is blamed for what runs on it: where its own resources say so, and where services that
/// have nothing in common but the node complain about the same thing.
struct NodeBlame {
  /// Services by the node that they or their replicas run on.
  private var hosted: [ComponentID: [ComponentID]] = [:]
  private var nodes: [ComponentID: Set<ComponentID>] = [:]
  private let services: Int
  /// Nodes under which several services complain alike.
  private var shared: Set<ComponentID> = []

  /// Resource evidence that makes a node a suspect.
  private static let minimumStrength = 1.0
  /// The node gets a little less than what runs there: its own evidence must make the difference.
  private static let passedUp = 0.95
  /// What services keep where the node alone explains what they share.
  private static let keptByServices = 0.5
  /// The share of the worst replica's excess from which on another one is hit as well.
  private static let hitShare = 0.5
  /// That the hit replicas of two services run on one node is often chance.
  private static let fewestHitServices = 3
  /// A node that hosts more than this share of all services is no coincidence.
  private static let largestHostedShare = 0.6

  init(_ map: ServiceMap) {
    for component in map.components {
      guard let node = component.runsOn else { continue }
      let service = component.instanceOf ?? component.id
      if hosted[node]?.last != service { hosted[node, default: []].append(service) }
      nodes[service, default: []].insert(node)
    }
    services = nodes.count
  }

  /// - Parameter complaints: services by what they complain about, consequences of others' failures left out.
  mutating func find(_ complaints: [String: Set<ComponentID>]) {
    for group in complaints.values where group.count >= 2 {
      let common = group.map { nodes[$0] ?? [] }.reduce(nil as Set<ComponentID>?) { $0?.intersection($1) ?? $1 } ?? []
      for node in common {
        guard hosted[node] != nil, services > 0 else { continue }
        if !hostsMost(node) { shared.insert(node) }
      }
    }
  }

  /// Where the replicas of several services that are served badly run on one node, and their twins on others are well.
  mutating func findHitReplicas(_ signals: [Signal], _ map: ServiceMap) {
    var hit: [ComponentID: Set<ComponentID>] = [:]
    for channel in [SignalChannel.latencyExcess, .errorExcess] {
      var strengths: [ComponentID: [ComponentID: Double]] = [:]
      for signal in signals where signal.channel == channel {
        guard let service = map[signal.component]?.instanceOf else { continue }
        strengths[service, default: [:]][signal.component, default: 0] += signal.strength
      }
      for (service, byReplica) in strengths {
        let most = byReplica.values.max() ?? 0
        let replicas = map.replicas(of: service)
        let suffering = replicas.filter { (byReplica[$0.id] ?? 0) > Self.hitShare * most }
        let places = Set(suffering.map(\.runsOn))
        guard let place = places.first, let node = place, places.count == 1,
          suffering.count < replicas.count, replicas.filter({ $0.runsOn == node }).count == suffering.count
        else { continue }
        hit[node, default: []].insert(service)
      }
    }
    let most = hit.values.map(\.count).max() ?? 0
    guard most >= Self.fewestHitServices else { return }
    let nodes = hit.filter { 2 * $0.value.count >= most }.keys
    if nodes.count == 1 { shared.formUnion(nodes) }
  }

  private func hostsMost(_ node: ComponentID) -> Bool {
    Double(hosted[node]?.count ?? 0) > Self.largestHostedShare * Double(services)
  }

  /// Gives suspect nodes the evidence of the most suspicious service on them, family by family. A node that most services
  /// share gets what at least a third of them show: its trouble would be felt by more than one.
  func apply(_ families: [FamilyScores]) -> [FamilyScores] {
    let resources = families.first { $0.family == .resource }?.byComponent ?? [:]
    let suspects = hosted.keys.filter { (resources[$0] ?? 0) >= Self.minimumStrength || shared.contains($0) }.sorted()
    guard !suspects.isEmpty else { return families }
    return families.map { family in
      var blamed = family
      for node in suspects {
        let isShared = shared.contains(node)
        guard family.family != .alert, isShared || family.family != .resource else { continue }
        let services = hosted[node] ?? []
        let worst = services.sorted { (-(family.byComponent[$0] ?? 0), $0) < (-(family.byComponent[$1] ?? 0), $1) }
        let place = isShared || !hostsMost(node) ? 0 : (worst.count - 1) / 3
        guard let typical = worst.indices.contains(place) ? worst[place] : nil,
          let value = family.byComponent[typical], let channel = family.channel[typical]
        else { continue }
        blamed.raise(node, to: value * Self.passedUp, channel)
        if isShared {
          for service in services {
            blamed.byComponent[service] = blamed.byComponent[service].map { $0 * Self.keptByServices }
          }
        }
      }
      return blamed
    }
  }
}
