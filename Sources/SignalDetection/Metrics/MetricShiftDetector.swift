import IncidentModel
import Telemetry

/// Robust shifts of single series: what components consume, what their callers notice, and the load that arrives.
package struct MetricShiftDetector: Detector {
  /// Evidence below this is not worth a signal.
  private static let minimumEvidence = 0.1

  package init() {}

  package func detect(in window: TelemetryWindow, comparing comparison: Comparison) -> [Signal] {
    var signals = window.metrics.compactMap { Self.signal(of: $0, comparison) }
    let failing = FailingShare(window.metrics, comparison)
    for position in signals.indices { signals[position].failingShare = failing.share(of: signals[position]) }
    return signals
  }

  private static func signal(of series: MetricSeries, _ comparison: Comparison) -> Signal? {
    if series.metricClass == .certificate { return CertificateExpiry.signal(of: series, comparison) }
    let role = role(of: series.metricClass)
    guard let metric = MetricComparison.evident(series, comparison) else { return nil }
    let strength = metric.badEvidence(fallFactor: role.fallFactor) * role.factor
    guard strength >= minimumEvidence else { return nil }
    let shift = metric.shift
    // A resource moves as its use does, whichever of the two is measured.
    let sign = metric.useSign
    return Signal(
      id: "", component: series.key.component, channel: role.channel, subject: series.key.metric,
      metricClass: series.metricClass, direction: sign * shift.sigmas >= 0 ? .rise : .fall,
      onset: metric.onset(comparison),
      strength: strength, deviationSigmas: (sign * shift.sigmas).roundedToSignificantDigits(6),
      logRatio: (sign * shift.logRatio).roundedToSignificantDigits(6),
      usual: shift.baseline.median.roundedToSignificantDigits(6),
      evidence: MetricEvidence.draft(
        series, comparison, statement: MetricEvidence.sentence(series, shift), value: shift.observed,
        unit: series.unit))
  }

  /// Where a class of metrics belongs, how much of it counts, and how much a fall counts beside a rise: a resource
  /// that is used less is seldom a cause, load that stays away may be one.
  private static func role(
    of metricClass: MetricClass
  ) -> (channel: SignalChannel, factor: Double, fallFactor: Double) {
    switch metricClass {
    case .cpu, .memory, .disk, .network, .connections, .saturation, .certificate: (.resource, 1, 0.3)
    case .other: (.resource, 0.5, 0.5)
    case .latency, .errors, .availability: (.serviceLevel, 1, 1)
    case .throughput: (.traffic, 1, 0.7)
    }
  }
}
