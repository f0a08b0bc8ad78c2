import IncidentModel

extension IncidentReport {
  /// What language models said, and both rankings: the one that is shown, and the one without their part.
  package struct AdviceSection: Hashable, Sendable, Codable {
    /// Whether an accepted nomination changed the order.
    package var changedRanking: Bool
    /// As it would be without any model, best first; bounded as `ranking` is.
    package var rankingWithout: [ComponentID]
    package var agents: [AgentAdvice]

    /// Nil where no model was asked.
    init?(_ snapshot: BlackboardSnapshot, _ verdict: Verdict) {
      guard !snapshot.advice.isEmpty else { return nil }
      let without = Verdict(snapshot.withoutAdvice).ranking
      changedRanking = without != verdict.ranking
      rankingWithout = Array(without.prefix(ReportLimits.ranking))
      agents = snapshot.advice.prefix(ReportLimits.agents).map(AgentAdvice.init)
    }

    /// Everybody's sentences with what each rests on.
    var sentences: [(agent: AgentName, sentence: ModelAdvice.Sentence)] {
      agents.flatMap { agent in agent.sentences.map { (agent.agent, $0) } }
    }
  }

  /// What came of one agent's request.
  package struct AgentAdvice: Hashable, Sendable, Codable {
    package var agent: AgentName
    /// The prompt's name, the digest of its template, and that of the first request as it was sent.
    package var prompt: String
    package var promptDigest: String
    package var requestDigest: String
    /// Why there was no answer; null where there was one.
    @Nullable package var failure: String?
    @Nullable package var nomination: ModelAdvice.Nomination?
    package var inquiries: [ModelAdvice.Inquiry]
    package var lookups: [Lookup]
    /// Identifiers in the model's order, by what was asked.
    package var choices: [String: [String]]
    package var sentences: [ModelAdvice.Sentence]
    /// What did not stand, and why.
    package var dropped: [ModelAdvice.Dropped]
    /// What the cited identifiers stand for.
    package var grounds: [String: String]
    package var cost: Cost

    /// A question that the model asked of the telemetry, with the digest of what came back.
    package struct Lookup: Hashable, Sendable, Codable {
      package var id: String
      package var query: String
      package var arguments: String
      @Nullable package var statement: String?
      @Nullable package var digest: String?
      @Nullable package var refusal: String?
    }

    init(_ advice: ModelAdvice) {
      agent = advice.agent
      prompt = advice.prompt
      promptDigest = advice.promptDigest
      requestDigest = advice.requestDigest
      failure = advice.failure.map { bounded($0) }
      nomination = advice.nomination
      inquiries = advice.inquiries
      lookups = advice.lookups.map { lookup in
        Lookup(
          id: lookup.id, query: lookup.query, arguments: lookup.arguments,
          statement: lookup.evidence.map { bounded($0.statement) }, digest: lookup.evidence?.digest,
          refusal: lookup.refusal)
      }
      choices = advice.choices
      sentences = advice.sentences
      dropped = advice.dropped.map {
        ModelAdvice.Dropped(text: bounded($0.text, limit: 400), reason: bounded($0.reason))
      }
      grounds = advice.grounds.mapValues { bounded($0) }
      cost = Cost(advice.cost)
    }
  }
}

/// The words in which every form of the report tells of advice: a label and a text each.
struct AdviceText {
  /// Which order is shown, and what the other one is.
  private(set) var ranking: [(label: String, text: String)] = []
  /// What was said, with the agent that asked.
  private(set) var said: [(label: String, text: String)] = []
  /// What became of the rest.
  private(set) var account: [(label: String, text: String)] = []

  private static let rankingLength = 5

  /// Nil where no model was asked.
  init?(_ report: IncidentReport) {
    guard let section = report.advice else { return nil }
    func names(_ ranking: [ComponentID]) -> String {
      ranking.prefix(Self.rankingLength).map(\.rawValue).joined(separator: ", ")
    }
    if section.changedRanking {
      ranking = [("with advice", names(report.ranking)), ("without", names(section.rankingWithout))]
    } else {
      ranking = [("ranking", "The same with and without a model's advice.")]
    }
    for agent in section.agents {
      if let nomination = agent.nomination {
        let outcome = nomination.isAccepted ? "accepted" : "refused"
        account.append(("nominated", "\(nomination.hypothesis), \(outcome): \(nomination.reason)"))
      }
      for inquiry in agent.inquiries {
        let outcome = inquiry.isSupported ? "supported" : "not supported"
        account.append(
          ("proposed", "\(inquiry.component), \(Wording.fault(inquiry.fault)), \(outcome): \(inquiry.result)"))
      }
      for lookup in agent.lookups {
        account.append(
          ("looked up", "\(lookup.id) \(lookup.query): \(lookup.statement ?? "refused, \(lookup.refusal ?? "")")"))
      }
      for (name, order) in agent.choices.sorted(by: { $0.key < $1.key }) {
        account.append((name, "\(agent.agent): \(order.joined(separator: ", "))"))
      }
      for sentence in agent.sentences { said.append((Wording.slug(sentence.kind), sentence.text)) }
      for dropped in agent.dropped { account.append(("dropped", "\(dropped.reason): \(dropped.text)")) }
      if let failure = agent.failure { account.append(("no advice", "\(agent.agent): \(failure)")) }
    }
    let usd = report.cost.usd > 0 ? ", \(Quantity.number(report.cost.usd)) US dollars" : ""
    account.append(
      ("cost", "\(Wording.count(report.cost.modelCalls, "model call")), \(report.cost.tokens) tokens\(usd)"))
  }
}
