/// Repels pods from a node.
package struct Taint: Hashable, Sendable, CustomStringConvertible {
  package var key = ""
  package var value = ""
  /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
  package var effect = ""

  package init(key: String = "", value: String = "", effect: String = "") {
    self.key = key
    self.value = value
    self.effect = effect
  }

  /// Whether it keeps a pod from being placed.
  package var repels: Bool { effect == "NoSchedule" || effect == "NoExecute" }

  package var description: String { value.isEmpty ? "\(key):\(effect)" : "\(key)=\(value):\(effect)" }
}

/// Lets a pod onto a tainted node.
package struct Toleration: Hashable, Sendable {
  /// Empty with `Exists` tolerates every key.
  package var key = ""
  /// `Equal`, which is meant when it is missing, or `Exists`.
  package var relation = "Equal"
  package var value = ""
  /// Empty tolerates every effect.
  package var effect = ""

  package init(key: String = "", relation: String = "Equal", value: String = "", effect: String = "") {
    self.key = key
    self.relation = relation
    self.value = value
    self.effect = effect
  }

  package func tolerates(_ taint: Taint) -> Bool {
    guard effect.isEmpty || effect == taint.effect, key.isEmpty || key == taint.key else { return false }
    switch relation {
    case "Exists": return true
    case "Equal", "": return !key.isEmpty && value == taint.value
    default: return false
    }
  }
}

/// One of the alternatives of a required node affinity: all its lines must hold.
package struct NodeSelectorTerm: Hashable, Sendable, CustomStringConvertible {
  package var matchExpressions: [LabelRequirement] = []
  /// On fields of the node; `metadata.name` is the only one there is.
  package var matchFields: [LabelRequirement] = []

  /// A term without lines matches no node.
  package func matches(_ node: ClusterNode) -> Bool {
    guard !matchExpressions.isEmpty || !matchFields.isEmpty else { return false }
    return matchExpressions.allSatisfy { $0.matches(node.metadata.labels) }
      && matchFields.allSatisfy { $0.matches(value: $0.key == "metadata.name" ? node.name : nil) }
  }

  package var description: String { (matchExpressions + matchFields).map(\.description).joined(separator: " and ") }
}

/// Near to, or away from, pods that a selector finds, counted by a topology such as `kubernetes.io/hostname`.
package struct PodAffinityTerm: Hashable, Sendable {
  package var selector: LabelSelector?
  package var topologyKey = ""
  package var namespaces: [String] = []
  /// Every namespace is meant by an empty selector of namespaces.
  package var namespaceSelector: LabelSelector?

  /// - Parameter owner: the namespace of the pod that carries the term.
  package func matches(_ pod: Pod, owner: String, _ labels: NamespaceLabels) -> Bool {
    let isInNamespace: Bool
    if namespaces.contains(pod.namespace) {
      isInNamespace = true
    } else if let namespaceSelector {
      isInNamespace = labels.matches(namespaceSelector, pod.namespace) ?? false
    } else {
      isInNamespace = namespaces.isEmpty && pod.namespace == owner
    }
    return isInNamespace && (selector?.matches(pod.metadata.labels) ?? false)
  }
}

/// Only what is required: preferences do not keep a pod from being placed.
package struct Affinity: Hashable, Sendable {
  /// Alternatives; nil where no node affinity is required.
  package var nodeTerms: [NodeSelectorTerm]?
  package var podAffinity: [PodAffinityTerm] = []
  package var podAntiAffinity: [PodAffinityTerm] = []

  package static let none = Affinity()
}

/// How evenly pods have to be spread over the values of a node label.
package struct TopologySpreadConstraint: Hashable, Sendable {
  package var maximumSkew = 1
  package var topologyKey = ""
  /// `DoNotSchedule` or `ScheduleAnyway`.
  package var whenUnsatisfiable = "DoNotSchedule"
  package var selector: LabelSelector?
  package var minimumDomains: Int?
  /// `Honor` or `Ignore`.
  package var nodeAffinityPolicy = "Honor"
  package var nodeTaintsPolicy = "Ignore"
}
