import IncidentModel
import Telemetry

/// Describes the surroundings: who is affected, the neighbours of what stands out, changes and alerts near the onset,
/// and which components have telemetry at all.
package struct ContextAgent: Agent {
  package static let name: AgentName = "context"
  package var name: AgentName { Self.name }
  private let telemetry: TelemetryWindow

  package init(telemetry: TelemetryWindow) { self.telemetry = telemetry }

  package func isReady(_ snapshot: BlackboardSnapshot, seen: Revision?) -> Bool {
    snapshot.opening != nil && snapshot.hasNews(since: seen, \.isDetection)
  }

  package func contribute(_ snapshot: BlackboardSnapshot) async throws -> [Contribution] {
    let detection = try snapshot.requireDetection()
    let coverage = TelemetryCoverage(telemetry)
    var notes = [coverage.note]
    if detection.isAnomalous {
      let reach = SignalReach(snapshot.signals, serviceMap: telemetry.serviceMap)
      notes += [reach.impact(symptom: telemetry.incident.symptom)].compactMap { $0 } + reach.neighbours
      if let onset = detection.onset ?? telemetry.incident.alertedAt {
        let moment = OnsetSurroundings(
          onset: onset, windowEnd: telemetry.incident.window.end, noticed: reach.components)
        notes += moment.notes(on: telemetry.changes) + moment.notes(on: telemetry.alerts)
      }
    }
    return notes.map { .context($0) } + [coverage.blindSpot].compactMap { $0 }.map { .diagnostic($0) }
  }
}
