import IncidentModel

/// Numbers of many series on one clock, as wide CSV files hold them.
package struct MetricTable: Sendable {
  /// Nanoseconds since 1970, strictly ascending.
  package var times: [Int64] = []
  /// One list a column, with its name in every header row, the first row's first.
  package var names: [[String]] = []
  /// One array a column, as long as `times`; a gap is NaN.
  package var columns: [[Double]] = []
  /// What was mended while reading, in full sentences.
  package var blindSpots: [String] = []

  package init() {}

  /// The series of the columns that have a key; all share one array of times.
  package func series(_ key: (_ column: Int) throws -> MetricKey?) rethrows -> [MetricSeries] {
    guard !times.isEmpty else { return [] }
    // Metrics repeat from component to component, and what one's name means is worked out once.
    var meanings: [String: MetricMeaning] = [:]
    return try columns.indices.compactMap { column in
      guard let key = try key(column) else { return nil }
      let meaning = meanings[key.metric] ?? MetricMeaning(metric: key.metric)
      meanings[key.metric] = meaning
      return MetricSeries(key: key, meaning: meaning, times: times, values: columns[column])
    }
  }

  /// Both tables as one: columns with equal names are continued, a column that only one has is a gap in the other's
  /// rows, and times are sorted.
  package func joined(_ other: MetricTable) -> MetricTable {
    var result = MetricTable()
    let order = RowOrder(times + other.times)
    result.times = order.times
    result.blindSpots = blindSpots + other.blindSpots
    var otherColumn = Dictionary(
      zip(other.names, other.columns.indices).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
    let gaps = [Double](repeating: .nan, count: other.times.count)
    for (name, column) in zip(names, columns) {
      let continuation = otherColumn.removeValue(forKey: name).map { other.columns[$0] } ?? gaps
      result.names.append(name)
      result.columns.append(order.sorted(column + continuation))
    }
    let gap = [Double](repeating: .nan, count: times.count)
    for (name, column) in zip(other.names, other.columns.indices) where otherColumn[name] == column {
      result.names.append(name)
      result.columns.append(order.sorted(gap + other.columns[column]))
    }
    return result
  }
}

/// How rows have to be arranged so that their times ascend strictly.
struct RowOrder: Sendable {
  /// Strictly ascending.
  let times: [Int64]
  /// Rows sorted by time, equal times as they came; nil when the rows already ascend strictly.
  private let rows: [Int]?
  /// For each of `times`, the end in `rows` of the rows that have it.
  private let groupEnds: [Int]
  /// Rows whose time an earlier row of the file had reached or passed.
  let outOfOrderCount: Int
  let duplicateCount: Int

  init(_ rowTimes: [Int64]) {
    var outOfOrder = 0
    var latest = Int64.min
    for (row, time) in rowTimes.enumerated() {
      if row > 0, time < latest { outOfOrder += 1 }
      latest = max(latest, time)
    }
    outOfOrderCount = outOfOrder
    let order = ascendingOrder(rowTimes) ?? Array(rowTimes.indices)
    var times: [Int64] = []
    times.reserveCapacity(order.count)
    var ends: [Int] = []
    for (place, row) in order.enumerated() {
      if times.last == rowTimes[row] {
        ends[ends.count - 1] = place + 1
      } else {
        times.append(rowTimes[row])
        ends.append(place + 1)
      }
    }
    self.times = times
    duplicateCount = order.count - times.count
    let isPlain = outOfOrder == 0 && times.count == order.count
    rows = isPlain ? nil : order
    groupEnds = isPlain ? [] : ends
  }

  var isIdentity: Bool { rows == nil }

  /// A column in this order; of several samples at one time the last that is not a gap counts.
  func sorted(_ column: [Double]) -> [Double] {
    guard let rows else { return column }
    var place = 0
    return groupEnds.map { end in
      var value = Double.nan
      while place < end {
        if !column[rows[place]].isNaN { value = column[rows[place]] }
        place += 1
      }
      return value
    }
  }
}
