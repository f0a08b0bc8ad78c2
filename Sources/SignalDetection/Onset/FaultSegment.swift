import IncidentModel
import Telemetry

/// The stretch of rows that a changed level explains better than the normal one: a least-absolute-deviation change
/// point pair with known levels, found in one pass as the segment of largest sum.
package enum FaultSegment {
  /// What a row speaks for: +1 the changed level, -1 the normal one. `threshold` is the share of the way from normal
  /// to changed at which a row speaks for neither; a row without a value says 0.
  package static func gain(_ value: Double, normal: Double, changed: Double, threshold: Double = 0.5) -> Double {
    guard value.isFinite, changed != normal, threshold > 0 else { return 0 }
    return ((value - normal) / (changed - normal) / threshold - 1).clamped(to: -1...1)
  }

  /// When a series first moved from normal towards a changed level: the change point to a level of a few spreads, so
  /// that a ramp is dated where it begins and not where it is half done. Nil where it did not move.
  static func firstMove(
    of series: MetricSeries, in search: TimeWindow, baseline: Baseline, towards changed: Double
  ) -> Timestamp? {
    let distance = min(abs(changed - baseline.median), 6 * baseline.spread)
    let near = baseline.median + (changed >= baseline.median ? distance : -distance)
    let rows = series.rows(in: search)
    let first = onset(rows.map { gain(series.values[$0], normal: baseline.median, changed: near) })
    return first < rows.count ? Timestamp(nanoseconds: series.times[rows.lowerBound + first]) : nil
  }

  /// The segment with the largest sum (Kadane's algorithm), the earliest of equals; nil when no gain is positive.
  package static func best(_ gains: [Double]) -> (rows: Range<Int>, sum: Double)? {
    var best: (rows: Range<Int>, sum: Double)?
    var start = 0
    var sum = 0.0
    for (row, gain) in gains.enumerated() {
      if sum <= 0 {
        start = row
        sum = 0
      }
      sum += gain
      if sum > best?.sum ?? 0 { best = (start..<row + 1, sum) }
    }
    return best
  }

  /// The split that separates normal rows before from changed rows after best; `gains.count` when nothing changed.
  package static func onset(_ gains: [Double]) -> Int {
    var best = gains.count
    var bestSum = 0.0
    var sum = 0.0
    for row in gains.indices.reversed() {
      sum += gains[row]
      if sum > bestSum {
        bestSum = sum
        best = row
      }
    }
    return best
  }
}
