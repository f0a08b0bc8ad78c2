import IncidentModel

/// Credits evidence seen at replicas to their service, and evidence shared by what runs on a node to the node.
package struct ReplicaLift: Sendable {
  private let map: ServiceMap
  private let services: [ComponentID: ComponentID]
  private let isActive: Bool

  /// - Parameter answerKinds: where replicas may be the answer themselves, nothing is lifted.
  package init(_ map: ServiceMap, answerKinds: [ComponentKind]) {
    self.map = map
    isActive = !answerKinds.contains(.instance)
    var services: [ComponentID: ComponentID] = [:]
    for component in map.components { services[component.id] = component.instanceOf }
    self.services = services
  }

  /// The service of a replica, anything else as it is.
  package func target(_ component: ComponentID) -> ComponentID {
    isActive ? services[component] ?? component : component
  }

  /// A service is as suspicious as its most suspicious replica.
  package func apply(_ scores: FamilyScores) -> FamilyScores {
    guard isActive, !services.isEmpty else { return scores }
    var lifted = FamilyScores(family: scores.family)
    for (component, value) in scores.byComponent.sorted(by: { $0.key < $1.key }) {
      guard let channel = scores.channel[component] else { continue }
      lifted.raise(target(component), to: value, channel)
    }
    return lifted
  }
}
