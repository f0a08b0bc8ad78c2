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

  /// Nil where nothing is taken out of any series.
  static func removed(from window: TelemetryWindow) -> TelemetryWindow? {
    let reference = window.referenceWindows
    guard let first = reference.first, let last = reference.last,
      first.start.seconds(until: last.end) >= fewestDays * 86_400
    else { return nil }
    let start = window.incident.window.start
    let deciding = deciding(window)
    let quieter = window.metrics.map { deciding.contains($0.key) ? adjusted($0, reference, from: start) : nil }
    guard quieter.contains(where: { $0 != nil }) else { return nil }
    var window = window
    window.metrics = zip(quieter, window.metrics).map { $0 ?? $1 }
    return window
  }

  /// The series that decide whether there is an incident, and since when; others are compared as they are.
  private static func deciding(_ window: TelemetryWindow) -> Set<MetricKey> {
    guard window.incident.alertedAt != nil else {
      let focal = window.metrics.filter { $0.metricClass.isFocal || $0.metricClass == .throughput }
      return Set((focal.contains { $0.metricClass.isFocal } ? focal : window.metrics).map(\.key))
    }
    return FocusSeries.deciding(window)
  }

  /// Nil where time of day explains too little.
  private static func adjusted(
    _ series: MetricSeries, _ reference: [TimeWindow], from start: Timestamp
  ) -> MetricSeries? {
    var normal: [Int] = []
    normal.reserveCapacity(series.values.count)
    for window in reference {
      for row in series.rows(in: window) where series.values[row].isFinite { normal.append(row) }
    }
    let usual = normal.map { series.values[$0] }
    guard let middle = OrderStatistics.median(of: usual) else { return nil }
    let before = usual.reduce(0) { $0 + abs($1 - middle) }
    // Many series never move: there is nothing to take out.
    guard before > 0 else { return nil }
    let values = QuarterHours(of: series, rows: normal, from: start).removed(from: series, around: middle)
    let left = normal.reduce(0) { $0 + abs(values[$1] - middle) }
    guard left < mostLeft * before else { return nil }
    return MetricSeries(
      key: series.key, metricClass: series.metricClass, unit: series.unit, times: series.times, values: values)
  }
}

/// What each quarter of an hour usually has, for each day as the other days show it.
private struct QuarterHours {
  /// Counted from the start of the incident's window, so that no calendar matters.
  private struct Place {
    var day: Int64
    var quarter: Int
    /// The times in this quarter of this day: what follows mostly lies in it too, and then nothing is divided.
    var times: Range<Int64>

    /// Before the first of them.
    static let none = Place(day: 0, quarter: 0, times: 0..<0)

    func holds(_ time: Int64) -> Bool { times.lowerBound <= time && time < times.upperBound }
  }

  private static let dayNanoseconds: Int64 = 86_400_000_000_000
  private static let count = 96
  private static let quarterNanoseconds = dayNanoseconds / Int64(count)
  /// Days before the latest so many teach nothing.
  private static let mostDays: Int64 = 4096

  private let start: Timestamp
  private let days: ClosedRange<Int64>
  /// For each quarter all days, one after another: their medians, and then what the other days' medians have in the
  /// middle. Not a number where there is none.
  private var medians: [Double]
  private var ofOthers: [Double]
  /// The middle of all days' medians, for days that are not among them.
  private var ofAll: [Double?]

  /// `rows` ascend, so what belongs to one quarter of an hour follows on itself.
  init(of series: MetricSeries, rows: [Int], from start: Timestamp) {
    self.start = start
    let ends = [rows.first, rows.last].map { $0.map { Self.place(of: series.times[$0], from: start).day } ?? 0 }
    days = max(ends[0], ends[1] - Self.mostDays + 1)...ends[1]
    medians = [Double](repeating: .nan, count: Self.count * days.count)
    ofOthers = medians
    ofAll = [Double?](repeating: nil, count: Self.count)
    // One array serves all quarters: they are many, and each holds a few samples.
    var samples: [Double] = []
    var latest = Place.none
    for row in rows {
      if !latest.holds(series.times[row]) {
        add(&samples, at: latest)
        latest = Self.place(of: series.times[row], from: start)
      }
      samples.append(series.values[row])
    }
    add(&samples, at: latest)
    for quarter in 0..<Self.count { compareDays(of: quarter, sorting: &samples) }
  }

