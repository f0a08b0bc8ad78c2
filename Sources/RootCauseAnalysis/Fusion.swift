import IncidentModel

/// Joins the families of evidence into one total for each component.
///
/// Each family is scaled to its strongest component and believed as far as that one saturates; a family that is
/// absent adds nothing, so missing telemetry is never taken for health.
package struct Fusion: Sendable {
  package struct Total: Sendable {
    package var component: ComponentID
    package var score: Double
    package var shares: [Hypothesis.ChannelShare]
  }

  /// Best first; equal totals in the order of names.
  package var totals: [Total]
  package var scores: [FamilyScores]
  package var budgets: [SignalChannel: ExcessBudget]
  package var table: FusionTable
  let shared: SharedCallees?

  package init(
    signals: [Signal], map: ServiceMap, graph: CallGraph, symptom: Incident.Symptom?, lift: ReplicaLift,
    unmeasured: [ComponentID]? = nil, without left: Set<Ingredient> = []
  ) {
    let scoring = FamilyScoring(
      signals: signals, map: map, graph: graph, symptom: symptom, unmeasured: unmeasured, without: left)
    shared = scoring.shared
    let result = scoring.all()
    let families = result.scores
    let table = FusionTable.standard(
      present: Set(families.map(\.family)), isUnmapped: FamilyScoring.isUnmapped(signals, map))
    var nodes = NodeBlame(map)
    if !left.contains(.nodeBlame) {
      nodes.find(result.complaints)
      nodes.findHitReplicas(signals, map)
    }
    let lifted = nodes.apply(families.map { lift.apply($0) })
    var parts: [ComponentID: [SignalChannel: Double]] = [:]
    let together = lifted.filter { table.scaledTogether.contains($0.family) }.map(\.largest).max() ?? 0
    for family in lifted {
      let row = table[family.family]
      let largest = table.scaledTogether.contains(family.family) ? together : family.largest
      for (component, value) in family.byComponent {
        guard let channel = family.channel[component] else { continue }
        parts[component, default: [:]][channel, default: 0] += row.weight * value / (largest + row.saturation)
      }
    }
    let best = parts.values.map { Self.total($0) }.max() ?? 0
    var nearest: [ComponentID: Double] = [:]
    for signal in signals where signal.channel == .change {
      let component = lift.target(signal.component)
      nearest[component] = max(nearest[component] ?? 0, signal.strength)
    }
    for (component, nearness) in nearest {
      guard let own = parts[component].map(Self.total), own >= table.changeNeedsShare * best, own > 0 else { continue }
      parts[component, default: [:]][.change] = table.changeWeight * nearness * own
    }
    totals = parts.map { component, channels in
      Total(
        component: component, score: Self.total(channels),
        shares: channels.sorted { $0.key < $1.key }.map { Hypothesis.ChannelShare(channel: $0.key, share: $0.value) })
    }
    .sorted { (-$0.score, $0.component) < (-$1.score, $1.component) }
    scores = lifted
    self.table = table
    budgets = result.budgets
  }

  /// In the order of channels, so that the sum does not depend on hashing.
  private static func total(_ channels: [SignalChannel: Double]) -> Double {
    channels.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
  }
}
