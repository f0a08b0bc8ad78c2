import IncidentModel

/// One family's evidence for every component, before fusion.
package struct FamilyScores: Sendable {
  package var family: EvidenceFamily
  package var byComponent: [ComponentID: Double]
  /// The channel that gave most of a component's evidence.
  package var channel: [ComponentID: SignalChannel]

  package var largest: Double { byComponent.values.max() ?? 0 }

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

/// Turns signals into scores, family by family, taking from victims what others explain.
package struct FamilyScoring {
  package let signals: [Signal]
  package let map: ServiceMap
  package let graph: CallGraph
  package let symptom: Incident.Symptom?
  /// The largest rise of load at each component, as a log ratio.
  private let loadRise: [ComponentID: Double]

  package init(signals: [Signal], map: ServiceMap, graph: CallGraph, symptom: Incident.Symptom?) {
    self.signals = signals
    self.map = map
    self.graph = graph
    self.symptom = symptom
    var rises: [ComponentID: Double] = [:]
    for signal in signals where signal.channel == .traffic && signal.logRatio > 0 {
      rises[signal.component] = max(rises[signal.component] ?? 0, signal.logRatio)
    }
    loadRise = rises
  }

  package func all() -> (scores: [FamilyScores], budgets: [SignalChannel: ExcessBudget]) {
    let budgets = budgets()
    let scores = EvidenceFamily.allCases.map { family in
      family == .budget ? budgetScores(budgets) : scored(family)
    }
    return (scores.filter { $0.largest > 0 }, budgets)
  }

  /// The budgets of the violated dimension: the symptom's own where it is named and moved, otherwise both.
  private func budgets() -> [SignalChannel: ExcessBudget] {
    guard !map.calls.isEmpty else { return [:] }
    var budgets: [SignalChannel: ExcessBudget] = [:]
    for channel in [SignalChannel.latencyExcess, .errorExcess] {
      let own = signals.filter { $0.channel == channel }
      guard !own.isEmpty else { continue }
      budgets[channel] = ExcessBudget(signals: own, graph: graph, map: map, symptom: symptom?.component)
    }
    if let violated = violatedChannel(), let budget = budgets[violated] { return [violated: budget] }
    return Self.violated(budgets)
  }

  /// Without a named metric: the dimensions in which users suffer, those that hardly show beside the other left out.
  private static func violated(_ budgets: [SignalChannel: ExcessBudget]) -> [SignalChannel: ExcessBudget] {
    let atUsers = budgets.filter { $0.value.isTargetUsed }
    guard !atUsers.isEmpty else { return budgets }
    let clearest = atUsers.values.map(\.targetSigmas).max() ?? 0
    return atUsers.filter { $0.value.targetSigmas >= 0.5 * clearest }
  }

  /// The dimension of the symptom's metric, where the symptom names one that moved.
  private func violatedChannel() -> SignalChannel? {
    guard let symptom, let metric = symptom.metric else { return nil }
    return signals.first {
      ($0.channel == .latencyExcess || $0.channel == .errorExcess) && $0.component == symptom.component
        && ($0.subject == metric || $0.subject.hasPrefix(metric + "|"))
    }?.channel
  }

  private func budgetScores(_ budgets: [SignalChannel: ExcessBudget]) -> FamilyScores {
    var scores = FamilyScores(family: .budget)
    for (channel, budget) in budgets.sorted(by: { $0.key < $1.key }) {
      for position in budget.score.indices where budget.score[position] > 0 {
        scores.raise(graph.identifiers[position], to: budget.score[position], channel)
      }
    }
    return scores
  }

  private func scored(_ family: EvidenceFamily) -> FamilyScores {
    var scores = FamilyScores(family: family)
    for signal in signals where EvidenceFamily(signal.channel) == family {
      switch family {
      case .delay, .failures: scores.add(signal.strength, to: signal.component, signal.channel)
      case .resource: scores.raise(signal.component, to: signal.strength * unexplained(signal), signal.channel)
      default: scores.raise(signal.component, to: signal.strength, signal.channel)
      }
    }
    switch family {
    case .serviceLevel, .logs: return lessCallees(scores, share: 0.5)
    case .traffic: return lessCallers(scores)
    default: return scores
    }
  }

  /// The part of a resource's rise that its own load does not explain.
  private func unexplained(_ signal: Signal) -> Double {
    guard signal.logRatio > 0, let load = loadRise[signal.component], load > 0 else { return 1 }
    return (1 - load / signal.logRatio).clamped(to: 0.2...1)
  }

  /// What shows in a callee shows in its callers as well: the deepest keeps its evidence.
  private func lessCallees(_ scores: FamilyScores, share: Double) -> FamilyScores {
    var reduced = scores
    for (component, value) in scores.byComponent {
      let below = map.callees(of: component).compactMap { scores.byComponent[$0] }.max() ?? 0
      reduced.byComponent[component] = max(value - share * below, 0.05 * value)
    }
    return reduced
  }

  /// Load comes from callers: where a caller's load moved as much, the caller is where it began.
  private func lessCallers(_ scores: FamilyScores) -> FamilyScores {
    var reduced = scores
    for (component, value) in scores.byComponent {
      let above = map.callers(of: component).compactMap { scores.byComponent[$0] }.max() ?? 0
      reduced.byComponent[component] = max(value - above, 0.05 * value)
    }
    return reduced
  }
}
