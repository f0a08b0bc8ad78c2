import IncidentModel
import Telemetry

/// One series compared between normal and the incident.
package struct MetricComparison: Sendable {
  package var series: MetricSeries
  package var shift: RobustShift
  /// What is subtracted from each sample before it is compared; nil where no season is known.
  package var season: SeasonalNormal?

  /// How many of the newest normal samples a baseline is made from.
  package static let newestCount = 600

  /// Nil when there is too little on either side.
  package init?(_ series: MetricSeries, _ comparison: Comparison) {
    let observed = series.samples(in: [comparison.observed])
    guard let typical = OrderStatistics.median(of: observed) else { return nil }
    let normal = series.samples(in: comparison.reference, newest: Self.newestCount)
    guard
      let baseline = Baseline(
        values: normal, metricClass: series.metricClass, unit: series.unit, observed: typical)
    else { return nil }
    self.series = series
    season = SeasonalNormal(series, comparison, spread: baseline.spread)
    if let season {
      var seasonal = baseline
      seasonal.median = season.median
      seasonal.spread = max(
        season.spread, baseline.scale.absoluteFloor, baseline.scale.relativeFloor * abs(season.median))
      seasonal.low = season.median - 1.2816 * seasonal.spread
      seasonal.high = season.median + 1.2816 * seasonal.spread
      shift = RobustShift(baseline: seasonal, observedMedian: typical, observedCount: observed.count)
    } else {
      shift = RobustShift(baseline: baseline, observedMedian: typical, observedCount: observed.count)
    }
  }

  /// Nil where there is no evidence, too: most series are as they always were, and counting tells so without sorting.
  package static func evident(_ series: MetricSeries, _ comparison: Comparison) -> MetricComparison? {
    isPlainlyNormal(series, comparison) ? nil : MetricComparison(series, comparison)
  }

  /// Whether the observed median lies between the tenth and the ninetieth percentile of normal, and is no departure for
  /// its time of day either. A spread is at least their distance over 2.563, and evidence begins at three spreads.
  private static func isPlainlyNormal(_ series: MetricSeries, _ comparison: Comparison) -> Bool {
    guard let typical = OrderStatistics.median(of: series.samples(in: [comparison.observed])) else { return true }
    let normal = series.counts(in: comparison.reference, newest: newestCount, around: typical)
    let tail = Int(Double(normal.all) * 0.1) + 2
    guard normal.notAbove >= tail, normal.notBelow >= tail else { return false }
    guard let season = SeasonalNormal(series, comparison, spread: .infinity) else { return true }
    return abs(typical - season.median) <= 3 * season.spread
  }

  /// The evidence counted towards worse: what moved for the better counts nothing, and where both ways may be bad
  /// a fall of use counts `fallFactor`.
  package func badEvidence(fallFactor: Double) -> Double {
    switch BadnessDirection(series.metricClass) {
    case .up: shift.sigmas > 0 ? shift.evidence : 0
    case .down: shift.sigmas < 0 ? shift.evidence : 0
    case .either:
      shift.evidence == 0 ? 0 : useSign * shift.sigmas > 0 ? shift.evidence : shift.evidence * fallFactor
    }
  }

  /// -1 where less of it is more in use: it measures what is left of a resource.
  package var useSign: Double { series.measuresRemainder ? -1 : 1 }

  /// When this series moved: the change point between its normal and its observed level near the incident's onset.
  package func onset(_ comparison: Comparison) -> Timestamp? {
    let lookback = min(900, max(60, comparison.observed.durationSeconds))
    let search = TimeWindow(
      start: comparison.onset.advanced(bySeconds: -lookback), end: comparison.observed.end)
    return FaultSegment.firstMove(of: series, in: search, baseline: shift.baseline, towards: shift.observed)
  }
}
