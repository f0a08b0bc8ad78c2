/// Which groups look again early when something changes that no report of their own members tells of.
///
/// Subjects are hashes: two that fall together wake a group for nothing, which changes nothing. What a woken group had
/// entered elsewhere stays until the whole is made anew.
struct SleepingGroups: Sendable {
  private struct Entry: Sendable {
    var group: Int32
    /// The place of the entry before of the same subject; -1 for none.
    var previous: Int32
  }

  private var entries: [Entry] = []
  private var last: [UInt64: Int32] = [:]
  /// Twice as many as there were when they were made anew.
  private var limit = minimumLimit

  private static let minimumLimit = 1024

  var isFull: Bool { entries.count >= limit }

  mutating func add(_ group: Int, under subject: UInt64) {
    let previous = last[subject] ?? -1
    if previous >= 0, entries[Int(previous)].group == Int32(truncatingIfNeeded: group) { return }
    last[subject] = Int32(truncatingIfNeeded: entries.count)
    entries.append(Entry(group: Int32(truncatingIfNeeded: group), previous: previous))
  }

  /// The groups under a subject, which are under it no longer.
  mutating func take(under subject: UInt64) -> [Int] {
    guard !entries.isEmpty, var place = last.removeValue(forKey: subject) else { return [] }
    var groups: [Int] = []
    while place >= 0 {
      groups.append(Int(entries[Int(place)].group))
      place = entries[Int(place)].previous
    }
    return groups
  }

  mutating func makeAnew(_ fill: (inout SleepingGroups) -> Void) {
    var anew = SleepingGroups()
    fill(&anew)
    anew.limit = max(Self.minimumLimit, 2 * anew.entries.count)
    self = anew
  }
}

/// Until when a look would find what this one found, as long as nothing is reported.
struct Outlook {
  private(set) var until = Int64.max

  mutating func changes(at moment: Int64) { until = min(until, moment) }

  /// Something was done, or waits to be: the next look is needed.
  mutating func mustLookAgain() { until = .min }
}
