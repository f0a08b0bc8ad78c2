/// Cuts a fault-free recording into slices of equal length, in an order that spreads the first ones over all of it.
struct HealthySlices {
  private let sliceRows: Int
  private let count: Int
  private let stride: Int

  init(rowCount: Int, sliceRows: Int) {
    self.sliceRows = max(1, sliceRows)
    // One slice alone would leave nothing to compare with.
    count = rowCount / self.sliceRows > 1 ? rowCount / self.sliceRows : 0
    // Near the golden section of the count and without a common divisor: each slice comes once, neighbours late.
    var stride = max(1, count * 618 / 1000)
    while count > 1, Self.commonDivisor(stride, count) != 1 { stride += 1 }
    self.stride = stride
  }

  /// The rows of the slice at a position; nil when all have been given.
  func rows(_ position: Int) -> Range<Int>? {
    guard (0..<count).contains(position) else { return nil }
    let slice = (position * stride + count / 2) % count
    return slice * sliceRows..<(slice + 1) * sliceRows
  }

  private static func commonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : commonDivisor(b, a % b) }
}

/// The median step of ascending times, in nanoseconds; a minute where there is none.
func samplingInterval(_ times: [Int64]) -> Int64 {
  let steps = zip(times.dropFirst(), times).map { $0.subtractingReportingOverflow($1).partialValue }.sorted()
  return steps.isEmpty ? 60_000_000_000 : max(1, steps[steps.count / 2])
}
