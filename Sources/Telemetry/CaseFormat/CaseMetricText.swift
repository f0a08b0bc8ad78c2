import IncidentModel

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
    for row in times.indices {
      append(unixSeconds: times[row], to: &bytes)
      for one in series {
        bytes.append(UInt8(ascii: ","))
        append(number: one.values[row], to: &bytes)
      }
      bytes.append(10)
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

  /// Nothing for a gap; otherwise the shortest text that reads back as the same number.
  private static func append(number: Double, to bytes: inout [UInt8]) {
    guard number.isFinite else { return }
    let text = number.description
    bytes.append(contentsOf: text.utf8)
    if text.hasSuffix(".0") { bytes.removeLast(2) }
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
