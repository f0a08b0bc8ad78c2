import IncidentModel
import Telemetry

/// The recent past of one series in equal cells of time: the mean of what arrived in each, in a ring of fixed size.
struct SeriesCells: Sendable {
  let key: MetricKey
  let metricClass: MetricClass
  let unit: String
  /// NaN where nothing arrived; the cell of number c is at c modulo the capacity.
  private var ring: [Double]
  /// What has arrived and belongs to no closed cell.
  private var pending: [(time: Int64, value: Double)] = []
  private var counter: CounterRate?
  private(set) var newestCell: Int64
  /// What is normal, as it was found last; good enough to tell whether to look closer.
  private(set) var baseline: Baseline?

  /// More than so many samples at once say no more about their mean.
  private static let pendingLimit = 512

  init(_ point: MetricPoint, capacity: Int, cell: Int64) {
    key = point.key
    metricClass = point.metricClass
    unit = point.unit
    ring = [Double](repeating: .nan, count: capacity)
    counter = point.isCumulative ? CounterRate() : nil
    newestCell = cell
  }

  /// Keeps a sample until its cell is closed; one that repeats a time, or is one too many, is ignored.
  mutating func add(_ value: Double, at time: Int64) {
    guard pending.count < Self.pendingLimit else { return }
    let place = pending.lastIndex { $0.time <= time }
    if let place, pending[place].time == time { return }
    pending.insert((time, value), at: place.map { $0 + 1 } ?? 0)
  }

  /// Makes a cell of what arrived before its end; the same for any order in which it arrived.
  mutating func close(_ cell: Int64, before end: Int64) {
    var sum = 0.0
    var count = 0.0
    let past = pending.firstIndex { $0.time >= end } ?? pending.count
    for sample in pending[..<past] {
      let value = counter?.rate(sample.value, at: sample.time) ?? sample.value
      guard value.isFinite else { continue }
      sum += value
      count += 1
    }
    pending.removeSubrange(..<past)
    ring[place(cell)] = count > 0 ? sum / count : .nan
    if count > 0 { newestCell = cell }
  }

  mutating func learn(from cells: [Range<Int64>]) {
    var values: [Double] = []
    for range in cells { for cell in range where self[cell].isFinite { values.append(self[cell]) } }
    baseline = Baseline(values: values, metricClass: metricClass, unit: unit, minimumCount: Baseline.sufficientCount)
  }

  /// How far a cell departs for the worse, in robust standard deviations; 0 where nothing is known.
  func badness(_ cell: Int64) -> Double {
    guard let baseline, self[cell].isFinite else { return 0 }
    return BadnessDirection(metricClass).badness(ofSigmas: baseline.sigmas(self[cell]))
  }

  var heldCount: Int { ring.count + pending.count }

  subscript(cell: Int64) -> Double { ring[place(cell)] }

  /// The cells as a series, each at its start, gaps left out.
  func series(_ cells: Range<Int64>, cellNanoseconds: Int64) -> MetricSeries {
    var times: [Int64] = []
    var values: [Double] = []
    for cell in cells where self[cell].isFinite {
      times.append(cell * cellNanoseconds)
      values.append(self[cell])
    }
    return MetricSeries(key: key, metricClass: metricClass, unit: unit, times: times, values: values)
  }

  private func place(_ cell: Int64) -> Int {
    let count = Int64(ring.count)
    return Int((cell % count + count) % count)
  }
}
