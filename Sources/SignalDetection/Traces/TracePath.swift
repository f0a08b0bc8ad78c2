import IncidentModel
import Telemetry

/// Steps inside spans that became usual with the incident: a call or a log line that is new, or the end of the span where
/// something else used to follow.
///
/// Only what rises is scored: a step that vanished shows as the rise of what takes its place.
struct TracePath {
  struct Deviation {
    var node: Int32
    var before: Int32
    var actual: Int32
    /// What used to follow: the step that lost most.
    var expected: Int32?
    /// `actual` after `before`, among all that followed `before`.
    var observedCount: Int
    var observedTotal: Int
    var historyCount: Int
    var historyTotal: Int
    /// Nats.
    var strength: Double
    /// When it was first seen in the incident and not explained by something else.
    var firstSeen: Int64

    var observedShare: Double { Double(observedCount) / Double(max(observedTotal, 1)) }
    var historyShare: Double { Double(historyCount) / Double(max(historyTotal, 1)) }
  }

  /// Strongest first.
  private(set) var deviations: [Deviation] = []

  static let minimumObservedTotal = 3
  static let minimumObservedCount = 2
  static let minimumHistoryTotal = 5
  static let minimumRise = 0.05
  static let minimumSigmas = 3.0
  static let minimumNats = 6.0
  static let maximumNats = 40.0
  static let maximumCount = 60
  /// History counts for at most so many draws: what varies from day to day is not binomial.
  static let maximumHistoryDraws = 100.0

  init(_ walker: inout SpanSteps, slow: [Bool], _ failures: FailedCalls) {
    let table = StepTable(&walker)
    let kept = (0..<Int32(table.observed.count)).filter { Self.isCandidate($0, table) }
    var keptPosition = [Int32](repeating: -1, count: table.observed.count)
    for (position, transition) in kept.enumerated() { keptPosition[Int(transition)] = Int32(position) }
    guard !kept.isEmpty else { return }
    let instances = Self.instances(&walker, table, keptPosition)
    let unexplained = Self.unexplained(instances, walker.frame, slow, failures, count: kept.count)
    var scored: [(transition: Int32, strength: Double, firstSeen: Int64)] = []
    for (position, transition) in kept.enumerated() {
      guard let first = unexplained[position].first else { continue }
      let share = Double(unexplained[position].count) / Double(table.observed[Int(transition)])
      guard let strength = Self.strength(transition, table, unexplainedShare: share) else { continue }
      scored.append((transition, strength, first))
    }
    scored.sort { ($1.strength, $0.transition) < ($0.strength, $1.transition) }
    deviations = scored.prefix(Self.maximumCount).map {
      Self.deviation($0.transition, table, $0.strength, firstSeen: $0.firstSeen)
    }
  }

  private struct Counts {
    var k1: Double, n1: Double, k0: Double, n0: Double
    var p1: Double { k1 / n1 }
    var p0: Double { (k0 + 0.5) / (n0 + 1) }
  }

  private static func counts(_ transition: Int32, _ table: StepTable) -> Counts {
    let context = Int(table.context(of: transition))
    let number = Int(transition)
    return Counts(
      k1: Double(table.observed[number]), n1: Double(table.contextObserved[context]),
      k0: Double(table.history[number]), n0: Double(table.contextHistory[context]))
  }

  private static func isCandidate(_ transition: Int32, _ table: StepTable) -> Bool {
    let c = counts(transition, table)
    guard
      c.n1 >= Double(minimumObservedTotal), c.k1 >= Double(minimumObservedCount), c.n0 >= Double(minimumHistoryTotal),
      c.p1 - c.p0 >= minimumRise
    else { return false }
    let deviation = (c.p0 * (1 - c.p0) * (1 / c.n1 + 1 / (c.n0 + 1))).squareRoot()
    guard deviation > 0, (c.p1 - c.p0) / deviation >= minimumSigmas else { return false }
    return surprise(c, count: c.k1) >= minimumNats
  }

  private static func surprise(_ c: Counts, count: Double) -> Double {
    let weight = min(1, maximumHistoryDraws / c.n0)
    return BetaBinomial.surprise(
      atLeast: Int(count), of: Int(c.n1), alpha: c.k0 * weight + 0.5, beta: (c.n0 - c.k0) * weight + 0.5)
  }

