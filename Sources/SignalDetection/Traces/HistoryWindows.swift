import IncidentModel
import Telemetry

/// Normal time, cut into windows that one stretch of an incident can be compared with.
///
/// What differs from window to window on healthy days is the measure of what is unusual, so several short windows say
/// more than one long one.
enum HistoryWindows {
  /// About what a recorder keeps before an alert. Where events are sparse, windows are twice as long, and twice again,
  /// until enough of them hold enough.
  static let seconds = 125.0
  static let doublings = 5
  static let wantedCount = 5
  /// More windows do not make the spread any better known.
  static let maximumCount = 40
  /// An estimated onset is often late: what lies directly before it is then no longer normal.
  static let guardSeconds = 30.0

  /// Cuts every reference window backwards from its end, newest first, and keeps those with enough events.
  ///
  /// `times` are the events' times, ascending, in nanoseconds. Stretches without events are jumped over.
  /// The result is oldest first and disjoint.
  static func windows(
    of comparison: Comparison, over times: [Int64], holdingAtLeast minimumEventCount: Int
  ) -> [TimeWindow] {
    let references = clipped(comparison)
    var best: [TimeWindow] = []
    for doubling in 0...doublings {
      let length = Int64(seconds * 1e9) << Int64(doubling)
      let found = cut(references, into: length, times, minimumEventCount)
      if found.count > best.count { best = found }
      if best.count >= wantedCount { break }
    }
    return best
  }

  private static func cut(
    _ references: [TimeWindow], into length: Int64, _ times: [Int64], _ minimumEventCount: Int
  ) -> [TimeWindow] {
    var found: [TimeWindow] = []
    for reference in references.reversed() {
      var end = reference.end.nanoseconds
      let start = reference.start.nanoseconds
      while end > start, found.count < maximumCount {
        let upper = times.firstIndex(notBelow: end)
        guard upper > 0, times[upper - 1] >= start else { break }
        // Both lie inside the reference window, so that the differences stay in range or saturate harmlessly.
        let (distance, overflow) = (end - 1).subtractingReportingOverflow(times[upper - 1])
        if overflow { break }
        end -= distance / length * length
        let (low, underflow) = end.subtractingReportingOverflow(length)
        let lower = underflow ? start : max(low, start)
        if upper - times.firstIndex(notBelow: lower) >= minimumEventCount {
          found.append(TimeWindow(start: Timestamp(nanoseconds: lower), end: Timestamp(nanoseconds: end)))
        }
        end = lower
      }
    }
    return found.sorted { $0.start < $1.start }
  }

  /// The reference windows without what may belong to the incident.
  private static func clipped(_ comparison: Comparison) -> [TimeWindow] {
    let isEstimated = comparison.onsetSource == .estimated
    let limit = isEstimated ? comparison.onset.advanced(bySeconds: -guardSeconds) : comparison.onset
    return comparison.reference.compactMap { reference in
      var window = reference
      if window.start < comparison.onset { window.end = min(window.end, limit) }
      return window.isEmpty ? nil : window
    }
  }
}
