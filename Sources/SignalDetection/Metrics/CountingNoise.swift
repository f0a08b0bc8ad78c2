import IncidentModel
import Telemetry

/// How far a count of rare events scatters by itself: where hardly anything ever fails, one failure is no departure.
///
/// The count of one row has the Poisson distribution's standard deviation, the root of its mean, with one event more so
/// that what was never seen has a spread as well.
struct CountingNoise {
  /// Turns a row into a number of events: the time that it stands for, where it is a rate; 1 where it is a number.
  let perRow: Double
  /// The same where the unit does not say: the least that it ever was, below 1, is taken for one event.
  private let likelyPerRow: Double

  /// Nil where the series counts no failures.
  init?(_ series: MetricSeries) {
    guard series.metricClass == .errors, !MetricScale.isRatio(series.unit) else { return nil }
    let known = MetricScale.periods(in: max(series.samplingSeconds ?? 60, 1e-3), of: series.unit)
    perRow = known ?? 1
    let least = known == nil ? series.values.reduce(1) { $1 > 0 ? min($0, $1) : $0 } : 1
    likelyPerRow = known ?? min(1 / least, Self.mostPerRow)
  }

  /// A row of a rate a second stands for no more than an hour.
  private static let mostPerRow = 3600.0

  func widened(_ baseline: Baseline, _ normal: [Double]) -> Baseline {
    let finite = normal.filter(\.isFinite)
    let mean = finite.reduce(0) { $0 + max($1, 0) } / Double(max(finite.count, 1))
    var wide = baseline
    wide.spread = max(baseline.spread, (mean * likelyPerRow + 1).squareRoot() / likelyPerRow)
    return wide
  }
}
