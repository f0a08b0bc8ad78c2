import IncidentModel
import Telemetry

/// Decides whether there is an incident at all: series out of range at once, more than they ever are in normal
/// times. An alert by itself is not an incident.
package struct AnomalyGate: Sendable {
  /// The largest summed departure of the observed time, lasting for a few samples.
  package var departure: Double
  /// The same of normal time.
  package var usualDeparture: Double

  private static let maximumCellCount = 4096
  /// The least departure that may be an incident.
  private static let minimumDeparture = 1.5
  /// How far the departure must exceed what normal time ever shows.
  private static let margin = 1.25

  package var isAnomalous: Bool {
    departure >= Self.minimumDeparture && departure > Self.margin * usualDeparture
  }

  package init(_ window: TelemetryWindow, _ comparison: Comparison) {
    let focal = window.metrics.filter { $0.metricClass.isFocal }
    let candidates = focal.isEmpty ? window.metrics : focal
    let period = OrderStatistics.median(of: candidates.prefix(64).compactMap(\.samplingSeconds)) ?? 60
    let observedCount = Int((comparison.observed.durationSeconds / max(period, 1e-3)).clamped(to: 1...1e6))
    let lasting = max(1, min(max(3, Int((60 / max(period, 1e-3)).clamped(to: 0...1e4))), (observedCount + 1) / 2))
    var observed = DepartureGrid(comparison.observed, period: period, maximumCellCount: Self.maximumCellCount)
    var normal = comparison.reference.map {
      DepartureGrid($0, period: period, maximumCellCount: Self.maximumCellCount)
    }
    for series in candidates {
      let samples = series.samples(in: comparison.reference, newest: MetricComparison.newestCount)
      guard let baseline = Baseline(values: samples, metricClass: series.metricClass, unit: series.unit) else {
        continue
      }
      observed.add(series, baseline)
      for position in normal.indices { normal[position].add(series, baseline) }
    }
    departure = observed.largest(lasting: lasting)
    usualDeparture = normal.map { $0.largest(lasting: lasting) }.max() ?? 0
  }
}

/// Departures from normal summed over series, in equal cells of time.
private struct DepartureGrid {
  private let window: TimeWindow
  private var cells: [Double]

  init(_ window: TimeWindow, period: Double, maximumCellCount: Int) {
    self.window = window
    let count = (window.durationSeconds / max(period, 1e-3)).rounded(.up).clamped(to: 1...Double(maximumCellCount))
    cells = [Double](repeating: 0, count: Int(count))
  }

  mutating func add(_ series: MetricSeries, _ baseline: Baseline) {
    let direction = BadnessDirection(series.metricClass)
    let length = max(Double(window.end.nanoseconds) - Double(window.start.nanoseconds), 1)
    for row in series.rows(in: window) where series.values[row].isFinite {
      let badness = direction.badness(ofSigmas: baseline.sigmas(series.values[row]))
      guard badness > 3 else { continue }
      let share = (Double(series.times[row]) - Double(window.start.nanoseconds)) / length
      let cell = Int((share * Double(cells.count)).clamped(to: 0...Double(cells.count - 1)))
      cells[cell] += Double.log1p(badness - 3)
    }
  }

  /// The largest mean over so many neighbouring cells.
  func largest(lasting width: Int) -> Double {
    let width = min(max(width, 1), cells.count)
    var sum = cells[..<width].reduce(0, +)
    var best = sum
    for past in width..<max(width, cells.count) {
      sum += cells[past] - cells[past - width]
      best = max(best, sum)
    }
    return best / Double(width)
  }
}
