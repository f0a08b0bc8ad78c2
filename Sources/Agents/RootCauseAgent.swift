import IncidentModel
import RootCauseAnalysis

/// Ranks the components by how well a fault there explains the signals, and proposes the best as hypotheses.
package struct RootCauseAgent: Agent {
  package static let name: AgentName = "root-cause"
  package var name: AgentName { Self.name }

  package init() {}

  package func isReady(_ snapshot: BlackboardSnapshot, seen: Revision?) -> Bool {
    snapshot.opening != nil && snapshot.detection?.isAnomalous == true
      && snapshot.hasNews(since: seen, \.isDetection)
  }

  package func contribute(_ snapshot: BlackboardSnapshot) async throws -> [Contribution] {
    let opening = try snapshot.requireOpening()
    let attribution = Attribution(
      incident: opening.incident, detection: try snapshot.requireDetection(), signals: snapshot.signals,
      serviceMap: opening.serviceMap)
    return [.assessment(attribution.assessment)] + attribution.hypotheses.map { .hypothesis($0) }
  }
}
