/// Durations as Prometheus writes them: `1d12h`, `90s`, `0`. In nanoseconds.
package enum PromDuration {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("y", 365 * 86_400_000), ("w", 7 * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
    ("ms", 1),
  ]

  /// Whole numbers with units, the larger unit first, each at most once; nil for anything else, and beyond 292 years.
  package static func nanoseconds(_ text: String) -> Int64? {
    if text == "0" { return 0 }
    var rest = text.utf8[...]
    var nextUnit = 0
    var total: Int64 = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { (48...57).contains($0) }
      rest = rest.dropFirst(digits.count)
      let letters = rest.prefix { (97...122).contains($0) }
      rest = rest.dropFirst(letters.count)
      guard let count = Int64(String(digits) ?? ""), let unit = String(letters),
        let index = units[nextUnit...].firstIndex(where: { $0.name == unit })
      else { return nil }
      nextUnit = index + 1
      let (milliseconds, overflow) = count.multipliedReportingOverflow(by: units[index].milliseconds)
      let (nanoseconds, overflowToo) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
      let (sum, overflowAtLast) = total.addingReportingOverflow(nanoseconds)
      guard !overflow, !overflowToo, !overflowAtLast else { return nil }
      total = sum
    }
    return total
  }

  /// The shortest text that reads back as the same duration, to the millisecond.
  package static func text(nanoseconds: Int64) -> String {
    var left = nanoseconds / 1_000_000
    guard left > 0 else { return "0s" }
    var text = ""
    // Years and weeks only where nothing is left over, as Prometheus writes them.
    for unit in units where left >= unit.milliseconds {
      if ["y", "w"].contains(unit.name), left % unit.milliseconds != 0 { continue }
      text += "\(left / unit.milliseconds)\(unit.name)"
      left %= unit.milliseconds
    }
    return text
  }

  /// Durations as Go's `time.ParseDuration` reads them, which some receivers want: `1.5h`, `-3s`, `300ms`.
  static func isGoDuration(_ text: String) -> Bool {
    var rest = text.utf8[...]
    if let sign = rest.first, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(sign) { rest = rest.dropFirst() }
    if rest.elementsEqual("0".utf8) { return true }
    guard !rest.isEmpty else { return false }
    while !rest.isEmpty {
      let number = rest.prefix { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { !(48...57).contains($0) && $0 != UInt8(ascii: ".") }
      rest = rest.dropFirst(unit.count)
      let hasDigits = number.contains { $0 != UInt8(ascii: ".") }
      guard hasDigits, number.count(where: { $0 == UInt8(ascii: ".") }) <= 1,
        ["ns", "us", "µs", "μs", "ms", "s", "m", "h"].contains(String(unit) ?? "")
      else { return false }
    }
    return true
  }
}
