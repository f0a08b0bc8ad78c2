/// Quantiles and spreads of samples that were sorted once: one sort serves all of them.
package enum OrderStatistics {
  /// Linear interpolation between closest ranks; nil for an empty sample.
  package static func quantile(ofSorted sample: [Double], _ fraction: Double) -> Double? {
    guard let first = sample.first else { return nil }
    let position = Double(sample.count - 1) * fraction.clamped(to: 0...1)
    let lower = Int(position)
    guard lower + 1 < sample.count else { return sample.last ?? first }
    let weight = position - Double(lower)
    return sample[lower] + (sample[lower + 1] - sample[lower]) * weight
  }

  package static func median(ofSorted sample: [Double]) -> Double? {
    let middle = sample.count / 2
    guard middle < sample.count else { return nil }
    guard sample.count % 2 == 0 else { return sample[middle] + 0 }
    return sample[middle - 1] + (sample[middle] - sample[middle - 1]) * 0.5
  }

  /// The median of all but the one at `index`, without making that list.
  package static func median(ofSorted sample: [Double], without index: Int) -> Double? {
    let rest = sample.count - 1
    guard rest > 0 else { return nil }
    func element(_ rank: Int) -> Double { sample[rank < index ? rank : rank + 1] }
    let lower = element((rest - 1) / 2)
    return lower + (element(rest / 2) - lower) * 0.5
  }

  /// The quantiles at ascending fractions, of finite values that are left in another order: what sorting all of them would
  /// give, for less. The sample must not be empty.
  static func quantiles(of sample: inout [Double], at fractions: [Double]) -> [Double] {
    let positions = fractions.map { Double(sample.count - 1) * $0.clamped(to: 0...1) }
    let ranks = positions.map { Int($0) }
    SampleSelection.place(ranks: ranks[...], in: &sample, within: 0..<sample.count)
    return zip(positions, ranks).map { position, lower in
      let weight = position - Double(lower)
      let end = ranks.first { $0 > lower } ?? sample.count - 1
      guard weight > 0, let upper = sample[(lower + 1)...end].min() else { return sample[lower] }
      return sample[lower] + (upper - sample[lower]) * weight
    }
  }

  /// Of the finite values; nil where there are none.
  package static func median(of values: [Double]) -> Double? {
    var finite: [Double] = []
    finite.reserveCapacity(values.count)
    // Adding 0 makes 0 of -0, so that the order of equals does not show.
    for value in values where value.isFinite { finite.append(value + 0) }
    guard !finite.isEmpty else { return nil }
    let upper = finite.count / 2
    SampleSelection.place(rank: upper, in: &finite, within: 0..<finite.count)
    guard finite.count % 2 == 0, let lower = finite[..<upper].max() else { return finite[upper] }
    return lower + (finite[upper] - lower) * 0.5
  }

  /// The median distance from `center` of finite values, in whose places their distances are left. The sample must not be
  /// empty.
  static func medianAbsoluteDeviation(of sample: inout [Double], from center: Double) -> Double {
    for index in sample.indices { sample[index] = abs(sample[index] - center) }
    let upper = sample.count / 2
    SampleSelection.place(rank: upper, in: &sample, within: 0..<sample.count)
    guard sample.count % 2 == 0, let lower = sample[..<upper].max() else { return sample[upper] }
    return (lower + sample[upper]) / 2
  }

  /// The median distance from `center`, found by merging the two sorted halves outwards: linear in the sample.
  package static func medianAbsoluteDeviation(ofSorted sample: [Double], from center: Double) -> Double {
    guard !sample.isEmpty else { return 0 }
    var right = sample.partitioningIndex { $0 >= center }
    var left = right - 1
    let wanted = sample.count / 2
    var previous = 0.0
    var latest = 0.0
    for _ in 0...wanted {
      let below = left >= 0 ? center - sample[left] : .infinity
      let above = right < sample.count ? sample[right] - center : .infinity
      previous = latest
      if below < above {
        latest = below
        left -= 1
      } else {
        latest = above
        right += 1
      }
    }
    return sample.count % 2 == 1 ? latest : (previous + latest) / 2
  }
}

extension [Double] {
  /// The first position where the predicate holds, in an array that is partitioned by it.
  package func partitioningIndex(where predicate: (Double) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