  /// The time of day taken out of every value: what is usual then becomes `middle`.
  func removed(from series: MetricSeries, around middle: Double) -> [Double] {
    var latest = Place.none
    var usual = middle
    return series.values.indices.map { row in
      if !latest.holds(series.times[row]) {
        let place = Self.place(of: series.times[row], from: start)
        latest = place
        usual = median(besides: place) ?? middle
      }
      return series.values[row] - usual + middle
    }
  }

  /// Leaves no samples.
  private mutating func add(_ samples: inout [Double], at place: Place) {
    guard !samples.isEmpty else { return }
    if let index = index(of: place) {
      SampleSorting.sortFew(&samples)
      medians[index] = OrderStatistics.median(ofSorted: samples) ?? .nan
    }
    samples.removeAll(keepingCapacity: true)
  }

  /// Days are few, and each is left out of one ordered list, which `known` is room for.
  private mutating func compareDays(of quarter: Int, sorting known: inout [Double]) {
    let own = quarter * days.count..<(quarter + 1) * days.count
    known.removeAll(keepingCapacity: true)
    for index in own where medians[index].isFinite { known.append(medians[index]) }
    SampleSorting.sortFew(&known)
    ofAll[quarter] = OrderStatistics.median(ofSorted: known)
    let others = MedianWithoutOne(ofSorted: known)
    for index in own where medians[index].isFinite { ofOthers[index] = others.leavingOut(medians[index]) }
  }

  /// Nil where no other day knows it.
  private func median(besides place: Place) -> Double? {
    guard let index = index(of: place), medians[index].isFinite else { return ofAll[place.quarter] }
    return ofOthers[index].isFinite ? ofOthers[index] : nil
  }

  private func index(of place: Place) -> Int? {
    guard days.contains(place.day) else { return nil }
    return place.quarter * days.count + Int(place.day - days.lowerBound)
  }

  private static func place(of time: Int64, from start: Timestamp) -> Place {
    let (elapsed, overflow) = time.subtractingReportingOverflow(start.nanoseconds)
    // Farther away than 64 bits of nanoseconds reach.
    guard !overflow else { return Place(day: time < 0 ? -200_000 : 200_000, quarter: 0, times: time..<time) }
    let (day, ofDay) = elapsed.flooredDivision(by: dayNanoseconds)
    let (quarter, ofQuarter) = ofDay.quotientAndRemainder(dividingBy: quarterNanoseconds)
    // At the ends of what 64 bits reach each time stands alone.
    let (first, isBefore) = time.subtractingReportingOverflow(ofQuarter)
    let (end, isBeyond) = first.addingReportingOverflow(quarterNanoseconds)
    return Place(day: day, quarter: Int(quarter), times: isBefore || isBeyond ? time..<time : first..<end)
  }
}

/// The medians of a sorted sample without one of its members: there are only three, by where that member stands.
private struct MedianWithoutOne {
  private var middle = (low: Double.nan, high: Double.nan)
  private var without = (low: Double.nan, middle: Double.nan, high: Double.nan)

  init(ofSorted sample: [Double]) {
    let low = sample.count / 2 - (sample.count % 2 == 0 ? 1 : 0)
    guard sample.count > 1 else { return }
    func median(without rank: Int) -> Double { OrderStatistics.median(ofSorted: sample, without: rank) ?? .nan }
    let first = sample.count % 2 == 0 ? low : low - 1
    middle = (sample[first], sample[min(first + 1, sample.count - 1)])
    without = (median(without: first), median(without: first + 1), median(without: sample.count - 1))
  }

  /// Of equal members any may be left out.
  func leavingOut(_ member: Double) -> Double {
    member <= middle.low ? without.low : member <= middle.high ? without.middle : without.high
  }
}
