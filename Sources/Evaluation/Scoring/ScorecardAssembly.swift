import IncidentModel

extension Scorecard {
  /// Scores the records of a replay: the same records in the same order give the same scorecard.
  package init(dataset: String, adapter: String, records: [CaseRecord], totalSeconds: Double) {
    var faulty: [CaseResult] = []
    var healthy: [HealthyResult] = []
    var failures: [CaseFailure] = []
    for record in records {
      switch record {
      case .faulty(let result): faulty.append(result)
      case .healthy(let result): healthy.append(result)
      case .failed(let failure): failures.append(failure)
      }
    }
    let ranks = faulty.map(\.rank)
    self.dataset = dataset
    self.adapter = adapter
    cases = faulty.count + failures.count
    failed = failures.count
    accuracy = MeasuredAccuracy(ranks: ranks)
    metricAccuracy = MetricAccuracy(faulty.compactMap(\.metric).map(\.rank))
    let known = faulty.filter { $0.trueFault != nil }
    faultCases = known.count
    faultAccuracy = Self.share(of: known) { $0.fault == $0.trueFault }
    faultAccuracyWhereRight = Self.share(of: known.filter(\.isRight)) { $0.fault == $0.trueFault }
    let caused = faulty.compactMap(\.causes)
    causeCases = caused.count
    // Of several faults, any may come first.
    causeAccuracy = Self.share(of: caused) { causes in causes.ranks.contains(1) }
    let several = caused.filter { $0.truth.count > 1 }
    severalFaults =
      several.isEmpty
      ? nil
      : SeveralFaults(
        cases: several.count,
        allInTop3: Self.share(of: several) { causes in
          causes.ranks.allSatisfy { rank in rank.map { $0 <= max(3, causes.truth.count) } ?? false }
        })
    calibration = Calibration(
      faulty.compactMap { result in
        result.confidence.map { Calibration.Answer(confidence: $0, isRight: result.isRight) }
      })
    abstained = faulty.count { $0.outcome == .abstained }
    wrongAndConfident = faulty.count { !$0.isRight && ($0.confidence ?? 0) >= Self.confidentFrom }
    self.healthy = Healthy(healthy)
    baselines = Baselines(faulty)
    adviceBounds = AdviceBounds(faulty)
    model = ModelEffect(faulty, healthy)
    byGroup = Self.groups(faulty)
    seconds = Seconds(total: totalSeconds, each: records.filter(\.wasInvestigated).map(\.seconds))
    results = faulty.map(Result.init)
    self.failures = failures.map { Failure(case: $0.caseID, error: $0.error) }
  }

  private static func share<Item>(of results: [Item], where isSo: (Item) -> Bool) -> Double {
    guard !results.isEmpty else { return 0 }
    return (Double(results.count(where: isSo)) / Double(results.count)).roundedToSignificantDigits(6)
  }

  /// By the dataset's own groups; by fault kind as `fault <kind>` where the kinds are known; and by cause as
  /// `cause <slug>`, counted as right where cause and component are.
  private static func groups(_ results: [CaseResult]) -> [String: GroupAccuracy] {
    var ranks: [String: [Int?]] = [:]
    for result in results {
      ranks[result.group, default: []].append(result.rank)
      if let fault = result.trueFault { ranks["fault \(fault.rawValue)", default: []].append(result.rank) }
      for (cause, rank) in zip(result.causes?.truth ?? [], result.causes?.ranks ?? []) {
        ranks["cause \(cause)", default: []].append(rank)
      }
    }
    return ranks.mapValues { ranks in
      let accuracy = Accuracy(ranks: ranks)
      return GroupAccuracy(cases: ranks.count, top1: accuracy.top1, top3: accuracy.top3, avg5: accuracy.avg5)
    }
  }
}

extension CaseRecord {
  fileprivate var wasInvestigated: Bool {
    if case .failed = self { return false }
    return true
  }
}

extension Scorecard.MeasuredAccuracy {
  package init(ranks: [Int?]) {
    let accuracy = Accuracy(ranks: ranks)
    self.init(
      top1: accuracy.top1, top3: accuracy.top3, top5: accuracy.top5, avg5: accuracy.avg5, mrr: accuracy.mrr,
      ci95: [
        "top1": Bootstrap.interval(ofMean: Bootstrap.hits(ranks, within: 1)),
        "top3": Bootstrap.interval(ofMean: Bootstrap.hits(ranks, within: 3)),
        "avg5": Bootstrap.interval(ofMean: Bootstrap.averageHits(ranks)),
      ])
  }
}

extension Scorecard.MetricAccuracy {
  package init(_ ranks: [Int?]) {
    let accuracy = Accuracy(ranks: ranks)
    self.init(
      top1: accuracy.top1, top3: accuracy.top3, top5: accuracy.top5, avg5: accuracy.avg5, cases: ranks.count)
  }
}

extension Scorecard.Healthy {
  package init(_ results: [HealthyResult]) {
    self.init(
      cases: results.count, falseAlarms: results.count(where: \.isFalseAlarm),
      abstained: results.count { $0.outcome == .abstained },
      results: results.map {
        Scorecard.HealthyEntry(
          case: $0.caseID, outcome: $0.outcome, named: $0.named, confidence: $0.confidence, seconds: $0.seconds)
      })
  }
}

extension Scorecard.Seconds {
  /// Percentiles by nearest rank.
  package init(total: Double, each: [Double]) {
    let sorted = each.sorted()
    func percentile(_ share: Double) -> Double {
      guard !sorted.isEmpty else { return 0 }
      return sorted[min(max(Int((share * Double(sorted.count)).rounded(.up)) - 1, 0), sorted.count - 1)]
    }
    self.init(
      total: total.roundedToSignificantDigits(4),
      perCase: Percentiles(
        p50: percentile(0.5).roundedToSignificantDigits(4), p99: percentile(0.99).roundedToSignificantDigits(4)))
  }
}
