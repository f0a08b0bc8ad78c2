/// A position in a blackboard's history: how many batches have been posted.
package struct Revision: Hashable, Comparable, Sendable, Codable {
  package var number: Int

  package init(_ number: Int) { self.number = number }

  package static let initial = Revision(0)
  package static func < (left: Revision, right: Revision) -> Bool { left.number < right.number }
}

/// A contribution with its place in the log.
package struct BlackboardEntry: Hashable, Sendable, Codable {
  /// 1, 2, 3, … over the whole log of an incident.
  package var sequence: Int
  /// The batch in which it was posted; all entries of a batch share it.
  package var revision: Revision
  package var author: AgentName
  package var contribution: Contribution

  package init(sequence: Int, revision: Revision, author: AgentName, contribution: Contribution) {
    self.sequence = sequence
    self.revision = revision
    self.author = author
    self.contribution = contribution
  }
}

/// An immutable fold over the log at one revision: what agents read and what reports are made from.
package struct BlackboardSnapshot: Sendable {
  package private(set) var revision = Revision.initial
  package private(set) var entries: [BlackboardEntry] = []
  package private(set) var opening: Opening?
  /// The latest; earlier ones stay in `entries`.
  package private(set) var detection: Detection?
  package private(set) var signals: [Signal] = []
  package private(set) var context: [ContextNote] = []
  /// The latest assessment; earlier ones stay in `entries`.
  package private(set) var assessment: Assessment?
  package private(set) var hypotheses: [Hypothesis] = []
  package private(set) var critiques: [HypothesisID: [Critique]] = [:]
  package private(set) var remediations: [Remediation] = []
  package private(set) var diagnostics: [Diagnostic] = []
  /// What language models said, in the order of the log; empty where none took part.
  package private(set) var advice: [ModelAdvice] = []
  package private(set) var conclusion: Conclusion?
  /// The revision of the last entry by each author.
  package private(set) var lastRevision: [AgentName: Revision] = [:]

  package init(entries: some Sequence<BlackboardEntry> = []) {
    for entry in entries { append(entry) }
  }

  package mutating func append(_ entry: BlackboardEntry) {
    entries.append(entry)
    revision = max(revision, entry.revision)
    lastRevision[entry.author] = entry.revision
    switch entry.contribution {
    case .opening(let value): opening = value
    case .detection(let value): detection = value
    case .signal(let value): signals.append(value)
    case .context(let value): context.append(value)
    case .assessment(let value): assessment = value
    case .hypothesis(let value): hypotheses.append(value)
    case .critique(let value): critiques[value.hypothesis, default: []].append(value)
    case .remediation(let value): remediations.append(value)
    case .diagnostic(let value): diagnostics.append(value)
    case .advice(let value): advice.append(value)
    case .conclusion(let value): conclusion = value
    }
  }
}
