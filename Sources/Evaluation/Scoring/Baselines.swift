import IncidentModel

/// What answers that look at nothing, or at one number, would have scored on the same cases.
package struct Baselines: Hashable, Sendable, Codable {
  /// Always the most frequent causes of the *other* cases.
  package var constant: Accuracy
  /// The expectation over all orders of the case's components.
  package var random: Accuracy
  /// Components by their largest robust deviation.
  package var maxDeviation: Accuracy

  package init(constant: Accuracy, random: Accuracy, maxDeviation: Accuracy) {
    self.constant = constant
    self.random = random
    self.maxDeviation = maxDeviation
  }

  package init(_ results: [CaseResult]) {
    constant = Accuracy(ranks: Self.constantRanks(results))
    random = Self.mean(
      results.map { Self.expectationOfChance(candidates: $0.key.candidateCount, right: $0.key.matching.count) })
    maxDeviation = Accuracy(ranks: results.map(\.maximumDeviationRank))
  }

  /// Components by their largest `|deviationSigmas|`, then by name.
  package static func rankingByMaximumDeviation(_ signals: [Signal]) -> [ComponentID] {
    var largest: [ComponentID: Double] = [:]
    for signal in signals where signal.deviationSigmas.isFinite {
      largest[signal.component] = max(largest[signal.component] ?? 0, abs(signal.deviationSigmas))
    }
    return largest.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }.map(\.key)
  }

  private static func constantRanks(_ results: [CaseResult]) -> [Int?] {
    var counts: [ComponentID: Int] = [:]
    for result in results {
      if let cause = result.key.truth.first { counts[cause, default: 0] += 1 }
    }
    return results.map { result in
      var others = counts
      if let own = result.key.truth.first { others[own, default: 1] -= 1 }
      let ranking = others.filter { $0.value > 0 }.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }.map(\.key)
      return result.key.rank(in: ranking)
    }
  }

  /// A random order of `candidates` names of which `right` are right: the chance that the first right one comes at
  /// each place, without replacement.
  package static func expectationOfChance(candidates: Int, right: Int) -> Accuracy {
    guard right > 0, candidates >= right else { return Accuracy() }
    var remaining = 1.0
    var hits: [Double] = []
    var reciprocal = 0.0
    for place in 1...candidates {
      let left = Double(candidates - place + 1)
      let first = remaining * min(Double(right) / left, 1)
      remaining -= first
      reciprocal += first / Double(place)
      if hits.count < 5 { hits.append(1 - remaining) }
      if remaining <= 0, hits.count >= 5 { break }
    }
    while hits.count < 5 { hits.append(1) }
    return Accuracy(top1: hits[0], top3: hits[2], top5: hits[4], avg5: hits.reduce(0, +) / 5, mrr: reciprocal)
  }

  private static func mean(_ values: [Accuracy]) -> Accuracy {
    let count = max(Double(values.count), 1)
    func mean(_ measure: KeyPath<Accuracy, Double>) -> Double {
      values.reduce(0) { $0 + $1[keyPath: measure] } / count
    }
    return Accuracy(top1: mean(\.top1), top3: mean(\.top3), top5: mean(\.top5), avg5: mean(\.avg5), mrr: mean(\.mrr))
  }
}
