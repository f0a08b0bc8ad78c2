import IncidentModel

/// Components of whose answers nothing is known, and that several suffering services wait for: one fault there is
/// likelier than as many at once, and what these services cannot explain is theirs.
///
/// Every dimension is judged alone: time that calls take beyond normal, calls that fail, time and failures inside spans.
struct SharedCallees {
  /// How much of it is believed, 0…1, by component.
  private(set) var belief: [ComponentID: Double] = [:]
  /// Who waits for it and suffers, sorted.
  private(set) var sufferers: [ComponentID: [ComponentID]] = [:]

  /// Of what nobody below explains, the least that counts as suffering.
  private static let leastShare = 0.15
  /// The share that those who wait for it must have together, and of them that must suffer.
  private static let leastHeld = 0.6
  private static let leastSuffering = 0.5
  private static let mostBelief = 0.9

  /// - Parameters:
  ///   - unmeasured: those who only answer, and of whose answers nothing is known.
  ///   - unexplained: what no callee explains at each service, for each dimension in a unit of its own.
  ///   - consuming: services that use up something themselves, which explains them.
  init(
    _ unmeasured: [ComponentID], unexplained: [[ComponentID: Double]], consuming: Set<ComponentID>, map: ServiceMap,
    load: LoadOrigin
  ) {
    for callee in unmeasured {
      let callers = map.callers(of: callee)
      for shares in unexplained {
        let total = shares.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
        let suffering = callers.filter { (shares[$0] ?? 0) > Self.leastShare * total }
        // Who calls another one that suffers may suffer from that one.
        let alone = suffering.filter { caller in
          !suffering.contains { $0 != caller && map.callPath(from: caller, to: $0) != nil }
        }
        // More requests than usual slow whoever they are passed on to.
        let unloaded = suffering.reduce(0) { $0 + (shares[$1] ?? 0) * load.unexplainedShare($1) }
        let held = unloaded / max(total, .leastNormalMagnitude)
        guard alone.count > 1, held >= Self.leastHeld, consuming.isDisjoint(with: suffering),
          Double(suffering.count) >= Self.leastSuffering * Double(callers.count)
        else { continue }
        belief[callee] = max(belief[callee] ?? 0, Self.mostBelief * held)
        sufferers[callee] = Set(suffering + (sufferers[callee] ?? [])).sorted()
      }
    }
  }
}

extension FamilyScoring {
  /// What no callee explains at each service: the budgets before anybody shares them, and what spans show.
  func unexplainedByDimension() -> [[ComponentID: Double]] {
    let budgets = budgets().sorted { $0.key < $1.key }.map { _, budget in
      budget.own.indices.reduce(into: [ComponentID: Double]()) { shares, position in
        if budget.own[position] > 0 { shares[graph.identifiers[position]] = budget.own[position] }
      }
    }
    let spans = [SignalChannel.traceSelfTime, .traceErrors].map { channel in
      signals.filter { $0.channel == channel }.reduce(into: [ComponentID: Double]()) { shares, signal in
        shares[map.service(of: signal.component), default: 0] += signal.strength
      }
    }
    return budgets + spans
  }

  /// Services that use up a resource of their own, be it at one of their replicas.
  var consuming: Set<ComponentID> {
    Set(signals.filter(\.isUse).map { map.service(of: $0.component) })
  }
}
