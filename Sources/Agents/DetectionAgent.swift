import IncidentModel
import KubernetesDiagnosis
import SignalDetection
import Telemetry

/// Says whether anything is wrong and since when, and posts every signal that departs from normal.
package struct DetectionAgent: Agent {
  package static let name: AgentName = "detection"
  package var name: AgentName { Self.name }
  private let telemetry: TelemetryWindow
  private let diagnosis: ClusterDiagnosis?
  private let left: Set<Ingredient>

  /// - Parameters:
  ///   - diagnosis: what the objects of the cluster show, where they were recorded.
  ///   - left: parts to leave out, for a measurement.
  package init(telemetry: TelemetryWindow, diagnosis: ClusterDiagnosis? = nil, without left: Set<Ingredient> = []) {
    self.telemetry = telemetry
    self.diagnosis = diagnosis
    self.left = left
  }

  /// Once, as soon as the investigation is open: the telemetry does not change under it.
  package func isReady(_ snapshot: BlackboardSnapshot, seen: Revision?) -> Bool {
    snapshot.opening != nil && snapshot.detection == nil && seen == nil
  }

  package func contribute(_ snapshot: BlackboardSnapshot) async throws -> [Contribution] {
    let scan = SignalScan(telemetry, without: left)
    var known: Set<String> = []
    let blindSpots = (telemetry.blindSpots + scan.blindSpots).filter { known.insert($0).inserted }
    return [.detection(detection(scan.detection))] + scan.signals.map { .signal($0) }
      + blindSpots.map { .diagnostic(Diagnostic(kind: .blindSpot, statement: $0)) }
  }

  /// Objects that are unhealthy now are an incident whatever the telemetry shows.
  private func detection(_ fromTelemetry: Detection) -> Detection {
    guard let diagnosis else { return fromTelemetry }
    guard let best = diagnosis.shownFindings.first else {
      var detection = fromTelemetry
      if !detection.isAnomalous { detection.statement += " Every object of the cluster that rules know is in order." }
      return detection
    }
    if fromTelemetry.isAnomalous { return fromTelemetry }
    let alerted = telemetry.incident.alertedAt
    return Detection(
      onset: alerted ?? best.since, onsetSource: alerted == nil ? .estimated : .alert, isAnomalous: true,
      statement: "The objects of the cluster show that something is wrong: \(best.statement)")
  }
}
