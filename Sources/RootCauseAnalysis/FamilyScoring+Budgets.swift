import IncidentModel

/// Who spends what the symptom exceeds its normal by, in which of the two dimensions of calls.
extension FamilyScoring {
  /// From here on a dimension of calls is clear by itself.
  private static let clearSigmas = 6.0
  /// So many failing calls, tried again, make a caller slower.
  private static let retriedShare = 0.1

  /// The budgets of the violated dimension: the symptom's own where it is named and moved, otherwise both.
  func budgets() -> [SignalChannel: ExcessBudget] {
    guard !map.calls.isEmpty else { return [:] }
    let anchors = symptom.map { map.anchors(of: $0.component) } ?? []
    let withOwnTrouble = withOwnTrouble()
    var budgets: [SignalChannel: ExcessBudget] = [:]
    for channel in [SignalChannel.latencyExcess, .errorExcess] {
      let own = signals.filter { $0.channel == channel }
      guard !own.isEmpty else { continue }
      budgets[channel] = ExcessBudget(
        signals: own, graph: graph, map: map, anchors: anchors, waiting: waiting,
        withOwnTrouble: withOwnTrouble, hidden: hidden.belief, subtractsCallees: subtractsCallees)
    }
    guard let violated = violatedChannel(), let named = budgets[violated] else { return Self.violated(budgets) }
    // Calls that are too slow fail in their callers: the other dimension counts where it is as clear.
    let clear = max(Self.clearSigmas, 0.5 * named.targetSigmas)
    return budgets.filter { $0.key == violated || ($0.value.isTargetUsed && $0.value.targetSigmas >= clear) }
  }

  /// Components whose own telemetry says that something is wrong there. That clients hold connections is their doing.
  private func withOwnTrouble() -> Set<ComponentID> {
    let telling = signals.filter { signal in
      switch signal.channel {
      case .resource: signal.direction == .rise && signal.strength >= 1 && signal.metricClass != .connections
      case .logPattern: signal.strength >= Self.complaintStrength
      case .absence: true
      default: false
      }
    }
    return Set(telling.map { map.service(of: $0.component) })
  }

  /// Without a named metric: the dimensions in which users suffer. One that hardly shows beside the other is left out,
  /// one that is clear by itself never: where nothing failed before, two failures are louder than any delay.
  private static func violated(_ budgets: [SignalChannel: ExcessBudget]) -> [SignalChannel: ExcessBudget] {
    let atUsers = budgets.filter { $0.value.isTargetUsed }
    guard !atUsers.isEmpty else { return budgets }
    let clearest = atUsers.values.map(\.targetSigmas).max() ?? 0
    return atUsers.filter { $0.value.targetSigmas >= min(clearSigmas, 0.5 * clearest) }
  }

  /// The dimension of the symptom's metric, where the symptom names one that moved.
  private func violatedChannel() -> SignalChannel? {
    guard let symptom, let metric = symptom.metric else { return nil }
    return signals.first {
      ($0.channel == .latencyExcess || $0.channel == .errorExcess) && $0.component == symptom.component
        && ($0.subject == metric || $0.subject.hasPrefix(metric + "|"))
    }?.channel
  }

  func budgetScores(_ budgets: [SignalChannel: ExcessBudget]) -> FamilyScores {
    let isNamed = violatedChannel() != nil
    var scores = FamilyScores(family: .budget)
    for (channel, budget) in budgets.sorted(by: { $0.key < $1.key }) {
      // Dividing by the target's excess makes any excess look like the whole: it counts as far as the target is sure.
      let certainty = isNamed ? 1 : Self.certainty(budget.targetSigmas) * (budget.isTargetUsed ? 1 : 0.3)
      for position in budget.score.indices where budget.score[position] > 0 {
        let component = graph.identifiers[position]
        let unloaded = load.unexplainedShare(component)
        let score = unloaded < 1 ? min(budget.score[position], 1) * unloaded : budget.score[position]
        scores.raise(component, to: score * certainty * ownFactor(component, channel, of: budgets), channel)
      }
    }
    return scores
  }

  /// How far an excess in one dimension is believed to be no consequence of the other.
  func ownFactor(
    _ component: ComponentID, _ channel: SignalChannel, of budgets: [SignalChannel: ExcessBudget]
  ) -> Double {
    budgets.count < 2 ? 1 : channel == .errorExcess ? timeoutFactor(component) : retryFactor(component)
  }

  private static func certainty(_ sigmas: Double) -> Double {
    let beyond = max(sigmas - 1.5, 0) / 3
    return 1 - Number.exp(-beyond * beyond)
  }

  /// Where a callee slowed down by a larger factor than the component itself, its failures are calls given up. A queue adds
  /// to what callees take.
  private func timeoutFactor(_ component: ComponentID) -> Double {
    let own = (slowness[component] ?? 0) * (waiting.contains(component) ? ExcessBudget.fullQueueShare : 1)
    let callees = map.callees(of: component).compactMap { slowness[$0] }.max() ?? 0
    return callees >= 0.5 && callees >= own ? 0.3 : 1
  }

  /// Where a callee fails more often than the component itself, its delay is calls tried again.
  private func retryFactor(_ component: ComponentID) -> Double {
    let callees = map.callees(of: component).compactMap { failing[$0] }.max() ?? 0
    return callees >= Self.retriedShare && callees >= failing[component] ?? 0 ? 0.3 : 1
  }

  /// The share of each component's excess that no callee explains; components without an excess are left out.
  func unexplainedByCallees(_ budgets: [SignalChannel: ExcessBudget]) -> [ComponentID: Double] {
    guard subtractsCallees else { return [:] }
    var shares: [ComponentID: Double] = [:]
    for budget in budgets.values {
      for position in budget.excess.indices where budget.excess[position] > 0 {
        let share = budget.own[position] / budget.excess[position]
        shares[graph.identifiers[position]] = min(share, shares[graph.identifiers[position]] ?? 1)
      }
    }
    return shares
  }
}
