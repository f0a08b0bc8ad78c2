import IncidentModel

/// Bounds the signals of one investigation without losing a component or a channel.
package enum SignalSelection {
  package static let maximumCount = 400

  /// The strongest of each channel in turn until the bound, then the strongest of each component that is still
  /// missing. Sorted by channel, then by strength; the order of the input does not matter.
  package static func strongest(_ signals: [Signal]) -> [Signal] {
    // Numbers are moved faster than signals.
    let sorted = signals.indices.sorted { precedes(signals[$0], signals[$1]) }.map { signals[$0] }
    guard sorted.count > maximumCount else { return sorted }
    var ranks: [SignalChannel: Int] = [:]
    let ranked = sorted.map { signal -> (rank: Int, signal: Signal) in
      let rank = ranks[signal.channel, default: 0]
      ranks[signal.channel] = rank + 1
      return (rank, signal)
    }
    let byRank = ranked.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
    var seen: Set<ComponentID> = []
    var kept: [Int] = []
    for (order, entry) in byRank.enumerated() {
      let isNew = seen.insert(entry.element.signal.component).inserted
      if order < maximumCount || isNew { kept.append(entry.offset) }
    }
    return kept.sorted().map { sorted[$0] }
  }

  private static func precedes(_ left: Signal, _ right: Signal) -> Bool {
    if left.channel != right.channel { return left.channel < right.channel }
    if left.strength != right.strength { return left.strength > right.strength }
    if left.component != right.component { return left.component < right.component }
    if left.subject != right.subject { return left.subject < right.subject }
    return (left.peer ?? "") < (right.peer ?? "")
  }
}
