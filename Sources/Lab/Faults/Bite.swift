import IncidentModel
import Telemetry

/// Something that the recorded telemetry must show, or the injection did not bite. Compared are the stretch before the
/// fault and its later two thirds. Without a component, the fault's target is meant.
package enum Bite: Sendable, Hashable {
  /// The metric's high values are so many times as high as its middle was before.
  case rises(String, of: String? = nil, factor: Double)
  /// The metric's low values are below so many times its middle of before.
  case falls(String, of: String? = nil, factor: Double)
  /// The metric's high values reach this.
  case reaches(String, Double, of: String? = nil)
  /// A log line of the time of the fault contains this.
  case says(String, by: String? = nil)

  /// What is not as it should be, in a sentence; nil where the bite shows.
  ///
  /// - Parameter fault: from the injection to the end of the recording.
  package func complaint(_ window: TelemetryWindow, target: String, fault: TimeWindow) -> String? {
    let late = TimeWindow(start: fault.start.advanced(bySeconds: fault.durationSeconds / 3), end: fault.end)
    let early = TimeWindow(start: window.incident.window.start, end: fault.start)
    switch self {
    case .rises(let metric, let component, let factor):
      return compare(metric, component ?? target, window, early, late) { before, after in
        after.high >= factor * before.middle && after.high > 0
          ? nil : "only from \(before.middle) to \(after.high), which is not \(factor) times as much"
      }
    case .falls(let metric, let component, let factor):
      return compare(metric, component ?? target, window, early, late) { before, after in
        after.low <= factor * before.middle ? nil : "from \(before.middle) it only fell to \(after.low)"
      }
    case .reaches(let metric, let value, let component):
      return compare(metric, component ?? target, window, early, late) { _, after in
        after.high >= value ? nil : "it reached \(after.high) and not \(value)"
      }
    case .says(let words, let component):
      let speaker = ComponentID(component ?? target)
      let isSaid = window.logs.rows(in: fault).contains { row in
        window.logs.componentNames[Int(window.logs.components[row])] == speaker
          && window.logs.bodyText(row).contains(words)
      }
      return isSaid ? nil : "\(speaker) never says “\(words)”"
    }
  }

  private struct Level {
    var low: Double
    var middle: Double
    var high: Double

    /// The second, fifth and eighth tenth; nil without values.
    init?(_ values: ArraySlice<Double>) {
      let sorted = values.filter { !$0.isNaN }.sorted()
      guard !sorted.isEmpty else { return nil }
      func at(_ share: Double) -> Double { sorted[Int(share * Double(sorted.count - 1))] }
      (low, middle, high) = (at(0.2), at(0.5), at(0.8))
    }
  }

  private func compare(
    _ metric: String, _ component: String, _ window: TelemetryWindow, _ early: TimeWindow, _ late: TimeWindow,
    _ judge: (Level, Level) -> String?
  ) -> String? {
    let name = "\(component)|\(metric)"
    guard let series = window.metrics.first(where: { $0.key.description == name }) else { return "there is no \(name)" }
    guard let after = Level(series.values[series.rows(in: late)]) else { return "\(name) has no values at the time" }
    let before = Level(series.values[series.rows(in: early)]) ?? Level([0])
    return before.flatMap { judge($0, after) }.map { "\(name): \($0)" }
  }
}
