/// Finds one rank of a sample and leaves the rest unordered: linear on average, where sorting all is most of what a
/// median costs.
///
/// Source: FIND (C. A. R. Hoare, 1961), with the median of three as pivot. Where pivots stay bad, what is left is sorted,
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
      let (left, right) = values.withUnsafeMutableBufferPointer { partition($0, low, high) }
      if rank <= right {
        high = right
      } else if rank >= left {
        low = left
      } else {
        return
      }
    }
  }

  /// Parts the values at a pivot: up to `right` none is larger, from `left` on none is smaller.
  private static func partition(
    _ values: UnsafeMutableBufferPointer<Double>, _ low: Int, _ high: Int
  ) -> (left: Int, right: Int) {
    let (first, middle, last) = (values[low], values[low + (high - low) / 2], values[high])
    let pivot = max(min(first, middle), min(max(first, middle), last))
    var left = low
    var right = high
    while left <= right {
      while values[left] < pivot { left += 1 }
      while values[right] > pivot { right -= 1 }
      guard left <= right else { break }
      values.swapAt(left, right)
      left += 1
      right -= 1
    }
    return (left, right)
  }
}
