/// A runbook bound to a hypothesis; what a person reviews. Nothing here acts by itself.
package struct Remediation: Hashable, Sendable, Codable {
  package var id: RemediationID
  package var hypothesis: HypothesisID
  /// Nil for diagnostic steps where no runbook fits.
  package var runbook: String?
  package var title: String
  /// What must hold before the first step, in full sentences with their queries.
  package var preconditions: [String]
  package var steps: [Step]
  package var risk: Risk
  package var blastRadius: [ComponentID]
  package var isReversible: Bool
  package var requiresApproval: Bool
  package var expectedEffect: String
  package var verification: String
  /// Why this runbook was chosen.
  package var reason: String

  package enum Risk: String, Sendable, Codable, CaseIterable { case low, medium, high }

  package struct Step: Hashable, Sendable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
      case run, http, manual
      case waitUntil = "wait-until"
    }
    package var kind: Kind
    package var title: String
    /// Argument vector for `run`, method and URL for `http`, the query for `wait-until`, empty for `manual`.
    package var arguments: [String]
    /// How to take the step back, or nil when it cannot be or need not be.
    package var undo: String?

    package init(kind: Kind, title: String, arguments: [String] = [], undo: String? = nil) {
      self.kind = kind
      self.title = title
      self.arguments = arguments
      self.undo = undo
    }

    /// The arguments on one line, those of `run` as a shell would need them: for people to read and copy, never to be
    /// run from here.
    package var commandText: String {
      switch kind {
      case .run: Self.commandText(arguments)
      case .http, .manual: arguments.joined(separator: " ")
      case .waitUntil: arguments.joined(separator: ", ")
      }
    }

    package static func commandText(_ arguments: [String]) -> String {
      arguments.map(quoted).joined(separator: " ")
    }

    private static func quoted(_ argument: String) -> String {
      let isPlain = argument.utf8.allSatisfy {
        switch $0 {
        case 48...57, 65...90, 97...122: true
        default: "-._~/:=@%+,".utf8.contains($0)
        }
      }
      if isPlain, !argument.isEmpty { return argument }
      return "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
  }

  package init(
    id: RemediationID, hypothesis: HypothesisID, runbook: String?, title: String,
    preconditions: [String] = [], steps: [Step], risk: Risk,
    blastRadius: [ComponentID], isReversible: Bool, requiresApproval: Bool, expectedEffect: String,
    verification: String, reason: String
  ) {
    self.id = id
    self.hypothesis = hypothesis
    self.runbook = runbook
    self.title = title
    self.preconditions = preconditions
    self.steps = steps
    self.risk = risk
    self.blastRadius = blastRadius
    self.isReversible = isReversible
    self.requiresApproval = requiresApproval
    self.expectedEffect = expectedEffect
    self.verification = verification
    self.reason = reason
  }
}
