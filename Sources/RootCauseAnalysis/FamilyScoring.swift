import IncidentModel

/// Turns signals into scores, family by family, taking from victims what others explain.
package struct FamilyScoring {
  let signals: [Signal]
  let map: ServiceMap
  let graph: CallGraph
  let symptom: Incident.Symptom?
  let load: LoadOrigin
  let waiting: Set<ComponentID>
  private(set) var hidden: HiddenCallees
  private(set) var shared: SharedCallees?
  /// By what factor, as a logarithm, each component's calls became slower.
  let slowness: [ComponentID: Double]
  let failing: [ComponentID: Double]
  /// Resource signals of what runs on each node.
  private let usedByHosted: [ComponentID: [Signal]]
  /// Whether nobody knows who calls whom, and no span tells: then only size says who is nearest to the cause.
  let isUnmapped: Bool
  /// Those that log, answer or fail unlike usual.
  let misbehaving: Set<ComponentID>
  /// Whether callers are relieved of what their callees explain.
  let subtractsCallees: Bool

  /// Pools and queues fill where callers wait: half of it is a consequence even at the cause.
  private static let waitingFactor = 0.6
  /// What load brings by itself is kept at this share, so that it still counts among equals.
  private static let explainedFactor = 0.1
  /// Of what a caller shows, the part that a hidden callee gets, and the part that the caller loses.
  private static let inherited = 0.95
  private static let handedDown = 0.5
  /// Log evidence from which on a line counts as a complaint of its own.
  static let complaintStrength = 4.0

  /// - Parameters:
  ///   - unmeasured: those who only answer, and of whose answers nothing is known.
  ///   - left: parts to leave out, for a measurement.
  package init(
    signals: [Signal], map: ServiceMap, graph: CallGraph, symptom: Incident.Symptom?, unmeasured: [ComponentID]? = nil,
    without left: Set<Ingredient> = []
  ) {
    let signals = signals.callsOnServices(map)
    self.signals = signals
    self.map = map
    self.graph = graph
    self.symptom = symptom
    failing = signals.failingShares
    load = LoadOrigin(signals: left.contains(.loadExplanation) ? [] : signals, map: map)
    isUnmapped = Self.isUnmapped(signals, map)
    let ofTrouble: Set<SignalChannel> = [.logPattern, .serviceLevel, .latencyExcess, .errorExcess]
    misbehaving = Set(signals.filter { ofTrouble.contains($0.channel) }.map(\.component))
    subtractsCallees = !left.contains(.calleeSubtraction)
    hidden = HiddenCallees(signals: signals, map: map, load: load, unmeasured: Set(unmeasured ?? []))
    var usedByHosted: [ComponentID: [Signal]] = [:]
    for signal in signals where signal.channel == .resource {
      if let node = map[signal.component]?.runsOn { usedByHosted[node, default: []].append(signal) }
    }
    self.usedByHosted = usedByHosted
    var slowness: [ComponentID: Double] = [:]
    for signal in signals where signal.channel == .latencyExcess {
      slowness[signal.component] = max(slowness[signal.component] ?? 0, signal.logRatio)
    }
    self.slowness = slowness
    // A service waits where its replicas do.
    waiting = Set(
      signals.filter { $0.isWaiting && $0.direction == .rise }
        .flatMap { [$0.component, map.service(of: $0.component)] })
    guard let unmeasured, subtractsCallees else { return }
    let shared = SharedCallees(
      unmeasured, unexplained: unexplainedByDimension(), consuming: consuming, map: map, load: load)
    self.shared = shared
    hidden.raise(to: shared.belief)
  }

  /// What was scored: the families that say anything, the budgets behind the first, and who complains about what.
  package struct Result {
    package var scores: [FamilyScores]
    package var budgets: [SignalChannel: ExcessBudget]
    package var complaints: [String: Set<ComponentID>]
  }

  package func all() -> Result {
    let budgets = budgets()
    let unexplained = unexplainedByCallees(budgets)
    let scores = EvidenceFamily.allCases.map { family in
      family == .budget ? budgetScores(budgets) : scored(family, unexplained)
    }
    var complaints: [String: Set<ComponentID>] = [:]
    for signal in signals where signal.channel == .logPattern {
      guard logs(signal, unexplained) >= Self.complaintStrength else { continue }
      complaints[signal.subject, default: []].insert(map.service(of: signal.component))
    }
    return Result(scores: scores.filter { $0.largest > 0 }, budgets: budgets, complaints: complaints)
  }

  // MARK: Other families

  private func scored(_ family: EvidenceFamily, _ unexplained: [ComponentID: Double]) -> FamilyScores {
    var scores = FamilyScores(family: family)
    var raw: [ComponentID: Double] = [:]
    for signal in signals where EvidenceFamily(signal.channel) == family {
      switch family {
      case .delay, .failures:
        scores.add(signal.strength * unloaded(signal), to: signal.component, signal.channel)
        raw[signal.component, default: 0] += signal.strength
      case .path:
        scores.raise(signal.component, to: signal.strength * unloaded(signal), signal.channel)
        raw[signal.component] = max(raw[signal.component] ?? 0, signal.strength)
      case .resource:
        scores.raise(signal.component, to: sized(signal, resource(signal, unexplained)), signal.channel)
      case .serviceLevel: scores.raise(signal.component, to: sized(signal, signal.strength), signal.channel)
      case .traffic:
        for share in load.blame(signal) { scores.raise(share.component, to: share.strength, signal.channel) }
      case .logs:
        let strength = logs(signal, unexplained)
        // Whoever says that somebody did not answer speaks of them as much as of itself.
        let named = signal.peer ?? mentioned(by: signal)
        if let named { scores.raise(named, to: strength * Self.inherited, signal.channel) }
        scores.raise(signal.component, to: named == nil ? strength : strength * Self.handedDown, signal.channel)
      default: scores.raise(signal.component, to: signal.strength, signal.channel)
      }
    }
    scores.unexplainedLargest = raw.values.max() ?? 0
    inherit(&scores)
    return subtractsCallees && (family == .serviceLevel || family == .logs) ? lessCallees(scores, share: 0.5) : scores
  }

  /// The share of a signal that the load at its service does not explain.
  private func unloaded(_ signal: Signal) -> Double {
    load.unexplainedShare(map.service(of: signal.component))
  }

  /// What callers of a hidden callee show beside slowness is as much the callee's: they pass on what they got. Slowness is,
  /// where nobody is there to answer.
  private func inherit(_ scores: inout FamilyScores) {
    guard [.failures, .path, .logs, .delay].contains(scores.family) else { return }
    var kept: [ComponentID: Double] = [:]
    for (callee, belief) in hidden.belief.sorted(by: { $0.key < $1.key }) {
      guard scores.family != .delay || hidden.gone.contains(callee) || shared?.belief[callee] != nil else { continue }
      let callers = map.callers(of: callee)
      let worst = callers.max { (scores.byComponent[$0] ?? 0, $1) < (scores.byComponent[$1] ?? 0, $0) }
      guard let worst, let value = scores.byComponent[worst], let channel = scores.channel[worst] else { continue }
      scores.raise(callee, to: value * belief * Self.inherited, channel)
      for caller in callers { kept[caller] = min(kept[caller] ?? 1, 1 - Self.handedDown * belief) }
    }
    for (caller, share) in kept { scores.byComponent[caller] = scores.byComponent[caller].map { $0 * share } }
  }

  /// Callers complain about what fails below them, and everybody about too much load.
  private func logs(_ signal: Signal, _ unexplained: [ComponentID: Double]) -> Double {
    let service = map.service(of: signal.component)
    return signal.strength * (0.15 + 0.85 * (unexplained[service] ?? 1)) * load.unexplainedShare(service)
  }

  /// What load does not explain of a resource's rise, and for waiting requests what callees do not explain.
  private func resource(_ signal: Signal, _ unexplained: [ComponentID: Double]) -> Double {
    var strength = signal.strength
    if signal.isWaiting {
      let service = map.service(of: signal.component)
      strength *= Self.waitingFactor * max(unexplained[service] ?? 1, Self.explainedFactor)
      // Beyond what a component can serve, a queue has no size that fits the load.
      strength *= unloaded(signal)
    }
    if usedByHosted[signal.component]?.contains(where: { $0.explains(signal) }) == true {
      strength *= Self.explainedFactor
    }
    let service = map.service(of: signal.component)
    let rise = load.rise(service)
    guard rise > 0, signal.logRatio > 0 else { return strength }
    // A queue grows faster than the load that fills it.
    let needed = signal.isWaiting ? 2.5 * rise : 1.2 * rise
    return strength * (signal.logRatio / needed - 1).clamped(to: Self.explainedFactor...1)
  }

  /// What shows in a callee shows in its callers as well: the deepest keeps its evidence.
  private func lessCallees(_ scores: FamilyScores, share: Double) -> FamilyScores {
    var reduced = scores
    var byService: [ComponentID: Double] = [:]
    for (component, value) in scores.byComponent {
      let service = map.service(of: component)
      byService[service] = max(byService[service] ?? 0, value)
    }
    for (component, value) in scores.byComponent {
      let service = map.service(of: component)
      let below = map.callees(of: service).compactMap { byService[$0] }.max() ?? 0
      reduced.byComponent[component] = max(value - share * below, 0.05 * value)
    }
    return reduced
  }
}
