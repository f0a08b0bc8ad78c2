import IncidentModel

/// One case beside itself: as it came out with a model's part, and as it would have without.
package struct AdvisedCase: Hashable, Sendable, Codable {
  /// The rank of the truth without the model's part, from 1; nil where it is not in that ranking.
  package var rankWithout: Int?
  package var cost: ModelAdvice.Cost

  package init(rankWithout: Int?, cost: ModelAdvice.Cost) {
    self.rankWithout = rankWithout
    self.cost = cost
  }

  /// Nil where no model was asked.
  init?(_ snapshot: BlackboardSnapshot, key: AnswerKey) {
    guard !snapshot.advice.isEmpty else { return nil }
    self.init(rankWithout: key.rank(in: Verdict(snapshot.withoutAdvice).ranking), cost: snapshot.modelCost)
  }
}

/// What a language model changed over a whole replay, and what it cost.
package struct ModelEffect: Hashable, Sendable, Codable {
  package enum Change: String, Hashable, Sendable, Codable {
    case helped, harmed
    case noChange = "no-change"
  }

  package struct Entry: Hashable, Sendable, Codable {
    package var `case`: String
    package var change: Change
    package var rank: Int?
    package var rankWithout: Int?
    package var tokens: Int
  }

  /// Faulty cases in which a model was asked.
  package var asked: Int
  package var helped: Int
  package var harmed: Int
  package var unchanged: Int
  /// Over all faulty cases, without the model's part; those in which none was asked count as they are.
  package var accuracyWithout: Scorecard.MeasuredAccuracy
  /// Fault-free windows included.
  package var cost: ModelAdvice.Cost
  package var results: [Entry]

  /// Nil where no model was asked in any case.
  init?(_ faulty: [CaseResult], _ healthy: [HealthyResult]) {
    let costs = faulty.compactMap(\.advised?.cost) + healthy.compactMap(\.modelCost)
    guard !costs.isEmpty else { return nil }
    results = faulty.compactMap { result in
      result.advised.map { advised in
        Entry(
          case: result.caseID, change: Self.change(from: advised.rankWithout, to: result.rank), rank: result.rank,
          rankWithout: advised.rankWithout, tokens: advised.cost.tokens)
      }
    }
    asked = results.count
    helped = results.count { $0.change == .helped }
    harmed = results.count { $0.change == .harmed }
    unchanged = results.count { $0.change == .noChange }
    accuracyWithout = Scorecard.MeasuredAccuracy(ranks: faulty.map { $0.advised.map(\.rankWithout) ?? $0.rank })
    cost = costs.reduce(ModelAdvice.Cost(), +)
  }

  private static func change(from before: Int?, to after: Int?) -> Change {
    let (before, after) = (before ?? .max, after ?? .max)
    return after < before ? .helped : after > before ? .harmed : .noChange
  }
}
