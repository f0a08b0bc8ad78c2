import IncidentModel
import Telemetry

/// What is normal at the same time of day, where the history is long enough to know.
package struct SeasonalNormal: Hashable, Sendable {
  package var median: Double
  package var spread: Double

  private static let daySeconds = 86_400.0
  /// Days of history before time of day is used at all.
  private static let fewestDays = 3
  private static let mostDays = 14
  /// How far from the same time of day a sample may lie.
  private static let toleranceSeconds = 900.0

  /// Nil with less than `fewestDays` days of history, or when time of day explains nothing.
  package init?(_ series: MetricSeries, _ comparison: Comparison, spread usual: Double) {
    guard comparison.usesTimeOfDay, let first = comparison.reference.first, let last = comparison.reference.last,
      first.start.seconds(until: last.end) >= Double(Self.fewestDays) * Self.daySeconds
    else { return nil }
    let slack = Self.toleranceSeconds
    var daily: [Double] = []
    var deviations: [Double] = []
    for day in 1...Self.mostDays {
      let shift = -Double(day) * Self.daySeconds
      let same = TimeWindow(
        start: comparison.observed.start.advanced(bySeconds: shift - slack),
        end: comparison.observed.end.advanced(bySeconds: shift + slack))
      let samples = comparison.reference.flatMap { series.samples(in: [$0.intersection(same)]) }
      guard let median = OrderStatistics.median(of: samples) else { continue }
      daily.append(median)
      deviations += samples.map { abs($0 - median) }
    }
    guard daily.count >= Self.fewestDays, let median = OrderStatistics.median(of: daily),
      let within = OrderStatistics.median(of: deviations),
      let between = OrderStatistics.median(of: daily.map { abs($0 - median) })
    else { return nil }
    let spread = 1.4826 * (within * within + between * between).squareRoot()
    guard spread < usual else { return nil }
    self.median = median
    self.spread = spread
  }
}

extension TimeWindow {
  /// Empty where the two do not overlap.
  package func intersection(_ other: TimeWindow) -> TimeWindow {
    TimeWindow(start: max(start, other.start), end: max(max(start, other.start), min(end, other.end)))
  }
}
