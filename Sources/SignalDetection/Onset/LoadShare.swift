import IncidentModel
import Telemetry

/// Takes out of counts of failures what their requests explain: where one request in five hundred always fails, twice the
/// users see twice the failures, and nothing is wrong.
///
/// Each count is moved by the usual share of what its row's requests differ from the usual number, so that it stays a
/// count with a count's noise. Nothing moves where nothing usually fails.
enum LoadShare {
  /// Nil where nothing is taken out of any series.
  static func removed(from window: TelemetryWindow) -> TelemetryWindow? {
    let normal = window.referenceWindows.isEmpty ? [window.incident.window] : window.referenceWindows
    var metrics = window.metrics
    let positions = Dictionary(zip(metrics.map(\.key), metrics.indices)) { first, _ in first }
    var hasChanged = false
    for calls in CallSeries.select(.failure, symptomMetric: window.incident.symptom?.metric, from: metrics) {
      guard calls.measure.metricClass == .errors, !MetricScale.isRatio(calls.measure.unit),
        let requests = calls.requests, requests.times == calls.measure.times, requests.unit == calls.measure.unit,
        let position = positions[calls.measure.key],
        let adjusted = adjusted(calls.measure, requests, normal)
      else { continue }
      metrics[position] = adjusted
      hasChanged = true
    }
    guard hasChanged else { return nil }
    var window = window
    window.metrics = metrics
    return window
  }

  /// Nil where nothing usually fails, or nobody asks.
  private static func adjusted(
    _ failures: MetricSeries, _ requests: MetricSeries, _ normal: [TimeWindow]
  ) -> MetricSeries? {
    var shares: [Double] = []
    for row in normal.flatMap({ failures.rows(in: $0) }) where requests.values[row] > 0 {
      shares.append(failures.values[row] / requests.values[row])
    }
    guard let share = OrderStatistics.median(of: shares), share > 0,
      let usual = OrderStatistics.median(of: requests.samples(in: normal))
    else { return nil }
    let values = zip(failures.values, requests.values).map { failed, asked in
      asked.isFinite ? failed - share * (asked - usual) : failed
    }
    return MetricSeries(
      key: failures.key, metricClass: failures.metricClass, unit: failures.unit, times: failures.times, values: values)
  }
}
