import IncidentModel

/// Numbers with units, as people read them: three significant digits, thousands apart, units scaled where that is
/// customary.
enum Quantity {
  static func text(_ value: Double, unit: String) -> String {
    let scale = Scale(largest: abs(value), unit: unit)
    let number = number(value / scale.divisor)
    return scale.unit.isEmpty ? number : "\(number) \(scale.unit)"
  }

  /// `1,250`, `0.312`, `2.4`, `3.1e-7`; a value that is not finite is `–`.
  static func number(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite else { return "–" }
    let rounded = value.roundedToSignificantDigits(digits)
    let size = abs(rounded)
    if size == 0 { return "0" }
    if size >= 1e12 || size < 1e-4 { return "\(rounded)" }
    if size >= 100 { return grouped(Int(rounded.rounded())) }
    var text = "\(rounded)"
    if text.hasSuffix(".0") { text.removeLast(2) }
    return text
  }

  private static func grouped(_ number: Int) -> String {
    var digits = Array(String(number.magnitude))
    var position = digits.count - 3
    while position > 0 {
      digits.insert(",", at: position)
      position -= 3
    }
    return (number < 0 ? "-" : "") + String(digits)
  }

  /// A number and its unit stay on one line: `2.14 s`, `83 %`, `1.42 MB`.
  static func keepingUnits(_ text: String) -> String {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count > 1 else { return text }
    var output = String(words[0])
    for (previous, word) in zip(words, words.dropFirst()) {
      let isUnit = previous.last?.isNumber == true && units.contains(word.filter { !".,;:)".contains($0) })
      output += (isUnit ? "\u{A0}" : " ") + word
    }
    return output
  }

  private static let units: Set<String> = [
    "s", "ms", "µs", "min", "h", "d", "%", "B", "kB", "MB", "GB", "TB", "cores",
  ]

  /// One divisor and unit for all numbers of an axis or a sentence.
  struct Scale: Hashable {
    var divisor = 1.0
    var unit: String

    /// Seconds and bytes are scaled by their largest value; every other unit stays as given.
    init(largest: Double, unit: String) {
      self.unit = UntrustedText.clean(unit, limit: 16)
      guard largest.isFinite, largest > 0 else { return }
      switch unit {
      case "s", "seconds":
        self.unit = "s"
        if largest < 0.001 {
          (divisor, self.unit) = (1e-6, "µs")
        } else if largest < 0.95 {
          (divisor, self.unit) = (1e-3, "ms")
        }
      case "ms", "milliseconds":
        self.unit = "ms"
        if largest >= 10_000 { (divisor, self.unit) = (1000, "s") }
      case "bytes", "byte", "B":
        self.unit = "B"
        for (size, name) in [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")] where largest >= size {
          (divisor, self.unit) = (size, name)
          break
        }
      case "1", "ratio", "count": self.unit = ""
      default: break
      }
    }

    func number(_ value: Double) -> String { Quantity.number(value / divisor) }

    /// Two significant digits, for where there is little room.
    func short(_ value: Double) -> String { Quantity.number(value / divisor, digits: 2) }
  }
}
