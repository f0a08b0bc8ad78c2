import IncidentModel
import KubernetesDiagnosis
import KubernetesObjects

/// Reads what is wrong from the objects of a cluster, by rules, and proposes it beside what the telemetry says.
package struct KubernetesAgent: Agent {
  package static let name: AgentName = "kubernetes"
  package var name: AgentName { Self.name }
  package var letsFirst: [AgentName] { [DetectionAgent.name] }
  private let diagnosis: ClusterDiagnosis?

  /// More causes than this at once are one cause that no rule knows.
  static let maximumHypothesisCount = 12

  package init(diagnosis: ClusterDiagnosis?) { self.diagnosis = diagnosis }

  /// Every cause that a rule can name, and when it does.
  package static var rules: [(slug: String, condition: String)] {
    KubernetesCause.allCases.map { ($0.rawValue, $0.condition) }
  }

  /// Once, where there are objects: they do not change under the investigation.
  package func isReady(_ snapshot: BlackboardSnapshot, seen: Revision?) -> Bool {
    snapshot.opening != nil && diagnosis != nil && seen == nil
  }

  package func contribute(_ snapshot: BlackboardSnapshot) async throws -> [Contribution] {
    let opening = try snapshot.requireOpening()
    guard let diagnosis else { return [] }
    let writer = KubernetesHypothesis(opening: opening, diagnosis: diagnosis)
    let findings = diagnosis.shownFindings.prefix(Self.maximumHypothesisCount)
    return findings.enumerated().flatMap { position, finding -> [Contribution] in
      let hypothesis = writer.hypothesis(finding, number: position + 1)
      return [.hypothesis(hypothesis), .critique(writer.critique(finding, of: hypothesis.id))]
    }
  }
}

/// Puts a finding of the rules into the words of the blackboard.
struct KubernetesHypothesis {
  let opening: Opening
  let diagnosis: ClusterDiagnosis

  /// The test that says whether one change would do where a pod waits for a node.
  static let schedulingTest = "what-if-scheduler"
  static let presentTest = "unhealthy-now"
  private static let maximumEvidenceCount = 8

  func hypothesis(_ finding: KubernetesFinding, number: Int) -> Hypothesis {
    let component = Self.component(finding, diagnosis)
    let known = opening.serviceMap[component]
    let isNode = finding.component.kind == ObjectKind.node.rawValue
    var statement = finding.statement
    if let check = finding.check { statement += " \(check)" }
    return Hypothesis(
      id: HypothesisID("K\(number)"), component: component,
      componentKind: known?.kind ?? (isNode ? .node : finding.component.kind == "Pod" ? .instance : .service),
      componentRole: known?.role ?? (isNode ? .host : .application), metric: nil, fault: finding.cause.fault,
      cause: finding.cause.rawValue, object: object(finding), onset: finding.since, score: finding.score,
      confidence: finding.score, statement: statement, propagation: [component], channelShares: [],
      evidence: finding.evidence.prefix(Self.maximumEvidenceCount).map(evidence))
  }

  /// What it is called on the service map.
  static func component(_ finding: KubernetesFinding, _ diagnosis: ClusterDiagnosis) -> ComponentID {
    ComponentID(diagnosis.names.text(finding.component))
  }

  /// What a command has to name to mend it.
  private func object(_ finding: KubernetesFinding) -> IncidentModel.ClusterObject {
    let name = finding.object.name
    return IncidentModel.ClusterObject(
      kind: finding.object.kind.lowercased(), namespace: name.namespace.isEmpty ? nil : name.namespace,
      name: name.name, container: finding.container, value: finding.value)
  }

  private func evidence(_ quotation: KubernetesFinding.Quotation) -> Evidence {
    let name = quotation.object.name
    let place = name.namespace.isEmpty ? "\(quotation.object)" : "\(quotation.object) in \(name.namespace)"
    let expression = "\(place), \(quotation.field)"
    var text = quotation.value.isEmpty ? "empty" : quotation.value
    if text.count > 400 { text = String(text.prefix(400)) + "…" }
    let time = quotation.at.map { " (\($0))" } ?? ""
    let kind = Self.kind(quotation.field)
    let source = kind == .metric ? "metrics" : kind == .trace ? "spans" : "kubernetes"
    return Evidence(
      kind: kind, statement: "\(expression): \(text)\(time)",
      query: Evidence.Query(source: source, expression: expression, window: opening.incident.window),
      digest: ContentDigest.of(quotation.value), value: 1, unit: "")
  }

  private static func kind(_ field: String) -> Evidence.Kind {
    if field == "log" || field.hasPrefix("event ") { return .log }
    return field.hasPrefix("metric ") ? .metric : field.hasPrefix("spans ") ? .trace : .topology
  }

  /// The state was looked at, not inferred, so that nothing has to be weighed; a remedy that would not do is said.
  func critique(_ finding: KubernetesFinding, of id: HypothesisID) -> Critique {
    guard let remedies = finding.remedies else {
      return Critique(
        hypothesis: id, test: Self.presentTest, verdict: .supports, oddsFactor: 1,
        statement: "\(finding.object) shows it in its present state; what has passed does not count.")
    }
    guard !remedies.isEmpty else {
      return Critique(
        hypothesis: id, test: Self.schedulingTest, verdict: .inconclusive, oddsFactor: 1,
        statement: "No single change that was tried lets the pod fit; it takes more capacity, or several changes.")
    }
    return Critique(
      hypothesis: id, test: Self.schedulingTest, verdict: .supports, oddsFactor: 1,
      statement: "The pod would fit after any of these: \(remedies.map(\.statement).joined(separator: "; ")).")
  }
}
