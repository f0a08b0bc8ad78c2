import IncidentModel
import Telemetry

/// Finds when an incident began where no alert says so.
///
/// With intervals known to be normal, the stretch of rows that departs from them most is taken; without them, the
/// border of blocks at which the most series change, sharpened by a change point of each of them.
package enum OnsetEstimator {
  package struct Estimate: Hashable, Sendable {
    package var start: Timestamp
    package var end: Timestamp
    /// Summed evidence of change; comparable only within one window.
    package var score: Double
  }

  /// How many series vote.
  private static let maximumSeriesCount = 64
  private static let maximumCellCount = 240
  /// What is no farther from a known normal than this is never a part of the incident.
  private static let leastSigmas = 3.0

  /// Samples of a series in which a before and an after can be told apart.
  private static let fewestSamples = 12

  /// Whether a series alone can say that nothing changed.
  static func canTell(_ series: MetricSeries, in span: TimeWindow) -> Bool {
    series.rows(in: span).count { series.values[$0].isFinite } >= fewestSamples
  }

  /// Nil when no series changes.
  package static func estimate(_ window: TelemetryWindow, focus: [MetricSeries]) -> Estimate? {
    guard !window.incident.window.isEmpty else { return nil }
    if !window.referenceWindows.isEmpty {
      let focal = window.metrics.filter { $0.metricClass.isFocal }
      return againstReference(window, focal.isEmpty ? window.metrics : focal)
    }
    return bestSplit(window)
  }

  // MARK: Known normal

  private static func againstReference(_ window: TelemetryWindow, _ candidates: [MetricSeries]) -> Estimate? {
    let span = window.incident.window
    let reference = window.referenceWindows
    let period = candidates.compactMap(\.samplingSeconds).min() ?? 60
    let cells = Int((span.durationSeconds / max(period, 1e-3)).rounded(.up).clamped(to: 1...Double(maximumCellCount)))
    let curves = candidates.compactMap { curve(of: $0, in: span, cells: cells, reference) }
    let total = sum(strongest(curves))
    guard let peak = total.max(), peak > 0 else { return nil }
    let gains = total.map { FaultSegment.gain($0, normal: 0, changed: peak, threshold: 0.25) }
    guard let segment = FaultSegment.best(gains) else { return nil }
    let cellSeconds = span.durationSeconds / Double(cells)
    return Estimate(
      start: span.start.advanced(bySeconds: Double(segment.rows.lowerBound) * cellSeconds),
      end: span.start.advanced(bySeconds: Double(segment.rows.upperBound) * cellSeconds), score: segment.sum)
  }

  /// For each cell ln(1 + how far the worst sample is beyond all but a hundredth of normal); nil where none is.
  private static func curve(
    of series: MetricSeries, in span: TimeWindow, cells: Int, _ reference: [TimeWindow]
  ) -> [Double]? {
    let normal = series.samples(in: reference, newest: MetricComparison.newestCount)
    guard let baseline = Baseline(values: normal, metricClass: series.metricClass, unit: series.unit) else {
      return nil
    }
    let direction = BadnessDirection(series.metricClass)
    func badness(_ value: Double) -> Double { direction.badness(ofSigmas: baseline.sigmas(value)) }
    // Most series have nothing that far out, and then it need not be known how far normal goes.
    let far = series.rows(in: span).filter {
      series.values[$0].isFinite && badness(series.values[$0]) > leastSigmas
    }
    guard !far.isEmpty else { return nil }
    let usual = normal.map(badness).sortedFinite()
    let line = max(leastSigmas, OrderStatistics.quantile(ofSorted: usual, 0.99) ?? leastSigmas)
    var curve = [Double](repeating: 0, count: cells)
    for row in far {
      let share = Double(series.times[row] - span.start.nanoseconds) / 1e9 / span.durationSeconds
      let cell = Int((share * Double(cells)).clamped(to: 0...Double(cells - 1)))
      curve[cell] = max(curve[cell], Double.log1p(max(badness(series.values[row]) - line, 0)))
    }
    return curve.contains { $0 > 0 } ? curve : nil
  }

  // MARK: Unknown normal

  private static func bestSplit(_ window: TelemetryWindow) -> Estimate? {
    let span = window.incident.window
    var curves: [(position: Int, curve: [Double])] = []
    for (position, series) in window.metrics.enumerated() {
      let weight = series.metricClass.isFocal ? 1.0 : 0.5
      let curve = BlockMedians(of: series, in: span).evidenceOfChange(
        metricClass: series.metricClass, unit: series.unit)
      if curve.contains(where: { $0 > 0 }) { curves.append((position, curve.map { $0 * weight })) }
    }
    let peaks = curves.map { $0.curve.max() ?? 0 }
    let chosen = curves.indices.sorted { (-peaks[$0], $0) < (-peaks[$1], $1) }.prefix(maximumSeriesCount)
    let total = sum(chosen.map { curves[$0].curve })
    guard let peak = total.max(), peak > 0, let border = total.firstIndex(of: peak) else { return nil }
    let blockSeconds = span.durationSeconds / Double(BlockMedians.blockCount)
    let coarse = span.start.advanced(bySeconds: Double(border) * blockSeconds)
    let voters = chosen.filter { curves[$0].curve[border] > 0 }
    let votes = voters.compactMap { candidate in
      refined(window.metrics[curves[candidate].position], near: coarse, block: blockSeconds, in: span)
        .map { ($0, curves[candidate].curve[border]) }
    }
    let start = ComparisonWindows.weightedQuantile(votes.map { ($0.0.start, $0.1) }, 0.4) ?? coarse
    let end = ComparisonWindows.weightedQuantile(votes.map { ($0.0.end, $0.1) }, 0.5) ?? span.end
    return Estimate(start: start, end: end > start ? end : span.end, score: peak)
  }

  /// When one series first moved towards what it is after a coarse border, and when that was over.
  private static func refined(
    _ series: MetricSeries, near coarse: Timestamp, block seconds: Double, in span: TimeWindow
  ) -> (start: Timestamp, end: Timestamp)? {
    let before = TimeWindow(start: span.start, end: coarse.advanced(bySeconds: -seconds))
    let past = min(span.end, coarse.advanced(bySeconds: 8 * seconds))
    guard let changed = OrderStatistics.median(of: series.samples(in: [TimeWindow(start: coarse, end: past)])),
      var baseline = Baseline(
        values: series.samples(in: [before]), metricClass: series.metricClass, unit: series.unit, observed: changed)
    else { return nil }
    // What a slow rise before the border adds to the spread must not hide it: the median deviation alone counts.
    let floor = max(baseline.scale.relativeFloor * abs(baseline.median), baseline.scale.absoluteFloor)
    baseline.spread = max(1.4826 * baseline.medianDeviation, floor)
    let earliest = span.start.advanced(bySeconds: 0.1 * span.durationSeconds)
    // The border at which medians of what follows differ most may lie several blocks before the change.
    let search = TimeWindow(start: earliest, end: past)
    guard let start = FaultSegment.firstMove(of: series, in: search, baseline: baseline, towards: changed) else {
      return nil
    }
    let rest = series.rows(in: TimeWindow(start: max(start, coarse), end: span.end))
    let tail = FaultSegment.onset(
      rest.map { FaultSegment.gain(series.values[$0], normal: baseline.median, changed: changed) }.reversed())
    let isOver = tail > 0 && tail < rest.count
    return (start, isOver ? Timestamp(nanoseconds: series.times[rest.upperBound - tail]) : span.end)
  }

  private static func strongest(_ curves: [[Double]]) -> [[Double]] {
    guard curves.count > maximumSeriesCount else { return curves }
    let peaks = curves.map { $0.max() ?? 0 }
    let order = curves.indices.sorted { (-peaks[$0], $0) < (-peaks[$1], $1) }
    return order.prefix(maximumSeriesCount).map { curves[$0] }
  }

  private static func sum(_ curves: [[Double]]) -> [Double] {
    guard var total = curves.first else { return [] }
    for curve in curves.dropFirst() { for cell in total.indices { total[cell] += curve[cell] } }
    return total
  }
}
