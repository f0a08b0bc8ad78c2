import IncidentModel

/// What became of the last change of an alert. The later cases win over the earlier ones where an alert is in several
/// groups, or is muted first and notified later.
package enum AlertFate: Int, Hashable, Sendable, Codable, CaseIterable, Comparable {
  /// It waits for its group's next look, or its group had nothing new to tell.
  case grouped
  case mutedByInterval
  case silenced
  case inhibited
  /// Held since it begins again and again.
  case flapping
  /// Held since too much began at once, and this was neither the first nor worse than what was told.
  case heldByStorm
  /// Held since its receiver has had as many pages as it may get in that time.
  case overBudget
  case notified

  package static func < (left: AlertFate, right: AlertFate) -> Bool { left.rawValue < right.rawValue }
}

/// An alert that the desk knows. Moments are nanoseconds since 1970.
struct ActiveAlert: Hashable, Sendable {
  var labels: LabelSet
  var annotations: LabelSet
  var startsAt: Int64
  var endsAt: Int64
  var updatedAt: Int64
  /// Whether the end is only assumed, since the sender gave none.
  var endIsAssumed: Bool
  var fate: AlertFate = .grouped
  /// How many groups hold it.
  var groupCount: Int32 = 0
  /// Whether it is in all of its groups and each was looked at: then a report of what is known changes nothing there.
  var isSettled = false
  /// The incident that it is a part of; 0 where incidents are not correlated.
  var incident: Int32 = 0
  /// Whether this time it led to anything.
  var wasUseful = false

  func isResolved(at moment: Int64) -> Bool { endsAt <= moment }

  /// Alertmanager's rules for two reports of one alert whose times overlap; this is the older report.
  func merged(with newer: ActiveAlert, at now: Int64) -> ActiveAlert {
    let activityOverlaps =
      (newer.endsAt > startsAt && newer.endsAt < endsAt) || (newer.startsAt > startsAt && newer.startsAt < endsAt)
    guard activityOverlaps else { return newer }
    var result = newer
    result.startsAt = min(startsAt, newer.startsAt)
    if newer.isResolved(at: now) {
      if isResolved(at: now), endsAt > newer.endsAt { result.endsAt = endsAt }
    } else if endsAt > newer.endsAt, !endIsAssumed {
      result.endsAt = endsAt
    }
    return result
  }
}

extension ActiveAlert: Codable {}

/// How many alerts were received and what became of them; every one is counted exactly once.
package struct DeskCounts: Hashable, Sendable, Codable {
  package enum Rejection: String, Hashable, Sendable, Codable, CaseIterable {
    case noLabels = "no labels"
    case badName = "a label's name is empty or not allowed"
    case endsBeforeStart = "the end is before the start"
    case tooLarge = "labels and annotations are too large"
    case tooMany = "too many alerts at once"
  }

  package var received = 0
  package var rejected: [Rejection: Int] = [:]
  /// Reports of an alert that say what was known.
  package var deduplicated = 0
  /// Reports of an alert that is taken for another one, which fires.
  package var deduplicatedInto = 0
  /// Changes of alerts, by what became of them.
  package var byFate: [AlertFate: Int] = [:]
  /// Events whose time was before that of an earlier event; they were taken as of then.
  package var outOfOrder = 0

  /// Whether nothing was lost.
  package var addUp: Bool {
    received == rejected.values.reduce(0, +) + deduplicated + deduplicatedInto + byFate.values.reduce(0, +)
  }
}
