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
    let normal = NormalSamples(of: series, in: reference)
    guard let middle = OrderStatistics.median(of: normal.values) else { return nil }
    let before = normal.values.reduce(0) { $0 + abs($1 - middle) }
    // Many series never move: there is nothing to take out.
    guard before > 0 else { return nil }
    let values = QuarterHours(of: normal, from: start).removed(from: series, around: middle)
    let left = normal.rows.reduce(0) { $0 + abs(values[$1] - middle) }
    guard left < mostLeft * before else { return nil }
    return MetricSeries(
      key: series.key, metricClass: series.metricClass, unit: series.unit, times: series.times, values: values)
  }
}

/// The finite samples of normal times, which ascend.
private struct NormalSamples {
  private(set) var rows: [Int] = []
  private(set) var times: [Int64] = []
  private(set) var values: [Double] = []

  init(of series: MetricSeries, in reference: [TimeWindow]) {
    for stretch in reference.lazy.map({ series.rows(in: $0) }) {
      rows.append(contentsOf: stretch)
      times.append(contentsOf: series.times[stretch])
      values.append(contentsOf: series.values[stretch])
    }
    guard !values.allSatisfy(\.isFinite) else { return }
    let finite = values.indices.filter { values[$0].isFinite }
    (rows, times, values) = (finite.map { rows[$0] }, finite.map { times[$0] }, finite.map { values[$0] })
  }
}

/// What each quarter of an hour usually has, for each day as the other days show it.
private struct QuarterHours {
  /// Days before the latest so many teach nothing.
  private static let mostDays: Int64 = 4096

  private let start: Timestamp
  private let days: ClosedRange<Int64>
  /// For each quarter all days, one after another: their medians, and then what the other days' medians have in the
  /// middle. Not a number where there is none.
  private var medians: [Double]
  private var ofOthers: [Double]
  /// The middle of all days' medians, for days that are not among them.
  private var ofAll: [Double]

  init(of normal: NormalSamples, from start: Timestamp) {
    self.start = start
    let first = normal.times.first.map { QuarterHour(at: $0, from: start).day } ?? 0
    let last = normal.times.last.map { QuarterHour(at: $0, from: start).day } ?? 0
    days = max(first, last - Self.mostDays + 1)...last
    medians = [Double](repeating: .nan, count: QuarterHour.aDay * days.count)
    ofOthers = medians
    ofAll = [Double](repeating: .nan, count: QuarterHour.aDay)
    // One array serves all quarters: they are many, and each holds a few samples.
    var samples: [Double] = []
    var row = 0
    while row < normal.times.count {
      let quarter = QuarterHour(at: normal.times[row], from: start)
      let end = normal.times[row...].firstIndex { !quarter.holds($0) } ?? normal.times.count
      // A time at the ends of what 64 bits reach stands alone.
      let own = row..<max(end, row + 1)
      if let index = index(of: quarter) { medians[index] = Self.median(of: normal.values[own], sorting: &samples) }
      row = own.upperBound
    }
    for quarter in 0..<QuarterHour.aDay { compareDays(of: quarter, sorting: &samples) }
  }

  /// The time of day taken out of every value: what is usual then becomes `middle`.
  func removed(from series: MetricSeries, around middle: Double) -> [Double] {
    var latest: QuarterHour?
    var usual = middle
    return zip(series.times, series.values).map { time, value in
      if latest?.holds(time) != true {
        let quarter = QuarterHour(at: time, from: start)
        latest = quarter
        let known = median(besides: quarter)
        usual = known.isFinite ? known : middle
      }
      return value - usual + middle
    }
  }

  private static func median(of values: ArraySlice<Double>, sorting samples: inout [Double]) -> Double {
    // Samples of five minutes are common, and of three the last is the median or beyond one of the others.
    if let first = values.first, let last = values.last, values.count == 3 {
      let second = values[values.startIndex + 1]
      return max(min(first, second), min(max(first, second), last)) + 0
    }
    samples.removeAll(keepingCapacity: true)
    samples.append(contentsOf: values)
    SampleSorting.sortFew(&samples)
    return OrderStatistics.median(ofSorted: samples) ?? .nan
  }

  /// Days are few, and each is left out of one ordered list, which `known` is room for.
  private mutating func compareDays(of quarter: Int, sorting known: inout [Double]) {
    let own = quarter * days.count..<(quarter + 1) * days.count
    known.removeAll(keepingCapacity: true)
    for index in own where medians[index].isFinite { known.append(medians[index]) }
    SampleSorting.sortFew(&known)
    ofAll[quarter] = OrderStatistics.median(ofSorted: known) ?? .nan
    let others = MedianWithoutOne(ofSorted: known)
    for index in own where medians[index].isFinite { ofOthers[index] = others.leavingOut(medians[index]) }
  }

  /// Not a number where no other day knows it.
  private func median(besides quarter: QuarterHour) -> Double {
    guard let index = index(of: quarter), medians[index].isFinite else { return ofAll[quarter.ofDay] }
    return ofOthers[index]
  }

  private func index(of quarter: QuarterHour) -> Int? {
    guard days.contains(quarter.day) else { return nil }
    return quarter.ofDay * days.count + Int(quarter.day - days.lowerBound)
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
