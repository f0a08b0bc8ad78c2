/// What is written on the blackboard: a fact, a guess, a doubt or an advice, by one author.
package enum Contribution: Hashable, Sendable, Codable {
  /// The first entry of every investigation.
  case opening(Opening)
  case detection(Detection)
  case signal(Signal)
  case context(ContextNote)
  case assessment(Assessment)
  case hypothesis(Hypothesis)
  case critique(Critique)
  case remediation(Remediation)
  /// Something that could not be seen or did not work, and did not stop the investigation.
  case diagnostic(Diagnostic)
  /// What a language model said, where one was asked.
  case advice(ModelAdvice)
  /// The last entry.
  case conclusion(Conclusion)
}

/// What an investigation starts from.
package struct Opening: Hashable, Sendable, Codable {
  package var incident: Incident
  package var serviceMap: ServiceMap
  /// `sha256:<hex>` over the input files or the answers of the live sources.
  package var inputDigest: String
  /// `sha256:<hex>` over the configuration (agents, prompts, runbooks, options) that can change the answer.
  package var configurationDigest: String
  package var version: String

  package init(
    incident: Incident, serviceMap: ServiceMap, inputDigest: String, configurationDigest: String, version: String
  ) {
    self.incident = incident
    self.serviceMap = serviceMap
    self.inputDigest = inputDigest
    self.configurationDigest = configurationDigest
    self.version = version
  }
}

/// A fact about the surroundings of the incident: a change nearby, a standing alert, who is affected.
package struct ContextNote: Hashable, Sendable, Codable {
  package enum Topic: String, Sendable, Codable { case change, alert, impact, neighbours, coverage }
  package var topic: Topic
  package var components: [ComponentID]
  package var at: Timestamp?
  package var statement: String
  package var evidence: [Evidence]

  package init(
    topic: Topic, components: [ComponentID], at: Timestamp? = nil, statement: String, evidence: [Evidence] = []
  ) {
    self.topic = topic
    self.components = components
    self.at = at
    self.statement = statement
    self.evidence = evidence
  }
}

/// Something that went wrong or could not be seen without ending the investigation; reports show it.
package struct Diagnostic: Hashable, Sendable, Codable {
  package enum Kind: String, Sendable, Codable {
    /// Telemetry that is missing: shown under "unseen".
    case blindSpot
    /// An agent that failed, was restarted or ran out of time.
    case agentFailure
    /// A limit that was reached.
    case limitReached
  }
  package var kind: Kind
  package var statement: String

  package init(kind: Kind, statement: String) {
    self.kind = kind
    self.statement = statement
  }
}

/// How the investigation ended and what it took; no wall-clock time, so that equal input gives equal bytes.
package struct Conclusion: Hashable, Sendable, Codable {
  package var reason: String
  package var agents: [AgentAccount]

  package struct AgentAccount: Hashable, Sendable, Codable {
    package var name: AgentName
    package var turns: Int
    package var contributions: Int
    package var restarts: Int

    package init(name: AgentName, turns: Int, contributions: Int, restarts: Int) {
      self.name = name
      self.turns = turns
      self.contributions = contributions
      self.restarts = restarts
    }
  }

  package init(reason: String, agents: [AgentAccount]) {
    self.reason = reason
    self.agents = agents
  }
}
