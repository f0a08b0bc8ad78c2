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

  /// Low and high ends of the measure's 95 % interval; both are the measure itself for fewer than two cases.
  package static func interval(ranks: [Int?], of measure: (Accuracy) -> Double) -> [Double] {
    guard ranks.count > 1 else {
      let value = measure(Accuracy(ranks: ranks))
      return [value, value]
    }
    var random = SeededRandom(seed: 20_260_301)
    var values: [Double] = []
    values.reserveCapacity(resampleCount)
    var sample = ranks
    for _ in 0..<resampleCount {
      for position in sample.indices { sample[position] = ranks[random.index(below: ranks.count)] }
      values.append(measure(Accuracy(ranks: sample)))
    }
    values.sort()
    return [values[resampleCount * 25 / 1000], values[resampleCount * 975 / 1000 - 1]]
  }
}
