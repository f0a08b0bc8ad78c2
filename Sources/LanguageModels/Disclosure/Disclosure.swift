import IncidentModel

/// Which kinds of data an agent may show to a model: an allow-list, so that a kind nobody thought of stays inside.
package struct Disclosure: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    case metrics, logs, traces, alerts, changes, topology, history, runbooks
    /// Names of components and hosts as they are. Without it they are replaced before sending (see
    /// `Redaction.Settings.names`).
    case names

    package static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }

    package init(_ kind: Evidence.Kind) {
      self =
        switch kind {
        case .metric: .metrics
        case .log: .logs
        case .trace: .traces
        case .alert: .alerts
        case .change: .changes
        case .topology: .topology
        case .history: .history
        }
    }
  }

  package var allowed: Set<Kind>

  package init(_ allowed: Set<Kind>) { self.allowed = allowed }

  package static let everything = Disclosure(Set(Kind.allCases))
  package static let nothing = Disclosure([])

  package func allows(_ kind: Kind) -> Bool { allowed.contains(kind) }

  /// What of the evidence may be shown, in its order.
  package func visible(_ evidence: [Evidence]) -> [Evidence] { evidence.filter { allows(Kind($0.kind)) } }

  /// A hypothesis without the evidence that may not be shown. Its own statement repeats its strongest evidence, so
  /// it is emptied where any of the evidence is withheld.
  package func visible(_ hypothesis: Hypothesis) -> Hypothesis {
    var copy = hypothesis
    copy.evidence = visible(hypothesis.evidence)
    if copy.evidence.count < hypothesis.evidence.count { copy.statement = "" }
    if !allows(.topology) { copy.propagation = [] }
    return copy
  }
}
