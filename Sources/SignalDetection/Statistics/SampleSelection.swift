/// Finds ranks of a sample and leaves the rest unordered: linear on average, where sorting all is most of what a median
/// costs.
///
/// Source: FIND (C. A. R. Hoare, 1961), with a pivot that is looked for near the rank, as SELECT does (R. W. Floyd and
/// R. L. Rivest, 1975), and N. Lomuto's way of parting. Where pivots stay bad, what is left is sorted, so that no input is
/// quadratic.
enum SampleSelection {
  /// From so many values on the pivot is one of nine, below one of three.
  private static let manyValues = 48
  /// So many are put in order by insertion, for less than a pivot costs.
  private static let fewValues = 16

  /// Afterwards the element of that rank is in its place, none before it is larger and none after it smaller.
  /// - Parameters:
  ///   - rank: counted from 0, and inside the range. All values have to be finite.
  ///   - range: what is before it is already known to be no larger, and what is after it no smaller.
  static func place(rank: Int, in values: inout [Double], within range: Range<Int>) {
    values.withUnsafeMutableBufferPointer { values in
      var budget = 2 * (Int.bitWidth - range.count.leadingZeroBitCount)
      var low = range.lowerBound
      var high = range.upperBound - 1
      while low < high {
        guard high - low >= fewValues else {
          SampleSorting.insert(UnsafeMutableBufferPointer(rebasing: values[low...high]))
          return
        }
        guard budget > 0 else { return values[low...high].sort() }
        budget -= 1
        values.swapAt(pivotIndex(values, low, high, rank: rank), high)
        let place = part(values, low, high)
        if rank < place.lowerBound {
          high = place.lowerBound - 1
        } else if rank < place.upperBound {
          return
        } else {
          low = place.upperBound
        }
      }
    }
  }

  /// The same for several ascending ranks: the middle one first, since it halves what the others are looked for in.
  static func place(ranks: ArraySlice<Int>, in values: inout [Double], within range: Range<Int>) {
    guard !ranks.isEmpty else { return }
    let middle = ranks.startIndex + ranks.count / 2
    let rank = ranks[middle]
    place(rank: rank, in: &values, within: range)
    place(ranks: ranks[..<middle].prefix { $0 < rank }, in: &values, within: range.lowerBound..<rank)
    place(ranks: ranks[middle...].drop { $0 == rank }, in: &values, within: rank + 1..<range.upperBound)
  }

  /// Where a value stands that is likely to be beyond the rank by little, seen from the nearer end: then little is left.
  private static func pivotIndex(
    _ values: UnsafeMutableBufferPointer<Double>, _ low: Int, _ high: Int, rank: Int
  ) -> Int {
    let count = high - low + 1
    let last = count < manyValues ? 2 : 8
    return withUnsafeTemporaryAllocation(of: Int.self, capacity: last + 1) { indices in
      for position in 0...last {
        let index = low + (count - 1) * position / last
        var place = position
        while place > 0, values[indices[place - 1]] > values[index] {
          indices[place] = indices[place - 1]
          place -= 1
        }
        indices[place] = index
      }
      let fromLow = (rank - low) * last / count
      let fromHigh = (high - rank) * last / count
      return indices[fromLow < fromHigh ? min(fromLow + 1, last / 2) : max(last - 1 - fromHigh, last / 2)]
    }
  }

  /// Parts the values at a pivot, which stands last: those before the places returned are smaller, those in them equal to
  /// it, and those after them no smaller.
  private static func part(_ values: UnsafeMutableBufferPointer<Double>, _ low: Int, _ high: Int) -> Range<Int> {
    let pivot = values[high]
    var equal = low
    var larger = 0
    var index = low
    // Swapped whether or not it has to be, and counted without a branch.
    while index < high {
      let value = values[index]
      values[index] = values[equal]
      values[equal] = value
      equal &+= value.countSmaller(than: pivot)
      larger &+= pivot.countSmaller(than: value)
      index &+= 1
    }
    values.swapAt(equal, high)
    var above = equal + 1
    // A few that are equal are soon found to be the next pivots.
    guard high - equal - larger > (high - low) / 8 else { return equal..<above }
    index = above
    while index <= high {
      let value = values[index]
      values[index] = values[above]
      values[above] = value
      above &+= 1 &- pivot.countSmaller(than: value)
      index &+= 1
    }
    return equal..<above
  }
}
