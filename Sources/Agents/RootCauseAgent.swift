import IncidentModel
import RootCauseAnalysis

/// Ranks the components by how well a fault there explains the signals, and proposes the best as hypotheses. Where
/// nothing is wrong the ranking says only where to look first; no cause is proposed.
package struct RootCauseAgent: Agent {
  package static let name: AgentName = "root-cause"
  package var name: AgentName { Self.name }

  private let confidenceModel: ConfidenceModel
  private let left: Set<Ingredient>

  /// - Parameter left: parts to leave out, for a measurement.
  package init(confidenceModel: ConfidenceModel = .standard, without left: Set<Ingredient> = []) {
    self.confidenceModel = confidenceModel
    self.left = left
  }

  package func isReady(_ snapshot: BlackboardSnapshot, seen: Revision?) -> Bool {
    snapshot.opening != nil && snapshot.detection != nil && snapshot.hasNews(since: seen, \.isDetection)
  }

  package func contribute(_ snapshot: BlackboardSnapshot) async throws -> [Contribution] {
    let opening = try snapshot.requireOpening()
    let detection = try snapshot.requireDetection()
    let attribution = Attribution(
      incident: opening.incident, detection: detection, signals: snapshot.signals, serviceMap: opening.serviceMap,
      confidenceModel: confidenceModel, without: left)
    let hypotheses = detection.isAnomalous ? attribution.hypotheses : []
    return [.assessment(attribution.assessment)] + hypotheses.map { .hypothesis($0) }
  }
}
