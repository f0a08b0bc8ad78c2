import IncidentModel

/// Where nobody knows who calls whom, and no span tells: what size and what lines say is all there is.
extension FamilyScoring {
  /// Where nobody knows who calls whom: the one that shows trouble itself and that a line of another names.
  func mentioned(by line: Signal) -> ComponentID? {
    guard isUnmapped, line.direction == .rise else { return nil }
    let words = Set(line.subject.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    let named = misbehaving.filter { $0 != line.component && words.contains($0.rawValue.lowercased()[...]) }
    return named.count == 1 ? named.first : nil
  }

  /// Strength by size where the map is missing. The same delay is a smaller factor for each caller above, since callers
  /// wait for the rest as well, and of their requests a smaller share fails; how significant a move is grows with how
  /// quiet the series was, which says nothing about who is the cause.
  func sized(_ signal: Signal, _ strength: Double) -> Double {
    guard isUnmapped, signal.strength > 0, signal.deviationSigmas != 0 else { return strength }
    let significance = min(Number.log(1 + max(abs(signal.deviationSigmas) - 3, 0)), 1)
    let size = signal.size ?? 0
    // A resource that is used less is seldom a cause, and of some nobody knows what they are.
    let role = signal.metricClass == .other ? 0.5 : signal.channel == .resource && signal.direction == .fall ? 0.3 : 1
    return significance * size * role * strength / signal.strength
  }

  /// Whether a signal can only be judged by its size.
  static func isUnmapped(_ signals: [Signal], _ map: ServiceMap) -> Bool {
    map.calls.isEmpty && !signals.contains { Self.fromTraces.contains($0.channel) }
  }

  private static let fromTraces: Set<SignalChannel> = [.traceSelfTime, .traceEdgeGap, .traceErrors, .tracePath]
}
