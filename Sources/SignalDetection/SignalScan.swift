import IncidentModel
import Telemetry

/// From telemetry to signals: finds the onset where none was given, then asks every detector.
package struct SignalScan: Sendable {
  package var detection: Detection
  /// Strongest first within a channel; numbered `S1`, `S2`, …
  package var signals: [Signal]
  /// What could not be compared, in full sentences.
  package var blindSpots: [String]

  package init(_ window: TelemetryWindow) {
    detection = Detection(onset: nil, onsetSource: .estimated, isAnomalous: false, statement: "")
    signals = []
    blindSpots = []
  }
}
