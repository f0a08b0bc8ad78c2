import IncidentModel
import Telemetry

/// Components whose series stop when the incident begins, or that no longer answer their monitor: silence is evidence of
/// its own, not a normal value.
package struct AbsenceDetector: Detector {
  /// Samples that should have arrived before their absence means anything.
  private static let fewestMissing = 3.0
  private static let minimumStrength = 0.25
  /// Fewer unanswered probes than this share are hiccups.
  private static let minimumUnanswered = 0.1

  package init() {}

  package func detect(in window: TelemetryWindow, comparing comparison: Comparison) -> [Signal] {
    var signals: [Signal] = []
    var first = window.metrics.startIndex
    while first < window.metrics.endIndex {
      let component = window.metrics[first].key.component
      var past = first
      while past < window.metrics.endIndex, window.metrics[past].key.component == component { past += 1 }
      let own = window.metrics[first..<past]
      let found = [Self.signal(of: own, comparison), Self.unanswered(own, comparison)].compactMap { $0 }
      if let strongest = found.max(by: { $0.strength < $1.strength }) { signals.append(strongest) }
      first = past
    }
    return signals
  }

  /// One signal for all series of a component.
  private static func signal(of series: ArraySlice<MetricSeries>, _ comparison: Comparison) -> Signal? {
    // Silence is rare, and what was there before takes longer to count.
    let silent = series.map { isSilent($0, comparison) }
    guard let component = series.first?.key.component, silent.contains(true) else { return nil }
    var before = 0.0
    var lost = 0.0
    var example: MetricSeries?
    for (one, isSilent) in zip(series, silent) {
      let share = presence(of: one, in: comparison.reference)
      before += share
      guard share > 0, isSilent else { continue }
      lost += share
      // What a process uses it uses without being asked: that this stops says more than that nobody asks any more.
      if example == nil || (one.metricClass.isInternal && example?.metricClass.isInternal == false) { example = one }
    }
    guard before > 0, let example else { return nil }
    let strength = lost / before * min(before / Double(series.count), 1)
    guard strength >= minimumStrength else { return nil }
    let statement =
      "\(component) stopped sending \(QuantityText.number(lost / before * 100)) % of its telemetry at the onset."
    return Signal(
      id: "", component: component, channel: .absence, subject: example.key.metric,
      metricClass: example.metricClass.isInternal ? example.metricClass : nil, direction: .fall,
      onset: comparison.onset, strength: strength,
      evidence: MetricEvidence.draft(example, comparison, statement: statement, value: strength, unit: "share"))
  }

  /// How much less often than before a component answers its monitor; the mean counts, since restarts come and go.
  private static func unanswered(_ series: ArraySlice<MetricSeries>, _ comparison: Comparison) -> Signal? {
    for one in series where MetricMeaning.isReachability(metric: one.key.metric) {
      let observed = one.samples(in: [comparison.observed])
      guard let usual = mean(one.samples(in: comparison.reference)), let now = mean(observed),
        Double(observed.count) >= fewestMissing, usual >= 0.5, usual - now >= minimumUnanswered
      else { continue }
      let statement =
        "\(one.key.component) does not answer its monitor \(QuantityText.number((1 - now) * 100)) % of the time, usually "
        + "\(QuantityText.number((1 - usual) * 100)) %."
      return Signal(
        id: "", component: one.key.component, channel: .absence, subject: one.key.metric,
        metricClass: one.metricClass, direction: .fall,
        onset: comparison.onset, strength: min((usual - now) / usual, 1),
        evidence: MetricEvidence.draft(one, comparison, statement: statement, value: now, unit: "share"))
    }
    return nil
  }

  private static func mean(_ values: [Double]) -> Double? {
    let finite = values.filter(\.isFinite)
    return finite.isEmpty ? nil : finite.reduce(0, +) / Double(finite.count)
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
