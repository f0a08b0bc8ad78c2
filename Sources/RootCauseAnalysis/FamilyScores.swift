import IncidentModel

/// One family's evidence for every component, before fusion.
package struct FamilyScores: Sendable {
  package var family: EvidenceFamily
  package var byComponent: [ComponentID: Double]
  /// The channel that gave most of a component's evidence.
  package var channel: [ComponentID: SignalChannel]

  /// The strongest evidence before anything was taken from it as explained.
  package var unexplainedLargest = 0.0

  package var largest: Double { max(byComponent.values.max() ?? 0, unexplainedLargest) }

  package init(family: EvidenceFamily) {
    self.family = family
    byComponent = [:]
    channel = [:]
  }

  package mutating func raise(_ component: ComponentID, to value: Double, _ from: SignalChannel) {
    guard value > byComponent[component] ?? 0 else { return }
    byComponent[component] = value
    channel[component] = from
  }

  package mutating func add(_ value: Double, to component: ComponentID, _ from: SignalChannel) {
    guard value > 0 else { return }
    let before = byComponent[component] ?? 0
    byComponent[component] = before + value
    if before < value { channel[component] = from }
  }
}
