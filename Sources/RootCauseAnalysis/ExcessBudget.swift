import IncidentModel

/// Who spends the symptom's excess: each component's excess over normal less what its callees explain.
///
/// A callee's excess is divided among its callers in proportion to their own. Where calls run in a circle that nobody
/// outside is known to suffer from, its users count as one more caller of its entry. A caller that is full of waiting
/// requests is slower than the sum of its callees; what it adds is believed only as far as its callees are not slower than
/// usual by as large a factor.
package struct ExcessBudget: Sendable {
  /// In the channel's unit; 0 for components without an excess. By position in the graph.
  package var excess: [Double]
  /// What no callee explains.
  package var own: [Double]
  /// The excess at the symptom, or at the entry that suffers most; 0 when nothing exceeds normal.
  package var target: Double
  package var targetPosition: Int?
  /// Whether the target is where users come in or where the symptom was noticed, not merely the largest excess.
  package var isTargetUsed: Bool
  package var targetSigmas: Double
  /// 0…3, and a trace of the deviation to break ties.
  package var score: [Double]

  /// A name that only callers report has no telemetry to convict it; one that calls others is an alias of them.
  private static let aliasFactor = 0.3
  private static let outsideFactor = 0.5
  /// The map may miss a call, so a component that the symptom does not reach is doubted, not excluded.
  private static let unreachedFactor = 0.3
  private static let mostTimesTarget = 3.0
  /// A mean told from quantiles may be as many times too large, where a few requests are much slower than all others.
  private static let mostTimesEstimated = 2.0
  /// The share of a caller's excess that its callees must explain before its queue is blamed on them.
  private static let queueNeedsShare = 0.1
  /// A callee that slowed down by this share of its caller's factor explains all of the caller's queue.
  static let fullQueueShare = 0.5

  /// - Parameters:
  ///   - signals: of one channel, `latencyExcess` or `errorExcess`; those of several clients of a component add up.
  ///   - anchors: where the incident was noticed.
  ///   - waiting: components whose pools, queues or connections fill up.
  ///   - withOwnTrouble: components that show trouble of their own: nobody needs to notice it but one caller.
  ///   - hidden: how much it is believed, 0…1, that requests fare badly at components that nobody measures.
  ///   - subtractsCallees: false only to measure what the subtraction is worth.
  package init(
    signals: [Signal], graph: CallGraph, map: ServiceMap, anchors: [ComponentID], waiting: Set<ComponentID>,
    withOwnTrouble: Set<ComponentID> = [], hidden: [ComponentID: Double] = [:], subtractsCallees: Bool = true
  ) {
    let count = graph.identifiers.count
    var excess = [Double](repeating: 0, count: count)
    var sigmas = excess
    var rises = excess
    var estimated: Set<Int> = []
    let noticed = Self.noticedShares(signals.filter { !withOwnTrouble.contains($0.component) }, graph, map)
    for signal in signals {
      guard let position = graph.position(of: signal.component) else { continue }
      excess[position] += signal.strength * (noticed[position] ?? 1)
      sigmas[position] = max(sigmas[position], abs(signal.deviationSigmas))
      rises[position] = max(rises[position], abs(signal.logRatio))
      if signal.isEstimatedMean { estimated.insert(position) }
    }
    own = excess
    if subtractsCallees {
      own = Self.own(
        excess, rises, graph, waiting, estimated, Set(noticed.filter { $0.value < 1 }.keys),
        Set(anchors.compactMap(graph.position)))
      Self.handDown(&own, &excess, &sigmas, graph, hidden)
    }
    let named = anchors.compactMap(graph.position)
    let position = Self.target(named, excess, graph, map)
    let target = position.map { excess[$0] } ?? 0
    let reached = position.map { graph.reached(from: $0) } ?? [Bool](repeating: true, count: count)
    self.excess = excess
    self.target = target
    targetPosition = position
    targetSigmas = position.map { sigmas[$0] } ?? 0
    isTargetUsed = position.map { named.contains($0) || Self.isEntry($0, graph, map) } ?? false
    let own = own
    // Scaled, not cut, so that several large ones keep their order.
    let most = own.indices.filter { reached[$0] }.map { own[$0] }.max() ?? 0
    let whole = max(target, most / Self.mostTimesTarget)
    score = own.indices.map { index in
      guard excess[index] > 0, target > 0 else { return 0 }
      let sigma = sigmas[index]
      var score = min(own[index] / whole, Self.mostTimesTarget) * (1 - Number.exp(-sigma / 4))
      if map.components[index].isObservedOnlyByCallers {
        let isOutside = map.components[index].role == .external && graph.callees[index].isEmpty
        score *= isOutside ? Self.outsideFactor : Self.aliasFactor
      }
      if !reached[index] { score *= Self.unreachedFactor }
      return score + 1e-3 * sigma / (1 + sigma)
    }
  }

  /// What one of several callers alone notices of a component is as likely the caller's own: its pool of connections, or its
  /// way there. Only where clients say whom they asked is it known who notices.
  private static func noticedShares(_ signals: [Signal], _ graph: CallGraph, _ map: ServiceMap) -> [Int: Double] {
    var clients: [Int: Set<ComponentID>] = [:]
    for signal in signals {
      guard let position = graph.position(of: signal.component), let client = signal.client else { continue }
      clients[position, default: []].insert(map.service(of: client))
    }
    return clients.compactMapValues { $0.count == 1 ? $0 : nil }.reduce(into: [:]) { shares, entry in
      shares[entry.key] = 1 / Double(max(graph.callers[entry.key].count, 1))
    }
  }

  private static func own(
    _ excess: [Double], _ rises: [Double], _ graph: CallGraph, _ waiting: Set<ComponentID>, _ estimated: Set<Int>,
    _ noticedByOne: Set<Int>, _ noticedAt: Set<Int>
  ) -> [Double] {
    var own = excess
    let entries = entriesOfCycles(excess, graph, noticedAt)
    for callee in excess.indices where excess[callee] > 0 {
      let users = entries[graph.cycles[callee]] == callee ? excess[callee] : 0
      let isInside = { graph.cycles[$0] == graph.cycles[callee] }
      let outside = graph.callers[callee].reduce(0) { isInside($1) ? $0 : $0 + excess[$1] }
      let all = graph.callers[callee].reduce(users) { $0 + excess[$1] }
      for caller in graph.callers[callee] where excess[caller] > 0 {
        // What runs in a circle comes back to the same requests: it takes nothing from what those outside wait for.
        let taken = excess[callee] * excess[caller] / (isInside(caller) ? all : outside)
        let isTooLarge = estimated.contains(caller) && !estimated.contains(callee)
        own[caller] -= isTooLarge ? Self.mostTimesEstimated * taken : taken
      }
    }
    // Callers before callees: what a full queue added is handed on to the callees that filled it.
    let order = own.indices.filter { excess[$0] > 0 }.sorted { (-graph.cycles[$0], $0) < (-graph.cycles[$1], $1) }
    var handedOn = [Double](repeating: 0, count: own.count)
    for position in order {
      let explained = 1 - max(own[position], 0) / excess[position]
      own[position] = max(own[position], 0) + handedOn[position]
      guard explained >= queueNeedsShare, waiting.contains(graph.identifiers[position]) else { continue }
      // What only this caller waits for is as likely its own queue.
      let callees = graph.callees[position].filter {
        graph.cycles[$0] != graph.cycles[position] && excess[$0] > 0 && !noticedByOne.contains($0)
      }
      let steepest = callees.map { rises[$0] }.max() ?? 0
      let share = (steepest / max(fullQueueShare * rises[position], 0.01)).clamped(to: 0...1)
      let slow = callees.filter { rises[$0] >= 0.5 * steepest }
      let total = slow.reduce(0) { $0 + excess[$1] }
      guard total > 0 else { continue }
      for callee in slow { handedOn[callee] += own[position] * share * excess[callee] / total }
      own[position] *= 1 - share
    }
    return own
  }

  /// For each cycle whose callers outside of it have no excess the member that users ask: where the incident was noticed,
  /// otherwise the one that is asked by the fewest and asks the most.
  private static func entriesOfCycles(_ excess: [Double], _ graph: CallGraph, _ noticedAt: Set<Int>) -> [Int: Int] {
    func rank(_ member: Int) -> (Int, Int, Int, Double) {
      let isNoticed = noticedAt.contains(member)
      return (isNoticed ? 0 : 1, graph.callers[member].count, -graph.callees[member].count, -excess[member])
    }
    var entries: [Int: Int] = [:]
    var askedOutside: Set<Int> = []
    for member in excess.indices where excess[member] > 0 {
      let cycle = graph.cycles[member]
      if graph.callers[member].contains(where: { graph.cycles[$0] != cycle && excess[$0] > 0 }) {
        askedOutside.insert(cycle)
      }
      if let known = entries[cycle], rank(known) < rank(member) { continue }
      entries[cycle] = member
    }
    return entries.filter { !askedOutside.contains($0.key) }
  }

  /// Gives hidden callees what their callers cannot explain, as far as they are believed; several callees share.
  private static func handDown(
    _ own: inout [Double], _ excess: inout [Double], _ sigmas: inout [Double], _ graph: CallGraph,
    _ hidden: [ComponentID: Double]
  ) {
    guard !hidden.isEmpty else { return }
    for caller in own.indices where own[caller] > 0 && sigmas[caller] > 0 {
      let callees = graph.callees[caller].filter { hidden[graph.identifiers[$0]] != nil }
      let beliefs = callees.map { hidden[graph.identifiers[$0]] ?? 0 }
      guard let most = beliefs.max() else { continue }
      let total = beliefs.reduce(0, +)
      let handed = own[caller] * most
      own[caller] -= handed
      for (callee, belief) in zip(callees, beliefs) {
        own[callee] += handed * belief / total
        excess[callee] = own[callee]
        sigmas[callee] = max(sigmas[callee], sigmas[caller])
      }
    }
  }

  /// Of those where the incident was noticed, otherwise of the entries, otherwise of all, the largest excess.
  private static func target(_ named: [Int], _ excess: [Double], _ graph: CallGraph, _ map: ServiceMap) -> Int? {
    let moved = excess.indices.filter { excess[$0] > 0 }
    let noticed = named.filter { excess[$0] > 0 }
    let entries = moved.filter { isEntry($0, graph, map) }
    let candidates = noticed.isEmpty ? (entries.isEmpty ? moved : entries) : noticed
    return candidates.max { (excess[$0], -$0) < (excess[$1], -$1) }
  }

  private static func isEntry(_ position: Int, _ graph: CallGraph, _ map: ServiceMap) -> Bool {
    graph.callers[position].isEmpty && !graph.callees[position].isEmpty
      && !map.components[position].isObservedOnlyByCallers
  }
}
