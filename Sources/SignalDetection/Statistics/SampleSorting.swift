extension [Double] {
  /// The finite values in ascending order.
  package func sortedFinite() -> [Double] {
    var finite = filter(\.isFinite)
    if finite.count < SampleSorting.fewest { finite.sort() } else { SampleSorting.sort(&finite) }
    return finite
  }
}

/// Sorts numbers by dealing them into as many equal bins as there are numbers: linear for samples that are spread over
/// their range or repeat themselves, and otherwise no worse than comparing. Sorting is most of what a comparison of a
/// series costs.
///
/// Source: distributive partitioning (W. Dobosiewicz, 1978), with one insertion sort over all bins instead of one for
/// each.
enum SampleSorting {
  /// Below, comparing is as fast.
  static let fewest = 64
  /// How many places a number may move on average inside the bins; beyond, a few values far out have crowded the rest.
  private static let mostMoves = 6

  /// By insertion, in place: for a handful nothing is quicker. All values have to be finite.
  static func sortFew(_ values: inout [Double]) {
    guard values.count <= fewest else { return values.sort() }
    values.withUnsafeMutableBufferPointer { values in _ = insert(values) }
  }

  /// All values have to be finite; -0 becomes 0.
  static func sort(_ values: inout [Double]) {
    guard var lowest = values.first else { return }
    var highest = lowest
    for value in values {
      lowest = min(lowest, value)
      highest = max(highest, value)
    }
    let binCount = values.count
    let scale = Double(binCount - 1) / (highest - lowest)
    // Numbers that are all the same, or whose distance no number can hold.
    guard scale.isFinite, scale > 0 else { return values.sort() }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: values.count) { sorted in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: binCount + 1) { starts in
        starts.initialize(repeating: 0)
        for value in values { starts[Int((value - lowest) * scale) + 1] += 1 }
        for bin in 0..<binCount { starts[bin + 1] += starts[bin] }
        sorted.initialize(repeating: 0)
        for value in values {
          let bin = Int((value - lowest) * scale)
          sorted[Int(starts[bin])] = value + 0
          starts[bin] += 1
        }
      }
      var sorted = sorted
      if !insert(sorted, moves: mostMoves * sorted.count) { sorted.sort() }
      for index in values.indices { values[index] = sorted[index] }
    }
  }

  /// Brings those of one bin into order; what is in order from bin to bin has not far to go.
  /// - Returns: false where it has, and not all are in order.
  @discardableResult
  static func insert(_ values: UnsafeMutableBufferPointer<Double>, moves: Int = .max) -> Bool {
    var budget = moves
    for index in values.indices.dropFirst() {
      let value = values[index]
      var place = index
      while place > 0, values[place - 1] > value {
        values[place] = values[place - 1]
        place -= 1
      }
      values[place] = value
      budget -= index - place
      guard budget > 0 else { return false }
    }
    return true
  }
}
