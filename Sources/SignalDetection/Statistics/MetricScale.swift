import IncidentModel

/// What counts as a change worth seeing for a class of metrics: floors that keep a quiet series from looking loud.
package struct MetricScale: Hashable, Sendable {
  /// A share of the baseline's median.
  package var relativeFloor: Double
  /// In the unit of the series, above 0.
  package var absoluteFloor: Double

  package init(relativeFloor: Double, absoluteFloor: Double) {
    self.relativeFloor = relativeFloor
    self.absoluteFloor = absoluteFloor
  }

  /// Where the unit is unknown, the absolute floor is a share of what the series itself reaches.
  ///
  /// - Parameter magnitude: how large the series typically gets in the time that is looked at.
  package init(_ metricClass: MetricClass, unit: String, magnitude: Double) {
    let magnitude = magnitude.isFinite ? abs(magnitude) : 0
    let share = Self.unknownUnitShare * magnitude
    let perBase = Self.unitsPerBaseUnit(unit)
    relativeFloor = metricClass == .availability ? 0 : 0.05
    switch metricClass {
    case .availability: absoluteFloor = 0.005 * Self.availabilityScale(unit: unit, magnitude: magnitude)
    case .latency: absoluteFloor = perBase.map { 0.001 * $0 } ?? share
    case .errors: absoluteFloor = Self.isRatio(unit) ? 0.005 * (perBase ?? 1) : share
    case .cpu, .saturation: absoluteFloor = perBase.map { 0.01 * $0 } ?? share
    case .memory, .disk, .network:
      absoluteFloor = Self.isRatio(unit) ? 0.005 * (perBase ?? 1) : perBase.map { 4096 * $0 } ?? share
    case .connections, .throughput, .certificate, .other: absoluteFloor = share
    }
    // A floor beyond the series itself would hide everything that the series can show.
    if magnitude > 0, metricClass != .availability { absoluteFloor = min(absoluteFloor, 0.2 * magnitude) }
    if !(absoluteFloor > 0) { absoluteFloor = 1e-9 }
  }

  private static let unknownUnitShare = 0.02

  /// How many of this unit make one second, byte or whole; nil when the unit is not known.
  package static func unitsPerBaseUnit(_ unit: String) -> Double? {
    switch unit.lowercased() {
    case "s", "sec", "second", "seconds", "ratio", "fraction", "1", "cores", "cpus": 1
    case "ms", "millisecond", "milliseconds": 1e3
    case "us", "µs", "microseconds": 1e6
    case "ns", "nanoseconds": 1e9
    case "%", "percent": 100
    case "b", "byte", "bytes", "b/s", "bytes/s": 1
    case "kib", "kb": 1.0 / 1024
    case "mib", "mb": 1.0 / 1_048_576
    case "gib", "gb": 1.0 / 1_073_741_824
    default: nil
    }
  }

  /// How many of the time that a rate is counted over make so many seconds; nil for what is no rate.
  static func periods(in seconds: Double, of unit: String) -> Double? {
    let unit = unit.lowercased()
    if unit.hasSuffix("/min") { return seconds / 60 }
    return unit.hasSuffix("/s") || unit == "rps" || unit == "hz" ? seconds : nil
  }

  package static func isRatio(_ unit: String) -> Bool {
    ["%", "percent", "ratio", "fraction", "1"].contains(unit.lowercased())
  }

  /// 100 for percent, 1 for fractions; an availability above 1.5 without a unit is taken to be in percent.
  package static func availabilityScale(unit: String, magnitude: Double) -> Double {
    if isRatio(unit), let scale = unitsPerBaseUnit(unit) { return scale }
    return magnitude > 1.5 ? 100 : 1
  }
}
