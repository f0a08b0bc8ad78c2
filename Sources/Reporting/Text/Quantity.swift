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

    /// Seconds and bytes are scaled by their largest value, shares become per cent; every other unit stays as given.
    init(largest: Double, unit: String) {
      let largest = largest.isFinite ? largest : 0
      let perSecond = unit.hasSuffix("/s") ? "/s" : ""
      let base = String(unit.dropLast(perSecond.count))
      self.unit = UntrustedText.clean(unit, limit: 16)
      switch base {
      case "s", "seconds": name("s", scaled: [(1e-6, "µs"), (1e-3, "ms"), (0.95, "s")], largest, perSecond)
      case "ms", "milliseconds": name("ms", scaled: [(0, "ms"), (1e4, "s")], largest, perSecond)
      case "bytes", "byte", "B":
        name("B", scaled: [(0, "B"), (1e3, "kB"), (1e6, "MB"), (1e9, "GB"), (1e12, "TB")], largest, perSecond)
      case "ratio", "share", "fraction": (divisor, self.unit) = (0.01, "%" + perSecond)
      case "1", "count": self.unit = perSecond
      default: break
      }
    }

    private static let sizes = [
      "µs": 1e-6, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
    ]

    /// The largest of the named steps that the value reaches; the plain unit where it is zero.
    private mutating func name(
      _ plain: String, scaled steps: [(from: Double, unit: String)], _ largest: Double, _ perSecond: String
    ) {
      let unit = largest > 0 ? (steps.last { largest >= $0.from } ?? steps[0]).unit : plain
      self.unit = unit + perSecond
      switch (plain, unit) {
      case ("s", "ms"): divisor = 1e-3
      case ("ms", "s"): divisor = 1e3
      default: divisor = Self.sizes[unit] ?? 1
      }
    }

    func number(_ value: Double) -> String { Quantity.number(value / divisor) }

    /// Two significant digits, for where there is little room.
    func short(_ value: Double) -> String { Quantity.number(value / divisor, digits: 2) }
  }
}
