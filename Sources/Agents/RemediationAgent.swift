import IncidentModel
import KubernetesDiagnosis
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
  private let diagnosis: ClusterDiagnosis?

  /// - Parameter diagnosis: on which commands for pods that wait for a node are tried, where a cluster was recorded.
  package init(runbooks: RunbookLibrary, diagnosis: ClusterDiagnosis? = nil) {
    self.runbooks = runbooks
    self.diagnosis = diagnosis
  }

  /// Once, after everybody else, when something is wrong.
  package func isReady(_ snapshot: BlackboardSnapshot, seen: Revision?) -> Bool {
    snapshot.opening != nil && snapshot.detection?.isAnomalous == true && seen == nil
      && snapshot.remediations.isEmpty
  }

  package func contribute(_ snapshot: BlackboardSnapshot) async throws -> [Contribution] {
    let opening = try snapshot.requireOpening()
    let verdict = Verdict(snapshot)
    guard verdict.outcome != .healthy else { return [] }
    let advised = verdict.hypotheses.filter { !Self.needsMore($0) }
    let hypotheses = Dictionary(advised.map { ($0.hypothesis.id, $0.hypothesis) }) { first, _ in first }
    let proposed = try runbooks.reading(for: advised).remediations(for: advised, serviceMap: opening.serviceMap)
      .compactMap { remediation in
        hypotheses[remediation.hypothesis].map { tried(remediation, for: $0) } ?? remediation
      }
    return proposed.enumerated().map { position, remediation in
      var numbered = remediation
      numbered.id = RemediationID("R\(position + 1)")
      return .remediation(numbered)
    }
  }

  /// What is to help a pod that waits for a node is tried first; nil where the pod would still not fit.
  private func tried(_ remediation: Remediation, for hypothesis: Hypothesis) -> Remediation? {
    guard let diagnosis,
      let finding = diagnosis.shownFindings.first(where: {
        $0.waitingPod != nil && $0.cause.rawValue == hypothesis.cause
          && KubernetesHypothesis.component($0, diagnosis) == hypothesis.component
      })
    else { return remediation }
    let commands = remediation.steps.filter { $0.kind == .run }.map(\.arguments)
    switch diagnosis.trial.outcome(of: commands, for: finding) {
    case .doesNotFit: return nil
    case .nothingTried: return remediation
    case .fits(let node):
      var remediation = remediation
      remediation.reason += " Tried on \(finding.waitingPod?.name ?? "the pod"): afterwards it fits \(node)."
      return remediation
    }
  }

  /// Where a pod waits for a node and no single change was found under which it fits, none is proposed.
  private static func needsMore(_ judged: JudgedHypothesis) -> Bool {
    judged.critiques.contains { $0.test == KubernetesHypothesis.schedulingTest && $0.verdict == .inconclusive }
  }
}
