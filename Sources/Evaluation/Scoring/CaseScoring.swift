import IncidentModel
import Telemetry
import TextReading

extension CaseRecord {
  /// Joins the truth to an investigation that has ended. Throws a `DatasetError` when the truth does not fit the case.
  package init(
    _ reference: CaseReference, truth: GroundTruth, window: TelemetryWindow, snapshot: BlackboardSnapshot,
    seconds: Double, measuresNominees: Bool = false
  ) throws {
    let verdict = Verdict(snapshot)
    if truth.isHealthy {
      self = .healthy(
        result: HealthyResult(
          caseID: reference.id, group: reference.group, verdict: verdict, snapshot: snapshot, seconds: seconds))
      return
    }
    let keys = try ([truth] + truth.further).map { try AnswerKey($0, in: window) }
    // With several faults, the first answer may name any of them.
    var key = keys[0]
    key.truth = keys.flatMap(\.truth)
    key.matching = Set(keys.flatMap(\.matching)).sorted()
    let best = verdict.hypotheses.first { !$0.isVetoed }
    self = .faulty(
      result: CaseResult(
        caseID: reference.id, group: reference.group, key: key, trueFault: truth.fault,
        causes: CaseResult.CauseResult([truth] + truth.further, keys: keys, verdict),
        ranking: Array(verdict.ranking.prefix(CaseResult.maximumRankingCount)),
        rank: key.rank(in: verdict.ranking),
        metric: truth.metric.map { answer in
          CaseResult.MetricRank(rank: MetricRanking(verdict, snapshot).rank(of: answer, at: Set(key.matching)))
        },
        confidence: best?.confidence, fault: best?.hypothesis.fault, outcome: verdict.outcome,
        maximumDeviationRank: key.rank(in: Baselines.rankingByMaximumDeviation(snapshot.signals)),
        graded: GradedInvestigation(snapshot) { key.rank(in: [$0]) == 1 },
        nominees: measuresNominees ? Nominee.all(in: snapshot) { key.rank(in: [$0]) == 1 } : nil,
        advised: AdvisedCase(snapshot, key: key), seconds: seconds))
  }
}

extension CaseResult.CauseResult {
  /// The findings kept for a person who reads the result.
  private static let maximumNamedCount = 5

  /// Nil where a fault's cause is not known.
  init?(_ truths: [GroundTruth], keys: [AnswerKey], _ verdict: Verdict) {
    let causes = truths.compactMap(\.cause)
    guard causes.count == truths.count else { return nil }
    let findings = verdict.hypotheses.filter { !$0.isVetoed }.map(\.hypothesis)
    self.init(
      truth: causes,
      named: findings.prefix(Self.maximumNamedCount).map { "\($0.cause ?? "–") \($0.component)" },
      ranks: zip(causes, keys).map { cause, key in
        findings.firstIndex { $0.cause == cause && key.matching.contains($0.component) }.map { $0 + 1 }
      })
  }
}

extension HealthyResult {
  package init(caseID: String, group: String, verdict: Verdict, snapshot: BlackboardSnapshot, seconds: Double) {
    let best = verdict.outcome == .causeFound ? verdict.hypotheses.first : nil
    self.init(
      caseID: caseID, group: group, outcome: verdict.outcome, named: best?.hypothesis.component,
      confidence: best?.confidence, graded: GradedInvestigation(snapshot) { _ in false },
      modelCost: snapshot.advice.isEmpty ? nil : snapshot.modelCost, seconds: seconds)
  }
}

/// The metrics that an answer points at: for each hypothesis its own metric, then those of its other evidence, at
/// most three a hypothesis.
struct MetricRanking {
  var metrics: [Entry]

  struct Entry: Hashable {
    var component: ComponentID
    var metric: String
    var meaning: MetricClass?
  }

  init(_ verdict: Verdict, _ snapshot: BlackboardSnapshot) {
    var meanings: [String: MetricClass] = [:]
    for signal in snapshot.signals {
      if let meaning = signal.metricClass { meanings["\(signal.component)|\(signal.subject)"] = meaning }
    }
    var seen: Set<String> = []
    metrics = []
    for judged in verdict.hypotheses where !judged.isVetoed {
      let hypothesis = judged.hypothesis
      let evidence = hypothesis.evidence.filter { $0.kind == .metric && $0.supports }.map(\.query.expression)
      let names = ([hypothesis.metric].compactMap { $0 } + evidence).filter { seen.insert($0).inserted }
      for name in names.prefix(3) {
        guard let separator = name.firstIndex(of: "|") else { continue }
        metrics.append(
          Entry(
            component: ComponentID(String(name[..<separator])), metric: String(name[name.index(after: separator)...]),
            meaning: meanings[name]))
      }
    }
  }

  func rank(of answer: GroundTruth.MetricAnswer, at components: Set<ComponentID>) -> Int? {
    let position = metrics.firstIndex { entry in
      guard components.contains(entry.component) else { return false }
      switch answer {
      case .named(let name): return entry.metric == name
      case .meaning(let classes): return entry.meaning.map(classes.contains) ?? false
      }
    }
    return position.map { $0 + 1 }
  }
}
