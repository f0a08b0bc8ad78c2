import IncidentModel
import TextReading

/// The CSV files of a case as text: one for each clock, the clock of the first series first.
enum CaseMetricText {
  static func files(_ metrics: [MetricSeries], folder: String) throws -> [[UInt8]] {
    var clocks: [[Int64]] = []
    var groups: [[MetricSeries]] = []
    var groupOfClock: [[Int64]: Int] = [:]
    for series in metrics where !series.times.isEmpty {
      guard !series.key.component.rawValue.contains("|"), !series.key.metric.isEmpty else {
        throw DatasetError(
          file: folder, message: "“\(series.key)” cannot be written: a component has no “|” in its name")
      }
      // Series of one clock share its storage, so that comparing with the last one is quick.
      if let last = clocks.indices.last, clocks[last] == series.times {
        groups[last].append(series)
      } else if let group = groupOfClock[series.times] {
        groups[group].append(series)
      } else {
        groupOfClock[series.times] = clocks.count
        clocks.append(series.times)
        groups.append([series])
      }
    }
    guard groups.count <= CaseMetrics.maximumFileCount else {
      throw DatasetError(file: folder, message: "series on more than \(CaseMetrics.maximumFileCount) clocks")
    }
    return zip(clocks, groups).map { table(times: $0, series: $1) }
  }

  private static func table(times: [Int64], series: [MetricSeries]) -> [UInt8] {
    var bytes = Array("time".utf8)
    for one in series {
      bytes.append(UInt8(ascii: ","))
      append(field: "\(one.key)", to: &bytes)
    }
    bytes.append(10)
    // A block of rows is turned around at a time, so that a column is fetched once for many rows.
    let blockRows = 32
    var block = [Double](repeating: .nan, count: blockRows * series.count)
    for start in stride(from: 0, to: times.count, by: blockRows) {
      let rows = start..<min(start + blockRows, times.count)
      for (column, one) in series.enumerated() {
        for row in rows { block[(row - start) * series.count + column] = one.values[row] }
      }
      for row in rows {
        append(unixSeconds: times[row], to: &bytes)
        for value in block[(row - start) * series.count..<(row - start + 1) * series.count] {
          bytes.append(UInt8(ascii: ","))
          append(number: value, to: &bytes)
        }
        bytes.append(10)
      }
    }
    return bytes
  }

  private static func append(field: String, to bytes: inout [UInt8]) {
    guard field.utf8.contains(where: { [34, 44, 10, 13].contains($0) }) else {
      bytes.append(contentsOf: field.utf8)
      return
    }
    bytes.append(34)
    for byte in field.utf8 {
      if byte == 34 { bytes.append(34) }
      bytes.append(byte)
    }
    bytes.append(34)
  }

  private static let powersOfTen: [Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6]

  /// Nothing for a gap; otherwise text that reads back as the same number.
  private static func append(number: Double, to bytes: inout [UInt8]) {
    guard number.isFinite else { return }
    // Most numbers have few decimals: they are a whole number divided by a power of ten, and no shorter text is.
    if number.magnitude < 1e9, number != 0 {
      for (decimals, power) in powersOfTen.enumerated() {
        let whole = (number * power).rounded()
        if whole / power == number {
          append(whole: Int64(whole), decimals: decimals, to: &bytes)
          return
        }
      }
    }
    let text = number.description
    bytes.append(contentsOf: text.utf8)
    if text.hasSuffix(".0") { bytes.removeLast(2) }
  }

  private static func append(whole: Int64, decimals: Int, to bytes: inout [UInt8]) {
    if whole < 0 { bytes.append(UInt8(ascii: "-")) }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { digits in
      var rest = whole.magnitude
      var place = digits.count
      while rest > 0 || digits.count - place <= decimals {
        if decimals > 0, digits.count - place == decimals {
          place -= 1
          digits[place] = UInt8(ascii: ".")
          if rest == 0 {
            place -= 1
            digits[place] = 48
            break
          }
        }
        place -= 1
        digits[place] = UInt8(48 + rest % 10)
        rest /= 10
      }
      bytes.append(contentsOf: digits[place...])
    }
  }

  /// Decimal seconds, exact to the nanosecond.
  private static func append(unixSeconds nanoseconds: Int64, to bytes: inout [UInt8]) {
    if nanoseconds < 0 { bytes.append(UInt8(ascii: "-")) }
    let (seconds, fraction) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    bytes.append(contentsOf: String(seconds).utf8)
    guard fraction > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    let digits = String(fraction)
    bytes.append(contentsOf: repeatElement(48, count: 9 - digits.utf8.count))
    bytes.append(contentsOf: digits.utf8)
    while bytes.last == 48 { bytes.removeLast() }
  }
}
