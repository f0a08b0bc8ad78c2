/// What one agent asked a language model, what of the answer stood, and what it cost. It stands beside what was found and
/// changes nothing by itself: what changes a verdict are critiques, and those come from the engine's own test.
package struct ModelAdvice: Hashable, Sendable, Codable {
  /// The agent whose point of view the model took.
  package var agent: AgentName
  package var prompt: String
  /// `sha256:<hex>` of the prompt's template, and of the first request as it was sent.
  package var promptDigest: String
  package var requestDigest: String
  /// Why there is no answer that could be used; nil where there is one.
  package var failure: String?
  /// The kind of the failure where the model itself said it, such as `rateLimited` or `notRecorded`.
  package var failureCode: String?
  package var nomination: Nomination?
  /// Lines of inquiry that the model proposed, as the engine tested them.
  package var inquiries: [Inquiry]
  package var lookups: [Lookup]
  /// Identifiers in the model's order, by what was asked: `order`, `relevant`, `unrelated`.
  package var choices: [String: [String]]
  /// Sentences that passed the check.
  package var sentences: [Sentence]
  /// Everything in the answer that did not stand, and why.
  package var dropped: [Dropped]
  /// What the identifiers stand for that the sentences cite.
  package var grounds: [String: String]
  package var cost: Cost

  package init(agent: AgentName, prompt: String, promptDigest: String, requestDigest: String) {
    self.agent = agent
    self.prompt = prompt
    self.promptDigest = promptDigest
    self.requestDigest = requestDigest
    inquiries = []
    lookups = []
    choices = [:]
    sentences = []
    dropped = []
    grounds = [:]
    cost = Cost()
  }

  /// One hypothesis that the model would put first, and what the paired test made of it.
  package struct Nomination: Hashable, Sendable, Codable {
    package var hypothesis: HypothesisID
    /// The leader that it was tested against; nil where nobody led.
    package var leader: HypothesisID?
    package var isAccepted: Bool
    package var reason: String

    package init(hypothesis: HypothesisID, leader: HypothesisID?, isAccepted: Bool, reason: String) {
      self.hypothesis = hypothesis
      self.leader = leader
      self.isAccepted = isAccepted
      self.reason = reason
    }
  }

  package struct Inquiry: Hashable, Sendable, Codable {
    package var component: ComponentID
    package var fault: FaultKind
    /// The query of the catalogue that was to tell.
    package var query: String
    /// Whether the evidence supports it well enough for a hypothesis on the board.
    package var isSupported: Bool
    package var result: String

    package init(component: ComponentID, fault: FaultKind, query: String, isSupported: Bool, result: String) {
      self.component = component
      self.fault = fault
      self.query = query
      self.isSupported = isSupported
      self.result = result
    }
  }

  /// A question that the model asked of the telemetry; what came back is evidence.
  package struct Lookup: Hashable, Sendable, Codable {
    /// `L1`, `L2`, …
    package var id: String
    package var query: String
    package var arguments: String
    /// Nil where the question was refused.
    package var evidence: Evidence?
    package var refusal: String?

    package init(id: String, query: String, arguments: String, evidence: Evidence?, refusal: String? = nil) {
      self.id = id
      self.query = query
      self.arguments = arguments
      self.evidence = evidence
      self.refusal = refusal
    }
  }

  package struct Sentence: Hashable, Sendable, Codable {
    /// What it is for, such as `summary`, `hand-over` or `mechanism`.
    package var kind: String
    package var text: String
    /// Identifiers that it rests on.
    package var cites: [String]

    package init(kind: String, text: String, cites: [String]) {
      self.kind = kind
      self.text = text
      self.cites = cites
    }
  }

  package struct Dropped: Hashable, Sendable, Codable {
    package var text: String
    package var reason: String

    package init(text: String, reason: String) {
      self.text = text
      self.reason = reason
    }
  }

  package struct Cost: Hashable, Sendable, Codable {
    package var modelCalls: Int
    package var tokens: Int
    package var usd: Double

    package init(modelCalls: Int = 0, tokens: Int = 0, usd: Double = 0) {
      self.modelCalls = modelCalls
      self.tokens = tokens
      self.usd = usd
    }

    package static func + (left: Cost, right: Cost) -> Cost {
      Cost(
        modelCalls: left.modelCalls + right.modelCalls, tokens: left.tokens + right.tokens,
        usd: (left.usd + right.usd).roundedToSignificantDigits(6))
    }
  }
}

extension AgentName {
  private static let modelSuffix = "/model"

  /// The author of what a model's answer adds beside an agent.
  package var modelPart: AgentName { AgentName(rawValue + Self.modelSuffix) }
  package var isModelPart: Bool { rawValue.hasSuffix(Self.modelSuffix) }
}

extension BlackboardSnapshot {
  /// What the models cost so far.
  package var modelCost: ModelAdvice.Cost { advice.reduce(ModelAdvice.Cost()) { $0 + $1.cost } }

  /// The board as it would stand had no model taken part: without all that model parts posted.
  package var withoutAdvice: BlackboardSnapshot {
    advice.isEmpty ? self : BlackboardSnapshot(entries: entries.filter { !$0.author.isModelPart })
  }
}
