import IncidentModel

/// What is normal for a series: its median, and a spread that neither spikes nor near-zero noise can distort.
package struct Baseline: Hashable, Sendable {
  package var median: Double
  /// One robust standard deviation, never below the scale's floors.
  package var spread: Double
  /// Tenth and ninetieth percentile.
  package var low: Double
  package var high: Double
  package var count: Int
  /// The median distance from the median.
  package var medianDeviation: Double
  package var scale: MetricScale

  /// Fewer values than this say so little about the spread that it is widened.
  package static let sufficientCount = 5
  package static let minimumCount = 2

  /// Nil with fewer than `minimumCount` finite values, which may come in any order.
  ///
  /// - Parameter observed: a typical value of the incident, which helps to find the scale of an unknown unit.
  package init?(
    values: [Double], metricClass: MetricClass, unit: String, observed: Double = 0,
    minimumCount: Int = Baseline.minimumCount
  ) {
    var sample: [Double] = []
    sample.reserveCapacity(values.count)
    // Adding 0 makes 0 of -0.
    for value in values where value.isFinite { sample.append(value + 0) }
    guard sample.count >= max(minimumCount, 1) else { return nil }
    let isSmall = sample.count < Self.sufficientCount
    let extent = isSmall ? (sample.max() ?? 0) - (sample.min() ?? 0) : 0
    let quantiles = OrderStatistics.quantiles(of: &sample, at: [0.1, 0.5, 0.9, 0.98])
    let (low, median, high, top) = (quantiles[0], quantiles[1], quantiles[2], quantiles[3])
    count = sample.count
    let deviation = OrderStatistics.medianAbsoluteDeviation(of: &sample, from: median)
    let magnitude = max(abs(low), abs(top), observed.isFinite ? abs(observed) : 0)
    scale = MetricScale(metricClass, unit: unit, magnitude: magnitude)
    self.median = median
    self.low = low
    self.high = high
    medianDeviation = deviation
    // 1.4826 and 2.563 turn the two statistics into standard deviations where the noise is Gaussian.
    let range = isSmall ? max(extent, 0.1 * abs(median)) : 0
    spread = max(
      range, 1.4826 * deviation, (high - low) / 2.563, scale.relativeFloor * abs(median), scale.absoluteFloor)
  }

  /// How far a departure from so few values is believed: of two equal values nobody knows the spread.
  package var trust: Double {
    count >= Self.sufficientCount ? 1 : Double(count - 1) / Double(count + 3)
  }

  /// Robust standard deviations from the median; signed.
  package func sigmas(_ value: Double) -> Double { ((value - median) / spread).clamped(to: -1e6...1e6) }

  /// ln((value + floor) / (median + floor)), continued to negative values by symmetry.
  package func logRatio(_ value: Double) -> Double {
    let distance = abs(value - median) / (min(abs(value), abs(median)) + scale.absoluteFloor)
    return value >= median ? Double.log1p(distance) : -Double.log1p(distance)
  }
}
