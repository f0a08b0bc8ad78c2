import IncidentModel
import Telemetry

/// One family of telemetry turned into signals: pure, deterministic, and without any state between calls.
package protocol Detector: Sendable {
  /// What differs between normal and the incident, in a stable order. Identifiers are left empty: `SignalScan`
  /// numbers the signals of all detectors.
  func detect(in window: TelemetryWindow, comparing comparison: Comparison) -> [Signal]
}

/// Which time is compared with which.
package struct Comparison: Hashable, Sendable {
  package var onset: Timestamp
  package var onsetSource: Detection.OnsetSource
  /// Normal: oldest first, disjoint, all free of the incident.
  package var reference: [TimeWindow]
  /// The incident: from the onset to where the telemetry or the symptom ends.
  package var observed: TimeWindow
  /// Whether normal may be that of the same time of day.
  package var usesTimeOfDay = true

  package init(
    onset: Timestamp, onsetSource: Detection.OnsetSource, reference: [TimeWindow], observed: TimeWindow
  ) {
    self.onset = onset
    self.onsetSource = onsetSource
    self.reference = reference
    self.observed = observed
  }
}
