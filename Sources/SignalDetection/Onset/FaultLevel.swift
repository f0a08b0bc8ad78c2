import IncidentModel
import Telemetry

/// The level to which a series moved around an alert, from which the beginning and end of its move are found.
package struct FaultLevel: Sendable {
  package var series: MetricSeries
  package var normal: Double
  package var changed: Double
  /// Grows with how far the series moved.
  package var weight: Double
  /// Where the move counts as begun: twice the distance at which a row speaks for neither.
  private var slightlyChanged: Double

  /// Nil when the series did not move for the worse by `minimumSigmas`.
  package init?(of series: MetricSeries, around alert: Timestamp, in window: TelemetryWindow) {
    let span = window.incident.window
    let before = TimeWindow(start: span.start, end: alert.advanced(bySeconds: -ComparisonWindows.guardSeconds))
    let reference = window.referenceWindows.isEmpty ? [before] : window.referenceWindows
    let period = series.samplingSeconds ?? 60
    let around = TimeWindow(
      start: max(span.start, alert.advanced(bySeconds: -1.5 * period)),
      end: min(span.end, alert.advanced(bySeconds: max(900, 8 * period))))
    guard
      let baseline = Baseline(
        values: series.samples(in: reference, newest: MetricComparison.newestCount), metricClass: series.metricClass,
        unit: series.unit)
    else { return nil }
    let direction = BadnessDirection(series.metricClass)
    let observed = series.samples(in: [around]).sorted {
      direction.badness(ofSigmas: baseline.sigmas($0)) < direction.badness(ofSigmas: baseline.sigmas($1))
    }
    // The upper quartile: half of the rows around an alert may still, or again, be normal.
    guard let level = OrderStatistics.quantile(ofSorted: observed, 0.75) else { return nil }
    let badness = direction.badness(ofSigmas: baseline.sigmas(level))
    guard badness >= Self.minimumSigmas else { return nil }
    self.series = series
    normal = baseline.median
    changed = level
    weight = Double.log1p(badness)
    // A few median deviations: a slow rise is dated where it begins, and what it adds to the spread does not matter. At
    // least a quarter of the way: what a quiet series did before is not yet the incident.
    let floor = max(baseline.scale.relativeFloor * abs(normal), baseline.scale.absoluteFloor)
    let move = abs(level - normal)
    let distance = min(move, max(6 * max(1.4826 * baseline.medianDeviation, floor), Self.leastShare * move))
    slightlyChanged = level >= normal ? normal + distance : normal - distance
  }

  private static let minimumSigmas = 2.0
  private static let leastShare = 0.25
  private static let fewestRows = 3.0
  private static let goodPart = 0.25

  /// When the move began that was still on at `moment`.
  package func start(reaching moment: Timestamp, notBefore earliest: Timestamp) -> Timestamp {
    let rows = series.rows(in: TimeWindow(start: earliest, end: moment))
    let first = FaultSegment.onset(
      rows.map { FaultSegment.gain(series.values[$0], normal: normal, changed: slightlyChanged) })
    return first < rows.count ? Timestamp(nanoseconds: series.times[rows.lowerBound + first]) : moment
  }

  /// When the series was back to normal; `latest` when it was not.
  package func end(from onset: Timestamp, notAfter latest: Timestamp) -> Timestamp {
    let rows = series.rows(in: TimeWindow(start: onset, end: latest))
    let past = FaultSegment.onset(gains(rows).reversed())
    guard past < rows.count, past > 0 else { return latest }
    return Timestamp(nanoseconds: series.times[rows.upperBound - past])
  }

  /// Whether the series was at its changed level again for several rows, and for a good part of a length of time.
  func isBack(between end: Timestamp, and latest: Timestamp, asLongAs seconds: Double) -> Bool {
    let rows = series.rows(in: TimeWindow(start: end, end: max(end, latest)))
    guard let again = FaultSegment.best(gains(rows)), again.sum >= Self.fewestRows else { return false }
    return Double(again.rows.count) * (series.samplingSeconds ?? 60) >= Self.goodPart * seconds
  }

  private func gains(_ rows: Range<Int>) -> [Double] {
    rows.map { FaultSegment.gain(series.values[$0], normal: normal, changed: changed, threshold: 1.0 / 3) }
  }
}
