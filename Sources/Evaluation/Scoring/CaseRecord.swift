import IncidentModel

/// What one case of a replay came to; one line of a replay's `results.jsonl`.
package enum CaseRecord: Hashable, Sendable, Codable {
  case faulty(result: CaseResult)
  case healthy(result: HealthyResult)
  case failed(failure: CaseFailure)

  package var caseID: String {
    switch self {
    case .faulty(let result): result.caseID
    case .healthy(let result): result.caseID
    case .failed(let failure): failure.caseID
    }
  }

  package var seconds: Double {
    switch self {
    case .faulty(let result): result.seconds
    case .healthy(let result): result.seconds
    case .failed: 0
    }
  }
}

/// An answer beside the truth.
package struct CaseResult: Hashable, Sendable, Codable {
  package var caseID: String
  package var group: String
  package var key: AnswerKey
  package var trueFault: FaultKind?
  /// How the causes that the truth names were answered; nil where it names none.
  package var causes: CauseResult?
  /// The longest ranking kept; `rank` is worked out on the whole.
  package static let maximumRankingCount = 50
  package var ranking: [ComponentID]
  package var rank: Int?
  /// Nil where the truth names no metric.
  package var metric: MetricRank?
  package var confidence: Double?
  package var fault: FaultKind?
  package var outcome: Outcome
  /// The rank of the truth when components are ordered by their largest deviation.
  package var maximumDeviationRank: Int?
  /// What the confidence came from.
  package var graded: GradedInvestigation
  /// What each hypothesis would have come to, had a model nominated it, best first; nil where it was not measured.
  package var nominees: [Nominee]?
  /// What a model changed; nil where none was asked.
  package var advised: AdvisedCase?
  package var seconds: Double

  /// The position of the true metric in the answer's metrics, from 1; nil where it is not among them.
  package struct MetricRank: Hashable, Sendable, Codable {
    package var rank: Int?

    package init(rank: Int?) { self.rank = rank }
  }

  /// Causes by slug, each with the component it is at.
  package struct CauseResult: Hashable, Sendable, Codable {
    /// As the truth names them, one for each independent fault.
    package var truth: [String]
    /// What the first findings named, best first: `<cause> <component>`.
    package var named: [String]
    /// The place of each fault's cause, at its component, among the findings, from 1; nil where no finding names both.
    package var ranks: [Int?]

    package init(truth: [String], named: [String], ranks: [Int?]) {
      self.truth = truth
      self.named = named
      self.ranks = ranks
    }
  }

  package var isRight: Bool { rank == 1 }

  package init(
    caseID: String, group: String, key: AnswerKey, trueFault: FaultKind? = nil, causes: CauseResult? = nil,
    ranking: [ComponentID], rank: Int?,
    metric: MetricRank? = nil, confidence: Double? = nil, fault: FaultKind? = nil, outcome: Outcome = .causeFound,
    maximumDeviationRank: Int? = nil, graded: GradedInvestigation = GradedInvestigation(),
    nominees: [Nominee]? = nil, advised: AdvisedCase? = nil, seconds: Double = 0
  ) {
    self.caseID = caseID
    self.group = group
    self.key = key
    self.trueFault = trueFault
    self.causes = causes
    self.ranking = ranking
    self.rank = rank
    self.metric = metric
    self.confidence = confidence
    self.fault = fault
    self.outcome = outcome
    self.maximumDeviationRank = maximumDeviationRank
    self.graded = graded
    self.nominees = nominees
    self.advised = advised
    self.seconds = seconds
  }
}

/// The answer on telemetry in which nothing was wrong.
package struct HealthyResult: Hashable, Sendable, Codable {
  package var caseID: String
  package var group: String
  package var outcome: Outcome
  /// The cause that was named all the same, where one was.
  package var named: ComponentID?
  package var confidence: Double?
  package var graded: GradedInvestigation
  /// Nil where no model was asked.
  package var modelCost: ModelAdvice.Cost?
  package var seconds: Double

  package var isFalseAlarm: Bool { outcome == .causeFound }

  package init(
    caseID: String, group: String, outcome: Outcome, named: ComponentID? = nil, confidence: Double? = nil,
    graded: GradedInvestigation = GradedInvestigation(), modelCost: ModelAdvice.Cost? = nil, seconds: Double = 0
  ) {
    self.caseID = caseID
    self.group = group
    self.outcome = outcome
    self.named = named
    self.confidence = confidence
    self.graded = graded
    self.modelCost = modelCost
    self.seconds = seconds
  }
}

/// A case that could not be read or investigated.
package struct CaseFailure: Hashable, Sendable, Codable {
  package var caseID: String
  package var group: String
  package var error: String

  package init(caseID: String, group: String, error: String) {
    self.caseID = caseID
    self.group = group
    self.error = error
  }
}
