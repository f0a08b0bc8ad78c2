import IncidentModel
import Telemetry

/// Alerts that began to fire with the incident; one that had been firing long before says nothing about it.
package struct AlertDetector: Detector {
  /// How long before the onset an alert may have begun and still belong to the incident.
  private static let leadSeconds = 600.0

  package init() {}

  package func detect(in window: TelemetryWindow, comparing comparison: Comparison) -> [Signal] {
    let belongs = TimeWindow(
      start: comparison.onset.advanced(bySeconds: -Self.leadSeconds), end: comparison.observed.end)
    return window.alerts.compactMap { alert in
      guard let component = alert.component, belongs.contains(alert.startsAt) else { return nil }
      if let end = alert.endsAt, end < comparison.onset { return nil }
      var digest = ContentDigest()
      digest.update(alert.startsAt.nanoseconds)
      for (name, value) in alert.labels.sorted(by: { $0.key < $1.key }) {
        digest.update(name)
        digest.update(value)
      }
      let lead = alert.startsAt.seconds(until: comparison.onset)
      let distance = QuantityText.describe(abs(lead), unit: "s")
      return Signal(
        id: "", component: component, channel: .alert, subject: alert.name, onset: alert.startsAt, strength: 1,
        evidence: Evidence(
          kind: .alert,
          statement: "The alert \(alert.name) at \(component) began to fire \(distance) "
            + "\(lead > 0 ? "before" : "after") the onset.",
          query: Evidence.Query(source: "alerts", expression: alert.name, window: belongs),
          digest: digest.finalize(), value: 1, unit: "alerts"))
    }
  }
}