  private static func strength(_ transition: Int32, _ table: StepTable, unexplainedShare: Double) -> Double? {
    let c = counts(transition, table)
    let count = (c.k1 * unexplainedShare).rounded()
    guard count >= 1 else { return nil }
    let strength = min(maximumNats, surprise(c, count: count) * max(0, 1 - c.p0 / c.p1))
    return strength > 0 ? strength : nil
  }

  private struct Instance {
    var row: Int32
    var kept: Int32
    var time: Int64
  }

  /// Every occurrence of a kept transition in the incident, in row order.
  private static func instances(
    _ walker: inout SpanSteps, _ table: StepTable, _ keptPosition: [Int32]
  ) -> [Instance] {
    let frame = walker.frame
    var instances: [Instance] = []
    for row in 0..<frame.table.count where frame.windowOfRow[row] == 0 {
      if frame.isCall(row) { continue }
      walker.walk(row)
      for position in 1..<walker.steps.count {
        guard
          let transition = table.transition(
            node: frame.nodeOfRow[row], from: walker.steps[position - 1], to: walker.steps[position])
        else { continue }
        let kept = keptPosition[Int(transition)]
        guard kept >= 0 else { continue }
        instances.append(Instance(row: Int32(row), kept: kept, time: walker.times[position]))
      }
    }
    return instances
  }

  /// By kept transition, when its occurrences happened that nothing else explains; ascending.
  ///
  /// In a trace the service in which something first went another way explains the rest; and waiting for a slow service
  /// below, or a call that failed, explains what a caller does instead.
  private static func unexplained(
    _ instances: [Instance], _ frame: TraceFrame, _ slow: [Bool], _ failures: FailedCalls, count: Int
  ) -> [[Int64]] {
    var first = [Int32: (time: Int64, service: Int32)]()
    for instance in instances {
      let trace = frame.table.traces[Int(instance.row)]
      let service = frame.serviceOfRow[Int(instance.row)]
      if let earliest = first[trace], earliest.time <= instance.time { continue }
      first[trace] = (instance.time, service)
    }
    let waits = SlowBelow(frame, slow)
    var times = [[Int64]](repeating: [], count: count)
    for instance in instances {
      let row = Int(instance.row)
      let isFirst = first[frame.table.traces[row]]?.service == frame.serviceOfRow[row]
      let isExplained = waits.hasSlowServiceBelow[row] || failures.isAny(before: instance.time, inRequestOf: row)
      if isFirst, !isExplained { times[Int(instance.kept)].append(instance.time) }
    }
    for position in times.indices { times[position].sort() }
    return times
  }

  private static func deviation(
    _ transition: Int32, _ table: StepTable, _ strength: Double, firstSeen: Int64
  ) -> Deviation {
    let (context, actual) = table.transitions.pair(transition)
    let (node, before) = table.contexts.pair(context)
    let c = counts(transition, table)
    var expected: (step: Int32, loss: Double)?
    for other in 0..<Int32(table.observed.count) where table.context(of: other) == context && other != transition {
      let o = counts(other, table)
      let loss = o.k0 / max(o.n0, 1) - o.p1
      if loss > (expected?.loss ?? 0) { expected = (table.transitions.pair(other).second, loss) }
    }
    return Deviation(
      node: node, before: before, actual: actual, expected: expected?.step, observedCount: Int(c.k1),
      observedTotal: Int(c.n1), historyCount: Int(c.k0), historyTotal: Int(c.n0), strength: strength,
      firstSeen: firstSeen)
  }
}

/// Which spans have a slow span of another service somewhere below them.
struct SlowBelow {
  private(set) var hasSlowServiceBelow: [Bool]

  init(_ frame: TraceFrame, _ slow: [Bool]) {
    // Two different services are enough to know whether one of them is not the row's own.
    var first = [Int32](repeating: -1, count: frame.table.count)
    var second = first
    var has = [Bool](repeating: false, count: frame.table.count)
    func add(_ service: Int32, to row: Int) {
      guard service >= 0, first[row] != service else { return }
      if first[row] < 0 { first[row] = service } else { second[row] = service }
    }
    for row in frame.topDown.reversed() {
      let row = Int(row)
      let own = frame.serviceOfRow[row]
      for child in frame.children[row] {
        add(first[Int(child)], to: row)
        add(second[Int(child)], to: row)
      }
      has[row] = (first[row] >= 0 && first[row] != own) || (second[row] >= 0 && second[row] != own)
      if slow[row] { add(own, to: row) }
    }
    hasSlowServiceBelow = has
  }
}
