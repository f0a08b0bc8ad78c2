import IncidentModel
import Telemetry

/// A series reduced to the medians of equal blocks of time, and how strongly it changes at each block's border.
///
/// The cost is one pass over the samples and a small constant for each block, whatever the sampling rate.
package struct BlockMedians: Sendable {
  /// NaN where a block has no sample.
  package var medians: [Double]

  package static let blockCount = 48
  /// The fewest blocks that make a "before".
  private static let fewestBefore = 6
  /// How many blocks after a border are looked at.
  private static let after = 2...12

  package init(of series: MetricSeries, in span: TimeWindow, count: Int = BlockMedians.blockCount) {
    let count = max(count, 1)
    let rows = series.rows(in: span)
    let width = max((span.end.nanoseconds - span.start.nanoseconds) / Int64(count), 1)
    medians = [Double](repeating: .nan, count: count)
    var block: [Double] = []
    var current = 0
    for row in rows {
      let position = min(Int((series.times[row] - span.start.nanoseconds) / width), count - 1)
      if position != current {
        medians[current] = OrderStatistics.median(of: block) ?? .nan
        block.removeAll(keepingCapacity: true)
        current = position
      }
      block.append(series.values[row])
    }
    medians[current] = OrderStatistics.median(of: block) ?? .nan
  }

  /// For every border (before block b) the evidence that the series changed there: ln(1 + what |z| exceeds 4 by).
  package func evidenceOfChange(metricClass: MetricClass, unit: String) -> [Double] {
    var evidence = [Double](repeating: 0, count: medians.count)
    let all = medians.sortedFinite()
    guard all.count > Self.fewestBefore, let first = all.first, let last = all.last, last > first else {
      return evidence
    }
    let scale = MetricScale(metricClass, unit: unit, magnitude: max(abs(first), abs(last)))
    let direction = BadnessDirection(metricClass)
    let roughness = stepSpread()
    var before: [Double] = []
    for border in medians.indices {
      if before.count >= Self.fewestBefore, let normal = OrderStatistics.median(ofSorted: before) {
        let following = medians[border..<min(border + Self.after.upperBound, medians.count)].filter(\.isFinite).sorted()
        if following.count >= Self.after.lowerBound, let changed = OrderStatistics.median(ofSorted: following) {
          let deviation = OrderStatistics.medianAbsoluteDeviation(ofSorted: before, from: normal)
          let floor = max(scale.relativeFloor * abs(normal), scale.absoluteFloor)
          let sigmas = (changed - normal) / max(1.4826 * deviation, roughness, floor)
          evidence[border] = Double.log1p(max(direction.badness(ofSigmas: sigmas) - 4, 0))
        }
      }
      insert(medians[border], into: &before)
    }
    return evidence
  }

  /// The noise of one block from the steps between neighbours, which a change of level does not inflate.
  private func stepSpread() -> Double {
    var steps: [Double] = []
    for (left, right) in zip(medians, medians.dropFirst()) { steps.append(abs(right - left)) }
    return (OrderStatistics.median(of: steps) ?? 0) * 1.4826 / 2.0.squareRoot()
  }

  private func insert(_ value: Double, into sorted: inout [Double]) {
    guard value.isFinite else { return }
    sorted.insert(value, at: sorted.partitioningIndex { $0 >= value })
  }
}
