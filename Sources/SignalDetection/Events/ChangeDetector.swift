import IncidentModel
import Telemetry

/// Deploys, configuration and scaling changes shortly before the onset.
package struct ChangeDetector: Detector {
  private static let earliestSeconds = 1800.0
  private static let latestSeconds = 120.0
  private static let decaySeconds = 600.0

  package init() {}

  package func detect(in window: TelemetryWindow, comparing comparison: Comparison) -> [Signal] {
    window.changes.compactMap { change in
      let lead = change.time.seconds(until: comparison.onset)
      guard lead <= Self.earliestSeconds, lead >= -Self.latestSeconds else { return nil }
      let nearness = Double.exp(-max(lead, 0) / Self.decaySeconds)
      let distance = QuantityText.describe(abs(lead), unit: "s")
      let statement =
        "\(change.component) had a \(change.kind.rawValue) change \(distance) \(lead >= 0 ? "before" : "after") "
        + "the onset: \(change.summary)."
      var digest = ContentDigest()
      digest.update(change.time.nanoseconds)
      digest.update(change.component.rawValue)
      digest.update(change.kind.rawValue)
      digest.update(change.summary)
      return Signal(
        id: "", component: change.component, channel: .change, subject: change.kind.rawValue, onset: change.time,
        strength: nearness,
        evidence: Evidence(
          kind: .change, statement: statement,
          query: Evidence.Query(
            source: "changes", expression: change.component.rawValue,
            window: TimeWindow(
              start: comparison.onset.advanced(bySeconds: -Self.earliestSeconds),
              end: comparison.onset.advanced(bySeconds: Self.latestSeconds))),
          digest: digest.finalize(), value: lead, unit: "s",
          change: Evidence.Change(kind: change.kind.rawValue, at: change.time, from: change.from, to: change.to)))
    }
  }
}
