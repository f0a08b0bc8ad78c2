import IncidentModel

/// What may be done, by whose leave, and how often: the same for every way in. Read from `guardrails.yaml`.
package struct Guardrails: Hashable, Sendable {
  /// An approval older than that is for a world that may be gone.
  package var approvalSeconds = 1800
  /// Empty: everybody who gives a name may approve, and only the count of people is kept to.
  package var people: [Person] = []
  package var rules: [ApprovalRule] = []
  /// Accounts of the system that several people use; any other account is one person, whatever names it gives.
  package var sharedAccounts: [String] = []
  package var forbidden: [Prohibition] = []
  package var budgets = [
    ActionBudget(actions: 6, seconds: 3600), ActionBudget(actions: 2, seconds: 3600, per: .component),
  ]
  package var preapproved: [Preapproval] = []
  package var secrets: [SecretReference] = []
  /// Names of variables that every command gets; beyond these and a step's own, nothing is handed on.
  package var environment: [String] = []
  /// Where programs are looked for.
  package var searchPath = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]

  package init() {}

  package struct Person: Hashable, Sendable {
    package var name: String
    /// Other names that mean the same person.
    package var aliases: [String] = []
    package var roles: [String] = []
  }

  /// Who may approve what, and when: everything that it lists must fit; an empty list fits everything.
  package struct ApprovalRule: Hashable, Sendable {
    package var roles: [String]
    package var runbooks: [Wildcard] = []
    package var components: [Wildcard] = []
    package var risk: Remediation.Risk
    package var during: [WeeklyWindow] = []
  }

  /// What nobody may approve.
  package struct Prohibition: Hashable, Sendable {
    package var says: String
    package var runbooks: [Wildcard] = []
    package var components: [Wildcard] = []
    package var during: [WeeklyWindow] = []
  }

  /// At most so many runs begun in so long.
  package struct ActionBudget: Hashable, Sendable {
    package enum Scope: String, Hashable, Sendable, CaseIterable { case all, component, runbook }
    package var actions: Int
    package var seconds: Int
    package var per = Scope.all
  }

  /// A runbook that needs nobody's leave once its record is good enough: low risk and reversible ones only.
  package struct Preapproval: Hashable, Sendable {
    package var runbooks: [Wildcard]
    /// Tries on record, after decay.
    package var tried: Double
    /// What the lower end of the interval of its success rate must reach, 0…1.
    package var helped: Double
  }

  /// Where a secret's value is found when a step needs it.
  package struct SecretReference: Hashable, Sendable {
    package enum Place: Hashable, Sendable {
      case file(String)
      case variable(String)
    }
    package var name: String
    package var place: Place
  }

  /// A name with `*` for any text.
  package struct Wildcard: Hashable, Sendable {
    package var pattern: String
    package init(_ pattern: String) { self.pattern = pattern }

    func matches(_ text: String) -> Bool {
      let parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
      guard parts.count > 1, let first = parts.first, let last = parts.last else { return pattern == text }
      guard text.hasPrefix(first), text.hasSuffix(last), text.utf8.count >= first.utf8.count + last.utf8.count
      else { return false }
      var rest = text.dropFirst(first.count).dropLast(last.count)
      for part in parts.dropFirst().dropLast() where !part.isEmpty {
        guard let found = rest.firstRange(of: part) else { return false }
        rest = rest[found.upperBound...]
      }
      return true
    }
  }
}

extension [Guardrails.Wildcard] {
  /// An empty list fits everything.
  func fit(_ text: String) -> Bool { isEmpty || contains { $0.matches(text) } }
}

extension Guardrails {
  /// The one name of a person, whatever name they gave: spelling and aliases do not make two of one.
  package func person(_ given: String) -> String {
    let name = Self.folded(given)
    let known = people.first { ([$0.name] + $0.aliases).contains { Self.folded($0) == name } }
    return known.map { Self.folded($0.name) } ?? name
  }

  private static func folded(_ name: String) -> String {
    String(name.lowercased().filter { !$0.isWhitespace })
  }

  private func roles(_ person: String) -> [String] {
    people.first { Self.folded($0.name) == person }?.roles ?? []
  }

  /// Why this person may not approve this; nil where they may.
  package func refusal(of approver: String, for proposal: Proposal, at now: Timestamp) -> String? {
    let person = self.person(approver)
    guard !person.isEmpty else { return "an approval needs a name" }
    guard !people.isEmpty else { return nil }
    guard knows(approver) else { return "\(approver) is not known" }
    let roles = self.roles(person)
    let fitting = rules.contains { (rule: ApprovalRule) in
      (rule.roles.isEmpty || rule.roles.contains { roles.contains($0) }) && rule.runbooks.fit(proposal.plan.runbook)
        && proposal.components.allSatisfy { rule.components.fit($0.rawValue) }
        && proposal.plan.risk.level <= rule.risk.level
        && (rule.during.isEmpty || rule.during.contains { $0.contains(now) })
    }
    return fitting ? nil : "no rule lets \(approver) approve \(proposal.plan.runbook) at \(proposal.component) now"
  }

  /// Whether the policy names this person; where it names nobody, everybody.
  package func knows(_ given: String) -> Bool {
    people.isEmpty || people.contains { Self.folded($0.name) == person(given) }
  }

  package func hasRole(_ role: String, _ approver: String) -> Bool {
    people.isEmpty || roles(person(approver)).contains(role)
  }

  /// What forbids the run whoever approved it: prohibitions, the runbook's change window. Full sentences.
  ///
  /// An input may name a component as well, a gateway or a standby, that no finding is about: what is forbidden there is
  /// forbidden by any way in.
  func prohibitions(of proposal: Proposal, at now: Timestamp) -> [String] {
    let named = proposal.components.map(\.rawValue) + proposal.plan.inputs.values
    var reasons = forbidden.filter { rule in
      rule.runbooks.fit(proposal.plan.runbook) && named.contains(where: rule.components.fit)
        && (rule.during.isEmpty || rule.during.contains { $0.contains(now) })
    }.map { "forbidden: \($0.says)" }
    if !proposal.terms.changeWindows.isEmpty, !proposal.terms.changeWindows.contains(where: { $0.contains(now) }) {
      let windows = proposal.terms.changeWindows.map(\.description).joined(separator: "; ")
      reasons.append("outside its change window (\(windows))")
    }
    return reasons
  }
}

extension Remediation.Risk {
  package var level: Int {
    switch self {
    case .low: 0
    case .medium: 1
    case .high: 2
    }
  }
}
