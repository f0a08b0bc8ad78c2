import IncidentModel
import Telemetry

/// A recording with hardly any time before the alert: the rows in which the symptom is worst are compared with the
/// others, before and after.
struct ShortHistory {
  var onset: Timestamp
  var end: Timestamp
  var reference: [TimeWindow]

  /// Rows before the alert that make this unnecessary.
  private static let sufficientRows = 8
  private static let fewestRows = 4
  /// Of the way from the best row to the worst, where a row begins to count as out.
  private static let threshold = 0.4

  /// Nil where normal is known, or where no focus series has enough rows or moves.
  init?(_ window: TelemetryWindow, focus: [MetricSeries]) {
    let span = window.incident.window
    guard window.referenceWindows.isEmpty else { return nil }
    let alert = window.incident.alertedAt.map { min(max($0, span.start), span.end) } ?? span.end
    let before = TimeWindow(start: span.start, end: alert)
    let longest = focus.map { $0.rows(in: before).count }.max() ?? 0
    guard longest < Self.sufficientRows else { return nil }
    let moves = focus.compactMap { Self.segment($0, in: span) }
    guard let clearest = moves.max(by: { $0.weight < $1.weight }) else { return nil }
    onset = clearest.start
    end = clearest.end
    reference = span.without(TimeWindow(start: clearest.start, end: clearest.end))
    guard !reference.isEmpty else { return nil }
  }

  private static func segment(
    _ series: MetricSeries, in span: TimeWindow
  ) -> (start: Timestamp, end: Timestamp, weight: Double)? {
    let rows = series.rows(in: span)
    guard rows.count >= fewestRows, let period = series.samplingSeconds else { return nil }
    let values = Array(series.values[rows])
    let isDown = BadnessDirection(series.metricClass) == .down
    let ordered = values.sortedFinite()
    guard let low = OrderStatistics.quantile(ofSorted: ordered, isDown ? 0.75 : 0.25),
      let worst = isDown ? ordered.first : ordered.last
    else { return nil }
    let scale = MetricScale(series.metricClass, unit: series.unit, magnitude: max(abs(low), abs(worst)))
    let floor = max(scale.absoluteFloor, scale.relativeFloor * abs(low))
    let weight = abs(worst - low) / floor
    let gains = values.map { FaultSegment.gain($0, normal: low, changed: worst, threshold: threshold) }
    guard weight > 1, let best = FaultSegment.best(gains) else { return nil }
    let first = series.times[rows.lowerBound + best.rows.lowerBound]
    let last = series.times[rows.lowerBound + best.rows.upperBound - 1]
    let end = Timestamp(nanoseconds: last).advanced(bySeconds: period)
    return (Timestamp(nanoseconds: first), min(end, span.end), weight)
  }
}
