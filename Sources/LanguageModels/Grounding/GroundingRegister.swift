import IncidentModel

/// Something that a sentence may cite, and what it says.
package struct Citable: Hashable, Sendable {
  /// What it says of a cause; an observation says nothing of one.
  package enum Standing: Hashable, Sendable {
    case observation
    /// A cause that is proposed; a sentence may name it as a possible one.
    case hypothesis(component: String)
    /// The cause that the engine found: the only one that a sentence may name without a doubt.
    case verdict(component: String)
  }

  /// A number with its unit as the evidence gives it, beyond those that the statement spells out.
  package struct Measure: Hashable, Sendable {
    package var value: Double
    package var unit: String

    package init(value: Double, unit: String) {
      self.value = value
      self.unit = unit
    }
  }

  /// As it stands between brackets: `E3`, `H1`.
  package var id: String
  package var statement: String
  package var standing: Standing
  package var measures: [Measure]
  /// Moments beyond those in the statement, such as an onset.
  package var times: [Timestamp]
  /// Words beyond those in the statement, such as the kind of the fault.
  package var words: [String]

  package init(
    id: String, statement: String, standing: Standing = .observation, measures: [Measure] = [], times: [Timestamp] = [],
    words: [String] = []
  ) {
    self.id = id
    self.statement = statement
    self.standing = standing
    self.measures = measures
    self.times = times
    self.words = words
  }

  package init(id: String, _ evidence: Evidence) {
    self.init(
      id: id, statement: evidence.statement, measures: [Measure(value: evidence.value, unit: evidence.unit)])
  }

  /// A judged hypothesis; `isVerdict` for the one that the engine names as the cause.
  package init(_ judged: JudgedHypothesis, isVerdict: Bool) {
    let hypothesis = judged.hypothesis
    let component = hypothesis.component.rawValue
    self.init(
      id: hypothesis.id.rawValue, statement: "\(component): \(hypothesis.statement)",
      standing: judged.isVetoed
        ? .observation : isVerdict ? .verdict(component: component) : .hypothesis(component: component),
      measures: [Measure(value: judged.confidence, unit: "ratio")], times: [hypothesis.onset].compactMap { $0 },
      words: ["confidence", "fault", "since", hypothesis.fault.rawValue, hypothesis.cause ?? ""])
  }
}

/// All that may be cited in one text, and the names that mean a component or a host.
package struct GroundingRegister: Sendable {
  let facts: [String: [Fact]]
  let names: Set<String>
  let standings: [String: Citable.Standing]

  /// - Parameter names: of every component and host that is known, so that one which the cited evidence does not mention
  ///   is noticed.
  package init(_ items: [Citable], names: some Sequence<String>) {
    let names = Set(names.map { $0.lowercased() })
    self.names = names
    facts = Dictionary(items.map { ($0.id, Fact.facts(of: $0, names: names)) }) { first, _ in first }
    standings = Dictionary(items.map { ($0.id, $0.standing) }) { first, _ in first }
  }

  /// Evidence under the identifiers it was issued, the hypotheses of the verdict under their own.
  package init(evidence: [(id: String, evidence: Evidence)], verdict: Verdict, serviceMap: ServiceMap) {
    let found = verdict.outcome == .causeFound ? verdict.hypotheses.first?.hypothesis.id : nil
    self.init(
      evidence.map { Citable(id: $0.id, $0.evidence) }
        + verdict.hypotheses.map { Citable($0, isVerdict: $0.hypothesis.id == found) },
      names: serviceMap.components.map(\.id.rawValue) + verdict.ranking.map(\.rawValue))
  }
}
