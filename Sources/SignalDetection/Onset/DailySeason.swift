import IncidentModel
import Telemetry

/// Takes the time of day out of series, so that an hour that is always busy is neither an onset nor an incident.
///
/// Each sample is moved by what its time of day usually differs from the whole, as the other days show it. Only where
/// two days and more are known to be normal, and only for series that this makes clearly quieter.
enum DailySeason {
  private static let fewestDays = 2.0
  /// The share of the mean deviation that may be left.
  private static let mostLeft = 0.7

  static func removed(from window: TelemetryWindow) -> TelemetryWindow {
    let reference = window.referenceWindows
    guard let first = reference.first, let last = reference.last,
      first.start.seconds(until: last.end) >= fewestDays * 86_400
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
    let values = QuarterHours(of: series, rows: normal, from: start).removed(from: series, around: middle)
    var before = 0.0
    var left = 0.0
    for row in normal {
      before += abs(series.values[row] - middle)
      left += abs(values[row] - middle)
    }
    guard left < mostLeft * before else { return nil }
    return MetricSeries(
      key: series.key, metricClass: series.metricClass, unit: series.unit, times: series.times, values: values)
  }
}

/// What each quarter of an hour usually has, for each day as the other days show it.
private struct QuarterHours {
  /// Counted from the start of the incident's window, so that no calendar matters.
  private struct Place: Equatable {
    var day: Int64
    var quarter: Int
  }

  /// One quarter of an hour of one day: its own median, then the median of the other days' medians.
  private struct Cell {
    var day: Int64
    var median: Double
    /// Nil where no other day has this quarter.
    var ofOthers: Double?
  }

  private static let dayNanoseconds: Int64 = 86_400_000_000_000
  private static let count = 96

  private let start: Timestamp
  private var cells: [[Cell]]
  /// The median of all days' medians, for days that are not among them.
  private var ofAll: [Double?]

  /// `rows` ascend, so what belongs to one quarter of an hour follows on itself.
  init(of series: MetricSeries, rows: [Int], from start: Timestamp) {
    self.start = start
    cells = [[Cell]](repeating: [], count: Self.count)
    ofAll = [Double?](repeating: nil, count: Self.count)
    var next = 0
    while next < rows.count {
      let place = Self.place(of: series.times[rows[next]], from: start)
      let first = next
      while next < rows.count, Self.place(of: series.times[rows[next]], from: start) == place { next += 1 }
      guard let median = OrderStatistics.median(of: rows[first..<next].map { series.values[$0] }) else { continue }
      cells[place.quarter].append(Cell(day: place.day, median: median))
    }
    for quarter in cells.indices { compareDays(of: quarter) }
  }

  /// The time of day taken out of every value: what is usual then becomes `middle`.
  func removed(from series: MetricSeries, around middle: Double) -> [Double] {
    var latest: Place?
    var usual = middle
    return series.values.indices.map { row in
      let place = Self.place(of: series.times[row], from: start)
      if place != latest {
        latest = place
        usual = median(besides: place) ?? middle
      }
      return series.values[row] - usual + middle
    }
  }

  /// Days are few, and each is left out of one ordered list.
  private mutating func compareDays(of quarter: Int) {
    let days = cells[quarter].indices.sorted { cells[quarter][$0].median < cells[quarter][$1].median }
    let medians = days.map { cells[quarter][$0].median }
    ofAll[quarter] = OrderStatistics.median(ofSorted: medians)
    for (rank, day) in days.enumerated() {
      cells[quarter][day].ofOthers = OrderStatistics.median(ofSorted: medians, without: rank)
    }
  }

  private func median(besides place: Place) -> Double? {
    guard let own = cells[place.quarter].first(where: { $0.day == place.day }) else { return ofAll[place.quarter] }
    return own.ofOthers
  }

  private static func place(of time: Int64, from start: Timestamp) -> Place {
    let (elapsed, overflow) = time.subtractingReportingOverflow(start.nanoseconds)
    guard !overflow else { return Place(day: time < 0 ? .min : .max, quarter: 0) }
    let (day, rest) = elapsed.quotientAndRemainder(dividingBy: dayNanoseconds)
    let ofDay = rest < 0 ? rest + dayNanoseconds : rest
    return Place(day: rest < 0 ? day - 1 : day, quarter: Int(ofDay / (dayNanoseconds / Int64(count))))
  }
}
