import IncidentModel
import Telemetry

@testable import SignalDetection

/// Series on a clock of their own, with a fixed ripple that no two neighbours share.
struct MadeUpMetrics {
  static let begin = Timestamp(nanoseconds: 1_700_000_000_000_000_000)

  /// - Parameter value: what the series is at so many seconds, before the ripple of a few percent; nil for no sample.
  static func series(
    _ component: ComponentID, _ metric: String, _ metricClass: MetricClass, unit: String, every seconds: Double,
    from first: Double = 0, until last: Double, _ value: (Double) -> Double?
  ) -> MetricSeries {
    var times: [Int64] = []
    var values: [Double] = []
    var second = first
    var row = 0
    while second < last {
      let ripple = Double((row * 7 + row * row * 3) % 17) / 16 - 0.5
      if let value = value(second) {
        times.append(begin.advanced(bySeconds: second).nanoseconds)
        values.append(value * (1 + 0.08 * ripple))
      }
      second += seconds
      row += 1
    }
    return MetricSeries(
      key: MetricKey(component: component, metric: metric), metricClass: metricClass, unit: unit, times: times,
      values: values)
  }

  /// Nobody was alerted, and no time is known to be normal.
  static func window(_ series: [MetricSeries], seconds: Double, lookingFrom first: Double = 0) -> TelemetryWindow {
    let start = begin.advanced(bySeconds: first)
    return TelemetryWindow(
      incident: Incident(
        id: "made-up", title: "Made up",
        window: TimeWindow(start: start, end: begin.advanced(bySeconds: seconds))),
      referenceWindows: first > 0 ? [TimeWindow(start: begin, end: start)] : [],
      metrics: series.sorted { $0.key < $1.key },
      serviceMap: ServiceMap(calls: [
        ServiceMap.Call(from: "front", to: "cart"), ServiceMap.Call(from: "cart", to: "store"),
      ]))
  }
}
