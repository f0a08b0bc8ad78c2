import IncidentModel

/// A number with its unit as a person would write it: three significant digits, in a unit that fits its size.
package enum QuantityText {
  package static func describe(_ value: Double, unit: String) -> String {
    guard value.isFinite else { return "no value" }
    switch unit.lowercased() {
    case "s", "sec", "second", "seconds": return seconds(value)
    case "ms", "millisecond", "milliseconds": return seconds(value / 1e3)
    case "b", "byte", "bytes": return bytes(value, suffix: "")
    case "b/s", "bytes/s": return bytes(value, suffix: "/s")
    case "%", "percent": return number(value) + " %"
    case "ratio", "fraction": return number(value * 100) + " %"
    case "", "1": return number(value)
    default: return number(value) + " " + unit
    }
  }

  package static func number(_ value: Double) -> String {
    let rounded = value.roundedToSignificantDigits(3)
    if abs(rounded) < 1e15, let whole = Int(exactly: rounded) { return String(whole) }
    return String(rounded)
  }

  private static func seconds(_ value: Double) -> String {
    let size = abs(value)
    if size >= 120 { return number(value / 60) + " min" }
    if size >= 1 || size == 0 { return number(value) + " s" }
    return size >= 1e-3 ? number(value * 1e3) + " ms" : number(value * 1e6) + " µs"
  }

  private static func bytes(_ value: Double, suffix: String) -> String {
    let size = abs(value)
    if size >= 1_073_741_824 { return number(value / 1_073_741_824) + " GiB" + suffix }
    if size >= 1_048_576 { return number(value / 1_048_576) + " MiB" + suffix }
    if size >= 1024 { return number(value / 1024) + " KiB" + suffix }
    return number(value) + " B" + suffix
  }
}
