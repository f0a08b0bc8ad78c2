import IncidentModel

/// How often the truth is among the first answers; every figure is a share of the cases, 0…1.
package struct Accuracy: Hashable, Sendable, Codable {
  package var top1: Double
  package var top3: Double
  package var top5: Double
  /// The mean of top-1 … top-5.
  package var avg5: Double
  /// Mean reciprocal rank; a truth that is not in the ranking counts 0.
  package var mrr: Double

  package init(top1: Double = 0, top3: Double = 0, top5: Double = 0, avg5: Double = 0, mrr: Double = 0) {
    self.top1 = top1.roundedToSignificantDigits(6)
    self.top3 = top3.roundedToSignificantDigits(6)
    self.top5 = top5.roundedToSignificantDigits(6)
    self.avg5 = avg5.roundedToSignificantDigits(6)
    self.mrr = mrr.roundedToSignificantDigits(6)
  }

  /// From the ranks of the truth, from 1; nil where it is not in the ranking. No cases give 0.
  package init(ranks: [Int?]) {
    guard !ranks.isEmpty else {
      self.init()
      return
    }
    let count = Double(ranks.count)
    let hits = (1...5).map { limit in Double(ranks.count { $0.map { $0 <= limit } ?? false }) / count }
    let reciprocal = ranks.reduce(0.0) { sum, rank in sum + (rank.map { 1 / Double($0) } ?? 0) }
    self.init(top1: hits[0], top3: hits[2], top5: hits[4], avg5: hits.reduce(0, +) / 5, mrr: reciprocal / count)
  }
}

/// 95 % intervals by the percentile bootstrap over cases (Efron, 1979), with a fixed seed.
package enum Bootstrap {
  package static let resampleCount = 2000

  /// Low and high ends of the 95 % interval of the mean of one value a case; both are the mean itself for fewer than
  /// two cases.
  package static func interval(ofMean values: [Double]) -> [Double] {
    guard values.count > 1 else { return [values.first ?? 0, values.first ?? 0] }
    var random = SeededRandom(seed: 20_260_301)
    var means: [Double] = []
    means.reserveCapacity(resampleCount)
    for _ in 0..<resampleCount {
      var sum = 0.0
      for _ in values.indices { sum += values[random.index(below: values.count)] }
      means.append(sum / Double(values.count))
    }
    means.sort()
    return [means[resampleCount * 25 / 1000], means[resampleCount * 975 / 1000 - 1]]
      .map { $0.roundedToSignificantDigits(6) }
  }

  /// 1 for a case whose truth is among so many first answers, else 0.
  package static func hits(_ ranks: [Int?], within limit: Int) -> [Double] {
    ranks.map { rank in rank.map { $0 <= limit } ?? false ? 1 : 0 }
  }

  /// Each case's share of hits at depths 1 … 5.
  package static func averageHits(_ ranks: [Int?]) -> [Double] {
    ranks.map { rank in rank.map { Double(max(6 - $0, 0)) / 5 } ?? 0 }
  }
}
