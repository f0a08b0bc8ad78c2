import IncidentModel
import Telemetry

/// Normal and incident cut into equal cells of time, with two numbers a cell: how far the series that users see are
/// from normal, and how much the worst component's calls cost them.
struct DepartureGrid {
  /// The cells of each reference window, then those of the observed one.
  private(set) var stretches: [Range<Int>]
  /// The largest deviation of a focus series towards worse, in robust standard deviations.
  private(set) var focus: [Double]
  /// The same for each focus series by itself.
  private(set) var focusBySeries: [[Double]] = []
  /// The largest excess of one component's calls, as a share of what users normally spend: 1 is a tenth of the time of
  /// all requests, or a hundredth of them failing.
  private(set) var impact: [Double]
  /// The largest deviation of any component's calls, in robust standard deviations.
  private(set) var spread: [Double]
  private let windows: [TimeWindow]
  let cellSeconds: Double
  /// In nanoseconds, for each cell.
  private let cellEnds: [Int64]

  private static let fewestCellSeconds = 20.0
  private static let maximumCellCount = 4096
  private static let seriousLatencyShare = 0.1
  private static let seriousFailureShare = 0.01

  init(_ window: TelemetryWindow, _ comparison: Comparison, _ calls: CallMeasures) {
    let focused = FocusSeries.positions(in: window).map { window.metrics[$0] }
    // What users see may be sampled more seldom than the rest: then most cells of the rest's clock would be without it.
    let period =
      [focused[...], window.metrics.prefix(256)]
      .compactMap { OrderStatistics.median(of: $0.compactMap(\.samplingSeconds)) }.max() ?? 60
    // The sample before the onset may already hold a part of the incident.
    let start = comparison.observed.start.advanced(bySeconds: -period)
    windows = comparison.reference + [TimeWindow(start: start, end: comparison.observed.end)]
    let total = windows.reduce(0) { $0 + $1.durationSeconds }
    cellSeconds = max(period, Self.fewestCellSeconds, total / Double(Self.maximumCellCount))
    var ranges: [Range<Int>] = []
    for window in windows {
      let start = ranges.last?.upperBound ?? 0
      let count = Int((window.durationSeconds / cellSeconds).rounded(.up).clamped(to: 0...8192))
      ranges.append(start..<start + max(count, 1))
    }
    stretches = ranges
    let seconds = cellSeconds
    cellEnds = zip(windows, ranges).flatMap { window, cells in
      (1...cells.count).map { window.start.advanced(bySeconds: Double($0) * seconds).nanoseconds }
    }
    focus = [Double](repeating: 0, count: ranges.last?.upperBound ?? 0)
    impact = focus
    spread = focus
    addFocus(focused, comparison)
    for dimension in CallDimension.allCases { addImpact(dimension, calls[dimension], window, comparison) }
  }

  /// Whether any series shows what users see.
  var hasFocus: Bool { !focusBySeries.isEmpty }
  var observed: Range<Int> { stretches.last ?? 0..<0 }
  var references: ArraySlice<Range<Int>> { stretches.dropLast() }

  private mutating func addFocus(_ focused: [MetricSeries], _ comparison: Comparison) {
    for series in focused {
      let normal = series.samples(in: comparison.reference, newest: MetricComparison.newestCount)
      guard var baseline = Baseline(values: normal, metricClass: series.metricClass, unit: series.unit) else {
        continue
      }
      baseline = CountingNoise(series)?.widened(baseline, normal) ?? baseline
      let direction = BadnessDirection(series.metricClass)
      let cells = means(ofRows: series) {
        SIMD2(direction.badness(ofSigmas: baseline.sigmas(series.values[$0])), 0)
      }
      focusBySeries.append(cells.map { $0.x.isFinite ? $0.x : 0 })
      for cell in cells.indices where cells[cell].x.isFinite { focus[cell] = max(focus[cell], cells[cell].x) }
    }
  }

  private mutating func addImpact(
    _ dimension: CallDimension, _ measures: [CallExcess], _ window: TelemetryWindow, _ comparison: Comparison
  ) {
    let symptom = window.incident.symptom?.component
    let entries = measures.filter { measure in
      let component = measure.calls.component
      return symptom.map { $0 == component } ?? window.serviceMap.isEntry(component)
    }
    let usual = entries.reduce(0) { $0 + $1.usualSpending(comparison) }
    let serious = dimension == .latency ? Self.seriousLatencyShare : Self.seriousFailureShare
    for measure in measures {
      let cells = means(ofRows: measure.calls.measure) {
        let row = measure.row($0)
        return SIMD2(row.sigmas, row.excess)
      }
      for cell in cells.indices where cells[cell].x.isFinite { spread[cell] = max(spread[cell], cells[cell].x) }
      guard usual > 0 else { continue }
      for cell in cells.indices where cells[cell].y.isFinite {
        impact[cell] = max(impact[cell], cells[cell].y / usual / serious)
      }
    }
  }

  /// The mean of two numbers over the rows of each cell; NaN where a cell has none.
  private func means(ofRows series: MetricSeries, _ value: (Int) -> SIMD2<Double>) -> [SIMD2<Double>] {
    var means = [SIMD2<Double>](repeating: SIMD2(.nan, .nan), count: focus.count)
    for (window, cells) in zip(windows, stretches) {
      var cell = cells.lowerBound
      var sum = SIMD2<Double>.zero
      var count = 0.0
      for row in series.rows(in: window) where series.values[row].isFinite {
        // Rows ascend, and mostly each is in the next cell.
        while series.times[row] >= cellEnds[cell], cell < cells.upperBound - 1 {
          if count > 0 { means[cell] = sum / count }
          (sum, count) = (.zero, 0)
          cell += 1
        }
        sum += value(row)
        count += 1
      }
      if count > 0 { means[cell] = sum / count }
    }
    return means
  }
}
