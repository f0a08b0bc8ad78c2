/// A possible root cause, as proposed; critics answer with `Critique`s, and nothing is changed in place.
package struct Hypothesis: Hashable, Sendable, Codable {
  package var id: HypothesisID
  package var component: ComponentID
  package var componentKind: ComponentKind
  package var componentRole: ComponentRole
  /// `<component>|<metric>` of the strongest evidence, or nil.
  package var metric: String?
  package var fault: FaultKind
  /// The specific mechanism as a slug, where one is known.
  package var cause: String?
  /// The object that has to be changed to mend it, where one is known; advice is bound from it.
  package var object: ClusterObject?
  package var onset: Timestamp?
  /// The fused evidence: orders the hypotheses of one investigation.
  package var score: Double
  /// Probability that this is the cause, before the critics.
  package var confidence: Double
  package var statement: String
  /// From the cause along callers to the symptom.
  package var propagation: [ComponentID]
  /// What each channel gave to the score; they sum to it.
  package var channelShares: [ChannelShare]
  package var evidence: [Evidence]
  /// What `confidence` was worked out from; nil on boards that were written before it was kept.
  package var features: [AnswerFeature: Double]?

  package struct ChannelShare: Hashable, Sendable, Codable {
    package var channel: SignalChannel
    package var share: Double

    package init(channel: SignalChannel, share: Double) {
      self.channel = channel
      self.share = share
    }
  }

  package init(
    id: HypothesisID, component: ComponentID, componentKind: ComponentKind, componentRole: ComponentRole,
    metric: String?, fault: FaultKind, cause: String?, object: ClusterObject? = nil, onset: Timestamp?, score: Double,
    confidence: Double, statement: String, propagation: [ComponentID], channelShares: [ChannelShare],
    evidence: [Evidence], features: [AnswerFeature: Double]? = nil
  ) {
    self.id = id
    self.component = component
    self.componentKind = componentKind
    self.componentRole = componentRole
    self.metric = metric
    self.fault = fault
    self.cause = cause
    self.object = object
    self.onset = onset
    self.score = score
    self.confidence = confidence
    self.statement = statement
    self.propagation = propagation
    self.channelShares = channelShares
    self.evidence = evidence
    self.features = features
  }
}

/// A critic's test of one hypothesis, with its result in words.
package struct Critique: Hashable, Sendable, Codable {
  /// The test that says of the runner-up why it lost; it weighs nothing.
  package static let besideLeader = "beside-leader"

  package var hypothesis: HypothesisID
  /// The test's slug, for example `moved-first` or `reaches-symptom`.
  package var test: String
  package var verdict: Verdict
  /// Factor on the odds of the hypothesis: 1 changes nothing, 0 is a veto.
  package var oddsFactor: Double
  package var statement: String
  package var evidence: [Evidence]

  package enum Verdict: String, Sendable, Codable { case supports, weakens, vetoes, inconclusive }

  package init(
    hypothesis: HypothesisID, test: String, verdict: Verdict, oddsFactor: Double, statement: String,
    evidence: [Evidence] = []
  ) {
    self.hypothesis = hypothesis
    self.test = test
    self.verdict = verdict
    self.oddsFactor = oddsFactor
    self.statement = statement
    self.evidence = evidence
  }
}

/// Whether there is an incident at all, and since when: the detection agent's first answer.
package struct Detection: Hashable, Sendable, Codable {
  /// When the incident began, as used for every comparison; nil when nothing began.
  package var onset: Timestamp?
  package var onsetSource: OnsetSource
  /// False when nothing departs from normal strongly enough to be an incident.
  package var isAnomalous: Bool
  /// Probability that there is an incident at all, given that something departs: what a healthy system rarely shows
  /// leaves doubt. 1 where `isAnomalous` is beyond doubt or false.
  package var certainty: Double
  /// The reason for `isAnomalous`, in words.
  package var statement: String
  /// Those who only answer and of whose answers nothing is known; nil where there are none, and on boards that
  /// were written before it was kept.
  package var unmeasured: [ComponentID]?

  package enum OnsetSource: String, Sendable, Codable { case alert, estimated }

  package init(
    onset: Timestamp?, onsetSource: OnsetSource, isAnomalous: Bool, certainty: Double = 1, statement: String,
    unmeasured: [ComponentID]? = nil
  ) {
    self.onset = onset
    self.onsetSource = onsetSource
    self.isAnomalous = isAnomalous
    self.certainty = certainty
    self.statement = statement
    self.unmeasured = unmeasured
  }

  /// Boards that were written before there was a certainty have none.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      onset: try container.decodeIfPresent(Timestamp.self, forKey: .onset),
      onsetSource: try container.decode(OnsetSource.self, forKey: .onsetSource),
      isAnomalous: try container.decode(Bool.self, forKey: .isAnomalous),
      certainty: try container.decodeIfPresent(Double.self, forKey: .certainty) ?? 1,
      statement: try container.decode(String.self, forKey: .statement),
      unmeasured: try container.decodeIfPresent([ComponentID].self, forKey: .unmeasured))
  }
}

/// Every candidate for the cause, best first: longer than the list of hypotheses, which is bounded.
package struct Assessment: Hashable, Sendable, Codable {
  package var ranking: [Candidate]
  /// The probability below which an answer is "not enough to say"; nil on boards that were written before it was kept.
  package var abstentionLine: Double?
  /// How careful the confidences of its hypotheses are stated; nil on boards that were written before there was any.
  package var caution: Double?

  package struct Candidate: Hashable, Sendable, Codable {
    package var component: ComponentID
    package var score: Double

    package init(component: ComponentID, score: Double) {
      self.component = component
      self.score = score
    }
  }

  package init(ranking: [Candidate], abstentionLine: Double? = nil, caution: Double? = nil) {
    self.ranking = ranking
    self.abstentionLine = abstentionLine
    self.caution = caution
  }
}
