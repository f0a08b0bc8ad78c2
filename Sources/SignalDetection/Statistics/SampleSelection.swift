/// Finds one rank of a sample and leaves the rest unordered: linear on average, where sorting all is most of what a
/// median costs.
///
/// Source: FIND (C. A. R. Hoare, 1961), with the median of three as pivot and N. Lomuto's way of parting. Where pivots stay bad, what is left is sorted,
/// so that no input is quadratic.
enum SampleSelection {
  /// Afterwards the element of that rank is in its place, none before it is larger and none after it smaller.
  /// - Parameters:
  ///   - rank: counted from 0, below the count. All values have to be finite.
  ///   - first: what is before it is already known to be no larger than the rest.
  static func place(rank: Int, in values: inout [Double], from first: Int = 0) {
    var budget = 2 * (Int.bitWidth - values.count.leadingZeroBitCount)
    var low = first
    var high = values.count - 1
    while low < high {
      guard budget > 0 else { return values[low...high].sort() }
      budget -= 1
      let (equal, above) = values.withUnsafeMutableBufferPointer { partition($0, low, high, rank: rank) }
      if rank < equal {
        high = equal - 1
      } else if rank < above {
        return
      } else {
        low = above
      }
    }
  }

  /// Parts the values at a pivot: those from `equal` on are no smaller and, if the rank is among them, those from `above` on
  /// are larger.
  private static func partition(
    _ values: UnsafeMutableBufferPointer<Double>, _ low: Int, _ high: Int, rank: Int
  ) -> (equal: Int, above: Int) {
    let (first, middle, last) = (values[low], values[low + (high - low) / 2], values[high])
    let pivot = max(min(first, middle), min(max(first, middle), last))
    var equal = low
    // Swapped whether or not it has to be, and counted without a branch: which of two values is larger cannot be
    // foretold, and a processor that guesses wrong loses more time than a swap takes.
    for index in low...high {
      let value = values[index]
      values[index] = values[equal]
      values[equal] = value
      equal &+= value < pivot ? 1 : 0
    }
    guard rank >= equal else { return (equal, high + 1) }
    var above = equal
    for index in equal...high {
      let value = values[index]
      values[index] = values[above]
      values[above] = value
      above &+= value <= pivot ? 1 : 0
    }
    return (equal, above)
  }
}
