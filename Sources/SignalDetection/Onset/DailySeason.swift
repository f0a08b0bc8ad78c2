import IncidentModel
import Telemetry

/// Takes the time of day out of series, so that an hour that is always busy is neither an onset nor an incident.
///
/// Each sample is moved by what its time of day usually differs from the whole, as the other days show it. Only where
/// two days and more are known to be normal, and only for series that this makes clearly quieter.
enum DailySeason {
  private static let daySeconds = 86_400.0
  private static let fewestDays = 2.0
  /// Quarters of an hour.
  private static let binCount = 96
  /// The share of the mean deviation that may be left.
  private static let mostLeft = 0.7

  static func removed(from window: TelemetryWindow) -> TelemetryWindow {
    let reference = window.referenceWindows
    guard let first = reference.first, let last = reference.last,
      first.start.seconds(until: last.end) >= fewestDays * daySeconds
    else { return window }
    var window = window
    let start = window.incident.window.start
    window.metrics = window.metrics.map { adjusted($0, reference, from: start) ?? $0 }
    return window
  }

  /// Nil where time of day explains too little.
  private static func adjusted(
    _ series: MetricSeries, _ reference: [TimeWindow], from start: Timestamp
  ) -> MetricSeries? {
    let normal = reference.flatMap { series.rows(in: $0) }.filter { series.values[$0].isFinite }
    guard let middle = OrderStatistics.median(of: normal.map { series.values[$0] }) else { return nil }
    let places = series.times.map { place(of: $0, from: start) }
    var byDay = [[Int: [Double]]](repeating: [:], count: binCount)
    for row in normal { byDay[places[row].bin][places[row].day, default: []].append(series.values[row]) }
    let usual = byDay.map(UsualOfOtherDays.init)
    let values = series.values.indices.map { row in
      series.values[row] - (usual[places[row].bin].median(besides: places[row].day) ?? middle) + middle
    }
    let before = normal.reduce(0) { $0 + abs(series.values[$1] - middle) }
    let left = normal.reduce(0) { $0 + abs(values[$1] - middle) }
    guard left < mostLeft * before else { return nil }
    return MetricSeries(
      key: series.key, metricClass: series.metricClass, unit: series.unit, times: series.times, values: values)
  }

  /// Counted from the start of the incident's window, so that no calendar matters.
  private static func place(of time: Int64, from start: Timestamp) -> (day: Int, bin: Int) {
    let days = start.seconds(until: Timestamp(nanoseconds: time)) / daySeconds
    let day = days.rounded(.down)
    let bin = min(Int((days - day) * Double(binCount)), binCount - 1)
    return (Int(day.clamped(to: -1e6...1e6)), bin)
  }
}

/// What a time of day usually has, for each day as the others show it.
private struct UsualOfOtherDays {
  private let ofAll: Double?
  private let besides: [Int: Double?]

  init(_ byDay: [Int: [Double]]) {
    let medians = byDay.compactMapValues { OrderStatistics.median(of: $0) }
    ofAll = OrderStatistics.median(of: Array(medians.values))
    var besides: [Int: Double?] = [:]
    for day in medians.keys {
      besides[day] = OrderStatistics.median(of: medians.filter { $0.key != day }.map(\.value))
    }
    self.besides = besides
  }

  /// Nil where no other day knows it.
  func median(besides day: Int) -> Double? { besides[day] ?? ofAll }
}
