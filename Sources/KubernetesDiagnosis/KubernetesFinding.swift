import IncidentModel
import KubernetesObjects

/// One thing that is wrong now, what made it so, and whom it fails.
package struct KubernetesFinding: Hashable, Sendable {
  package var cause: KubernetesCause
  /// Whom it fails: a service for what is wrong with pods, a namespace for quotas, a node for what runs on nodes.
  package var component: ObjectReference
  /// Where it has to be mended.
  package var object: ObjectReference
  /// Ordinal: 0.99 a process state, 0.93 and more a field with a matching message, 0.85 one strong indirect sign, 0.5 to
  /// 0.8 alternatives; 0.4 and less is a hint and no finding.
  package var score: Double
  /// A full sentence.
  package var statement: String
  package var evidence: [Quotation]
  package var since: Timestamp?
  /// What would tell this from what looks the same.
  package var check: String?
  /// Changes under which the what-if scheduler places the pod; nil where scheduling is not what is wrong.
  package var remedies: [SchedulingChange]?
  /// The pod that they were tried on.
  package var waitingPod: ObjectName?
  /// The container that is meant, and the value that stands there and is wrong or missing, where there is one.
  package var container: String?
  package var value: String?

  /// A field of an object, or an event, with its value.
  package struct Quotation: Hashable, Sendable {
    package var object: ObjectReference
    /// `spec.selector`, `event FailedCreate`.
    package var field: String
    package var value: String
    package var at: Timestamp?

    package init(_ object: ObjectReference, _ field: String, _ value: String, at: Timestamp? = nil) {
      self.object = object
      self.field = field
      self.value = value
      self.at = at
    }

    package init(_ event: ClusterEvent) {
      self.init(event.object, "event \(event.reason)", event.message, at: event.lastAt)
    }
  }

  package init(
    _ cause: KubernetesCause, component: ObjectReference, object: ObjectReference, score: Double, _ statement: String,
    evidence: [Quotation], since: Timestamp? = nil, check: String? = nil, remedies: [SchedulingChange]? = nil
  ) {
    self.cause = cause
    self.component = component
    self.object = object
    self.score = score
    self.statement = statement
    self.evidence = evidence
    self.since = since
    self.check = check
    self.remedies = remedies
  }

  package static let shownLine = 0.5
}

private struct MergeKey: Hashable {
  var cause: KubernetesCause
  var component: ObjectReference
}

extension [KubernetesFinding] {
  /// The best of each cause and component, best first, in an order that depends on nothing else.
  func merged() -> [KubernetesFinding] {
    var best: [MergeKey: KubernetesFinding] = [:]
    for finding in self {
      let key = MergeKey(cause: finding.cause, component: finding.component)
      if let other = best[key], !Self.precedes(finding, other) { continue }
      best[key] = finding
    }
    return best.values.sorted(by: Self.precedes)
  }

  private static func precedes(_ left: KubernetesFinding, _ right: KubernetesFinding) -> Bool {
    if left.score != right.score { return left.score > right.score }
    if left.cause != right.cause { return left.cause < right.cause }
    if left.component != right.component { return left.component < right.component }
    if left.object != right.object { return left.object < right.object }
    return left.statement < right.statement
  }
}
