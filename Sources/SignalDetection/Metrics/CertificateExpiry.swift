import IncidentModel
import Telemetry

/// Time left on a certificate falls all day long; it means something only when none is left.
enum CertificateExpiry {
  /// As strong as a clear shift of any other resource.
  private static let strength = 4.0

  /// Nil while the certificate is valid, and when it had already run out in normal times.
  static func signal(of series: MetricSeries, _ comparison: Comparison) -> Signal? {
    let observed = series.samples(in: [comparison.observed])
    guard let last = observed.min(), last <= 0 else { return nil }
    let normal = series.samples(in: comparison.reference, newest: MetricComparison.newestCount)
    guard let before = OrderStatistics.median(of: normal), before > 0 else { return nil }
    let rows = series.rows(
      in: TimeWindow(start: comparison.onset.advanced(bySeconds: -900), end: comparison.observed.end))
    let expired = rows.first { series.values[$0] <= 0 }.map { Timestamp(nanoseconds: series.times[$0]) }
    return Signal(
      id: "", component: series.key.component, channel: .resource, subject: series.key.metric,
      metricClass: .certificate, direction: .fall, onset: expired, strength: strength,
      evidence: MetricEvidence.draft(
        series, comparison,
        statement:
          "\(series.key.component) \(series.key.metric) ran out: \(QuantityText.describe(last, unit: series.unit)) "
          + "are left, usually \(QuantityText.describe(before, unit: series.unit)).", value: last, unit: series.unit))
  }
}
