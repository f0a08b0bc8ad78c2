import IncidentModel
import Telemetry

/// Components whose series stop when the incident begins: silence is evidence of its own, not a normal value.
package struct AbsenceDetector: Detector {
  /// Samples that should have arrived before their absence means anything.
  private static let fewestMissing = 3.0
  private static let minimumStrength = 0.25

  package init() {}

  package func detect(in window: TelemetryWindow, comparing comparison: Comparison) -> [Signal] {
    var signals: [Signal] = []
    var first = window.metrics.startIndex
    while first < window.metrics.endIndex {
      let component = window.metrics[first].key.component
      var past = first
      while past < window.metrics.endIndex, window.metrics[past].key.component == component { past += 1 }
      if let signal = Self.signal(of: window.metrics[first..<past], comparison) { signals.append(signal) }
      first = past
    }
    return signals
  }

  /// One signal for all series of a component.
  private static func signal(of series: ArraySlice<MetricSeries>, _ comparison: Comparison) -> Signal? {
    guard let component = series.first?.key.component else { return nil }
    var before = 0.0
    var lost = 0.0
    var example: MetricSeries?
    for one in series {
      let share = presence(of: one, in: comparison.reference)
      before += share
      guard share > 0, isSilent(one, comparison) else { continue }
      lost += share
      if example == nil { example = one }
    }
    guard before > 0, let example else { return nil }
    let strength = lost / before * min(before / Double(series.count), 1)
    guard strength >= minimumStrength else { return nil }
    let statement =
      "\(component) stopped sending \(QuantityText.number(lost / before * 100)) % of its telemetry at the onset."
    return Signal(
      id: "", component: component, channel: .absence, subject: example.key.metric, direction: .fall,
      onset: comparison.onset, strength: strength,
      evidence: MetricEvidence.draft(example, comparison, statement: statement, value: strength, unit: "share"))
  }

  /// The share of the samples that its clock promises which a series really has.
  private static func presence(of series: MetricSeries, in windows: [TimeWindow]) -> Double {
    guard let period = series.samplingSeconds, period > 0 else { return 0 }
    let expected = windows.reduce(0) { $0 + $1.durationSeconds } / period
    guard expected >= Double(Baseline.sufficientCount) else { return 0 }
    let present = windows.reduce(0) { sum, window in
      sum + series.rows(in: window).count { series.values[$0].isFinite }
    }
    return min(Double(present) / expected, 1)
  }

  private static func isSilent(_ series: MetricSeries, _ comparison: Comparison) -> Bool {
    guard let period = series.samplingSeconds, period > 0 else { return false }
    // One period of grace: the last sample before the silence may carry a time just after the onset.
    let quiet = TimeWindow(
      start: comparison.onset.advanced(bySeconds: period), end: comparison.observed.end)
    guard quiet.durationSeconds / period >= fewestMissing else { return false }
    return !series.rows(in: quiet).contains { series.values[$0].isFinite }
  }
}
