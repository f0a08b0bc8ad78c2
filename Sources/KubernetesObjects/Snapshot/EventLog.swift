/// Events, bounded: of each object and reason the newest with the same beginning, and of all no more than a limit.
///
/// What is kept does not depend on the order in which events come.
package struct EventLog: Sendable {
  package static let maximumCount = 200_000

  private let limit: Int
  private var kept: [Key: ClusterEvent] = [:]
  /// Events that newer ones of the same kind replaced.
  package private(set) var replacedCount = 0
  /// Events that the limit cost.
  package private(set) var forgottenCount = 0

  private struct Key: Hashable {
    var object: ObjectReference
    var reason: String
    /// The first bytes tell apart what one reason is used for: `Liveness probe f…`, `Readiness probe …`.
    var beginning: String

    init(_ event: ClusterEvent) {
      object = event.object
      reason = event.reason
      beginning = String(decoding: event.message.utf8.prefix(15), as: UTF8.self)
    }
  }

  /// - Parameter limit: how many are kept when reading is done; while reading, up to twice as many.
  package init(limit: Int = Self.maximumCount) { self.limit = limit }

  package var count: Int { kept.count }

  package mutating func insert(_ event: ClusterEvent) {
    let key = Key(event)
    if let other = kept[key] {
      // A watch brings the same event again with a higher count; only another one is replaced.
      if other.name != event.name { replacedCount += 1 }
      if ClusterEvent.isLater(event, other) { kept[key] = event }
      return
    }
    kept[key] = event
    if kept.count > 2 * limit { prune() }
  }

  /// All of them, the newest first.
  package func newestFirst() -> [ClusterEvent] {
    Array(kept.values.sorted(by: ClusterEvent.isLater).prefix(limit))
  }

  /// Of each object the newest first: many short lists are sorted sooner than one that is long.
  package func newestFirstOfEachObject() -> [ObjectReference: [ClusterEvent]] {
    guard kept.count <= limit else { return Dictionary(grouping: newestFirst(), by: \.object) }
    return Dictionary(grouping: kept.values, by: \.object).mapValues {
      $0.count == 1 ? $0 : $0.sorted(by: ClusterEvent.isLater)
    }
  }

  /// Brings the log down to its limit; called when reading is done.
  package mutating func prune() {
    guard kept.count > limit else { return }
    let sorted = kept.values.sorted(by: ClusterEvent.isLater)
    for event in sorted[limit...] { kept[Key(event)] = nil }
    forgottenCount += sorted.count - limit
  }
}
