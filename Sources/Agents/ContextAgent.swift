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
    []
  }
}
