import IncidentModel
import RootCauseAnalysis

/// Tests every hypothesis that has no critique yet, and may veto it; the reason is posted with the test.
package struct CriticAgent: Agent {
  package static let name: AgentName = "critic"
  package var name: AgentName { Self.name }
  /// Context may hold what speaks against a hypothesis.
  package var letsFirst: [AgentName] { [ContextAgent.name, KubernetesAgent.name, RootCauseAgent.name] }

  package init() {}

  package func isReady(_ snapshot: BlackboardSnapshot, seen: Revision?) -> Bool {
    snapshot.opening != nil && snapshot.hasNews(since: seen, \.isHypothesis)
  }

  package func contribute(_ snapshot: BlackboardSnapshot) async throws -> [Contribution] {
    let untested = snapshot.hypotheses.filter { snapshot.critiques[$0.id] == nil }
    return CausalCritic.critiques(of: untested, in: snapshot).map { .critique($0) }
  }
}
