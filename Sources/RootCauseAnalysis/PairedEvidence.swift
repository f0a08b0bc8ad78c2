import IncidentModel

/// What of one component's evidence a fault at another explains.
struct PairedEvidence {
  private let map: ServiceMap
  private let graph: CallGraph

  init(map: ServiceMap) {
    self.map = map
    graph = CallGraph(map)
  }

  func isSameService(_ one: Hypothesis, _ other: Hypothesis) -> Bool { service(one) == service(other) }

  /// The part of a hypothesis's score that the other does not explain. A change is no evidence by itself.
  func unexplained(of hypothesis: Hypothesis, by other: Hypothesis) -> Double {
    let isBelow = calls(from: service(hypothesis), to: service(other))
    let bringsLoad =
      other.fault == .traffic && other.channelShares.contains { $0.channel == .traffic && $0.share > 0 }
      && calls(from: service(other), to: service(hypothesis))
    return hypothesis.channelShares.reduce(0) { sum, part in
      if part.channel == .change { return sum }
      if isBelow, SignalChannel.shownByCallers.contains(part.channel) { return sum }
      // Silence is not what load brings.
      if bringsLoad, part.channel != .absence { return sum }
      return sum + part.share
    }
  }

  /// The share of what speaks for a hypothesis that a fault at the other causes there as well.
  func explainedShare(of hypothesis: Hypothesis, by other: Hypothesis) -> Double {
    let own = hypothesis.channelShares.reduce(0) { $0 + ($1.channel == .change ? 0 : $1.share) }
    return own > 0 ? 1 - unexplained(of: hypothesis, by: other) / own : 0
  }

  private func service(_ hypothesis: Hypothesis) -> ComponentID {
    map.service(of: hypothesis.component)
  }

  private func calls(from caller: ComponentID, to callee: ComponentID) -> Bool {
    guard let from = graph.position(of: caller), let to = graph.position(of: callee), from != to else { return false }
    return graph.reached(from: from)[to]
  }
}
