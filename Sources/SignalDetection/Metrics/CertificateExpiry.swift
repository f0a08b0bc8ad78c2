import IncidentModel
import Telemetry

/// Time left on a certificate falls all day long; it means something only when none is left.
enum CertificateExpiry {
  /// As strong as a clear shift of any other resource.
  private static let strength = 4.0

  /// From here on a value is no time that is left but the moment of expiry, in Unix seconds: thirty years.
  private static let earliestMoment = 1e9

  /// Most exporters say when a certificate runs out, some how long that is.
  private static func timeLeft(_ series: MetricSeries) -> MetricSeries {
    guard let typical = OrderStatistics.median(of: series.values), typical >= earliestMoment else { return series }
    return MetricSeries(
      key: series.key, metricClass: series.metricClass, unit: "s", times: series.times,
      values: zip(series.values, series.times).map { $0 - Double($1) / 1e9 })
  }

  /// Nil while the certificate is valid, and when it had already run out in normal times.
  static func signal(of given: MetricSeries, _ comparison: Comparison) -> Signal? {
    let series = Self.timeLeft(given)
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
