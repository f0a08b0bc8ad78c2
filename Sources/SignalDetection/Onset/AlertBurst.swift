import IncidentModel
import Telemetry

/// Finds since when more alerts fire than usual, where nothing but alerts was recorded.
///
/// Kulldorff's scan statistic in one dimension ("A spatial scan statistic", 1997): of all intervals the one whose count
/// of alerts is least likely at the usual rate.
struct AlertBurst {
  let start: Timestamp

  /// The longest that a burst may last before somebody notices.
  private static let lookbackSeconds = 3600.0
  private static let stepSeconds = 60.0
  /// Log likelihood ratio that a burst needs; where all of the window is searched, beyond the logarithm of its steps.
  private static let clear = 3.0

  /// Nil for a window with other telemetry, and where no alert time is given and nothing stands out. Alerts that name
  /// their window leave nothing to find: it began with the window.
  init?(_ window: TelemetryWindow) {
    let span = window.incident.window
    guard window.metrics.isEmpty, window.spans.isEmpty, window.logs.isEmpty else { return nil }
    guard !window.alertsNameTheirWindow else {
      start = min(max(window.incident.alertedAt ?? span.start, span.start), span.end)
      return
    }
    let times = window.alerts.map(\.startsAt).filter { span.start <= $0 && $0 < span.end }.sorted()
    if let alert = window.incident.alertedAt {
      let moment = min(max(alert, span.start), span.end)
      start = Self.start(of: times, noticedAt: moment, in: span)
    } else {
      guard let found = Self.clearest(times, in: span) else { return nil }
      start = found
    }
  }

  private static func start(of times: [Timestamp], noticedAt moment: Timestamp, in span: TimeWindow) -> Timestamp {
    let earliest = max(span.start, moment.advanced(bySeconds: -lookbackSeconds))
    let before = Double(times.count { $0 < earliest })
    let rate = (before + 0.5) / (span.start.seconds(until: earliest) + lookbackSeconds)
    let recent = times.filter { earliest <= $0 && $0 <= moment }
    var best = (start: moment, score: clear)
    for (position, start) in recent.enumerated() {
      let score = score(Double(recent.count - position), usual: rate * (start.seconds(until: moment) + stepSeconds))
      if score > best.score { best = (start, score) }
    }
    return best.start
  }

  /// In steps of a minute, so that many alerts cost no more than few.
  private static func clearest(_ times: [Timestamp], in span: TimeWindow) -> Timestamp? {
    let stepCount = Int(min(span.durationSeconds / stepSeconds, 1e6)) + 1
    var first = [Timestamp?](repeating: nil, count: stepCount)
    var counts = [Double](repeating: 0, count: stepCount + 1)
    for time in times {
      let step = min(Int(span.start.seconds(until: time) / stepSeconds), stepCount - 1)
      first[step] = first[step] ?? time
      counts[step] += 1
    }
    let rate = (Double(times.count) + 0.5) / (span.durationSeconds + lookbackSeconds)
    var best: (start: Timestamp, score: Double)?
    for begin in counts.indices.dropLast() {
      guard let start = first[begin] else { continue }
      var count = 0.0
      for end in begin..<min(begin + Int(lookbackSeconds / stepSeconds), stepCount) {
        count += counts[end]
        let score = score(count, usual: rate * Double(end - begin + 1) * stepSeconds)
        if score > best?.score ?? clear + Double.log(Double(stepCount)) { best = (start, score) }
      }
    }
    return best?.start
  }

  private static func score(_ count: Double, usual: Double) -> Double {
    count > usual ? count * Double.log(count / usual) - (count - usual) : 0
  }
}

extension TelemetryWindow {
  /// Whether a detector that reports per window, as overlapping windows need it, labelled its alerts with it.
  var alertsNameTheirWindow: Bool { alerts.contains { $0.labels["window"] != nil } }
}
