import IncidentModel
import Telemetry

/// How far a count of rare events scatters by itself: where hardly anything ever fails, one failure is no departure.
///
/// The count of one row has the Poisson distribution's standard deviation, the root of its mean, with one event more so
/// that what was never seen has a spread as well.
struct CountingNoise {
  /// Turns a row into a number of events: the time that it stands for, where it is a rate; 1 where it is a number.
  let perRow: Double

  /// Nil where the series counts no failures.
  init?(_ series: MetricSeries) {
    guard series.metricClass == .errors, !MetricScale.isRatio(series.unit) else { return nil }
    perRow = MetricScale.periods(in: max(series.samplingSeconds ?? 60, 1e-3), of: series.unit) ?? 1
  }

  func widened(_ baseline: Baseline, _ normal: [Double]) -> Baseline {
    let finite = normal.filter(\.isFinite)
    let mean = finite.reduce(0) { $0 + max($1, 0) } / Double(max(finite.count, 1))
    var wide = baseline
    wide.spread = max(baseline.spread, (mean * perRow + 1).squareRoot() / perRow)
    return wide
  }
}
