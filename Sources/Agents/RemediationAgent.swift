import IncidentModel
import Runbooks

/// Advises what a person may do about the hypotheses that the critics left standing.
package struct RemediationAgent: Agent {
  package static let name: AgentName = "remediation"
  package var name: AgentName { Self.name }
  /// Advice for a cause that is about to be vetoed would be worse than none.
  package var letsFirst: [AgentName] {
    [ContextAgent.name, KubernetesAgent.name, RootCauseAgent.name, CriticAgent.name]
  }
  private let runbooks: RunbookLibrary

  package init(runbooks: RunbookLibrary) { self.runbooks = runbooks }

  /// Once, after everybody else, when something is wrong.
  package func isReady(_ snapshot: BlackboardSnapshot, seen: Revision?) -> Bool {
    snapshot.opening != nil && snapshot.detection?.isAnomalous == true && seen == nil
      && snapshot.remediations.isEmpty
  }

  package func contribute(_ snapshot: BlackboardSnapshot) async throws -> [Contribution] {
    let opening = try snapshot.requireOpening()
    let verdict = Verdict(snapshot)
    guard verdict.outcome != .healthy else { return [] }
    return runbooks.remediations(for: verdict.hypotheses.filter { !Self.needsMore($0) }, serviceMap: opening.serviceMap)
      .map { .remediation($0) }
  }

  /// Where a pod waits for a node and no single change was found under which it fits, none is proposed.
  private static func needsMore(_ judged: JudgedHypothesis) -> Bool {
    judged.critiques.contains { $0.test == KubernetesHypothesis.schedulingTest && $0.verdict == .inconclusive }
  }
}
