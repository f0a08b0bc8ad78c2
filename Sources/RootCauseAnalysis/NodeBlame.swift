import IncidentModel

/// A node that is in trouble by itself is blamed for what runs on it.
struct NodeBlame {
  /// Services by the node that they or their replicas run on.
  private var hosted: [ComponentID: [ComponentID]] = [:]

  /// Resource evidence that makes a node a suspect.
  private static let minimumStrength = 1.0
  /// The node gets a little less than what runs there: its own evidence must make the difference.
  private static let passedUp = 0.95

  init(_ map: ServiceMap) {
    for component in map.components {
      guard let node = component.runsOn else { continue }
      let service = component.instanceOf ?? component.id
      if hosted[node]?.last != service { hosted[node, default: []].append(service) }
    }
  }

  /// Gives suspect nodes the evidence of the most suspicious service on them, family by family.
  func apply(_ families: [FamilyScores]) -> [FamilyScores] {
    guard let resources = families.first(where: { $0.family == .resource }) else { return families }
    let suspects = hosted.keys.filter { (resources.byComponent[$0] ?? 0) >= Self.minimumStrength }.sorted()
    guard !suspects.isEmpty else { return families }
    return families.map { family in
      guard family.family != .resource, family.family != .alert else { return family }
      var blamed = family
      for node in suspects {
        let services = hosted[node] ?? []
        guard let worst = services.max(by: { (family.byComponent[$0] ?? 0) < (family.byComponent[$1] ?? 0) }),
          let value = family.byComponent[worst], let channel = family.channel[worst]
        else { continue }
        blamed.raise(node, to: value * Self.passedUp, channel)
      }
      return blamed
    }
  }
}
