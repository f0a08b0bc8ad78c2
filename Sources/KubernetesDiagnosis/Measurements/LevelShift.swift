import IncidentModel

/// The level of a series at its end, against its level before it last changed.
///
/// The place of the change is the split that takes most from the sum of squares around two means (binary segmentation's
/// first step); the levels are medians, and the end counts alone, so that what has passed is no shift.
struct LevelShift {
  let before: Double
  let now: Double
  /// A standard deviation of what was before: of its middle, or of its upper end where that reaches further.
  let spread: Double
  let since: Timestamp

  private static let endSeconds = 300.0
  private static let leastCount = 4
  private static let sigmas = 6.0

  /// Nil for a series that is too short to have a before.
  init?(times: [Int64], values: [Double]) {
    let rows = values.indices.filter { values[$0].isFinite }
    guard rows.count >= 4 * Self.leastCount, let last = rows.last else { return nil }
    let kept = rows.map { values[$0] }
    let split = Self.split(kept)
    let earlier = kept[..<split].sorted()
    let end = rows[split...].filter { Double(times[last] - times[$0]) / 1e9 < Self.endSeconds }
    let present = (end.count < Self.leastCount ? Array(rows.suffix(Self.leastCount)) : end).map { values[$0] }.sorted()
    let middle = Self.median(earlier)
    before = middle
    now = Self.median(present)
    // 1.4826 makes a median absolute deviation, 1 / 1.645 a 95th percentile one standard deviation of a normal one.
    let upper = (earlier[(earlier.count - 1) * 95 / 100] - middle) / 1.645
    spread = max(1.4826 * Self.median(earlier.map { abs($0 - middle) }.sorted()), upper)
    since = Timestamp(nanoseconds: times[rows[split]])
  }

  private static func median(_ sorted: [Double]) -> Double {
    (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  private static func split(_ values: [Double]) -> Int {
    let total = values.reduce(0, +)
    let count = Double(values.count)
    var sum = 0.0
    var best = (position: leastCount, gain: -1.0)
    for position in 1...(values.count - leastCount) {
      sum += values[position - 1]
      guard position >= leastCount else { continue }
      let first = Double(position)
      let difference = sum / first - (total - sum) / (count - first)
      let gain = first * (count - first) / count * difference * difference
      if gain > best.gain { best = (position, gain) }
    }
    return best.position
  }

  /// Whether the level is so many times what it was, and beyond what it used to vary.
  func isUp(times ratio: Double) -> Bool {
    now >= ratio * before && now - before >= Self.sigmas * spread && now > before
  }
}
