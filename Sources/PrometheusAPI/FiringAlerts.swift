import IncidentModel
import Telemetry

/// When alerts fired, from the series `ALERTS` that Prometheus writes of its own rules: one sample for each evaluation at
/// which an alert fires.
enum FiringAlerts {
  /// Samples further apart than this are two firings.
  static let longestGapSeconds = 300.0

  /// - Parameters:
  ///   - annotations: by labels, of the alerts that are firing now.
  ///   - end: an alert with a sample shortly before it has not ended.
  static func alerts(
    _ series: [SampledSeries], annotations: [[String: String]: [String: String]], end: Timestamp
  ) -> [Alert] {
    series.flatMap { series -> [Alert] in
      guard series.name == "ALERTS", series.labels["alertstate"] == "firing", let first = series.times.first else {
        return []
      }
      let labels = series.labels.filter { $0.key != "__name__" && $0.key != "alertstate" }
      var alerts: [Alert] = []
      var (start, last) = (first, first)
      func close() {
        let lastSeen = Timestamp(nanoseconds: last)
        let isOver = lastSeen.seconds(until: end) > longestGapSeconds
        alerts.append(
          Alert(
            labels: labels, annotations: annotations[labels] ?? [:], startsAt: Timestamp(nanoseconds: start),
            endsAt: isOver ? lastSeen : nil))
      }
      for time in series.times.dropFirst() {
        if Timestamp(nanoseconds: last).seconds(until: Timestamp(nanoseconds: time)) > longestGapSeconds {
          close()
          start = time
        }
        last = time
      }
      close()
      return alerts
    }
  }
}

/// Which alert is meant: `HighLatency` or `HighLatency{service="checkout"}`; all given labels must be equal.
package struct AlertSelector: Hashable, Sendable {
  package var name: String
  package var labels: [String: String]

  /// Nil for what is not written like this.
  package init?(_ text: String) {
    let pattern = /\s*([A-Za-z_][A-Za-z0-9_:. -]*?)\s*(?:\{(.*)\})?\s*/
    guard let match = text.wholeMatch(of: pattern) else { return nil }
    name = String(match.1)
    labels = [:]
    guard var rest = match.2?[...] else { return }
    while let pair = rest.prefixMatch(of: /\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/) {
      labels[String(pair.1)] = String(pair.2.replacing(/\\(.)/) { $0.1 })
      rest = rest[pair.range.upperBound...]
    }
    guard rest.allSatisfy(\.isWhitespace) else { return nil }
  }

  package func matches(_ alert: Alert) -> Bool {
    alert.name == name && labels.allSatisfy { alert.labels[$0.key] == $0.value }
  }
}
