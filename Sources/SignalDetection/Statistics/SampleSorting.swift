extension [Double] {
  /// The finite values in ascending order.
  package func sortedFinite() -> [Double] {
    var finite = filter(\.isFinite)
    if finite.count < SampleSorting.fewest { finite.sort() } else { SampleSorting.sort(&finite) }
    return finite
  }
}

/// Sorts numbers by the bytes of their bits, least significant byte first: linear in the sample. Sorting is most of
/// what a comparison of a series costs.
///
/// Source: radix sort (H. Hollerith, 1889); the order of bits is made that of numbers by flipping the sign bit, and all
/// bits of negative numbers.
enum SampleSorting {
  /// Below, comparing is as fast.
  static let fewest = 64
  private static let digitBits = 8
  private static let digits = 64 / digitBits
  private static let bins = 1 << digitBits

  /// All values have to be finite; -0 becomes 0.
  static func sort(_ values: inout [Double]) {
    let count = values.count
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * count) { memory in
      withUnsafeTemporaryAllocation(of: Int.self, capacity: digits * bins) { places in
        places.initialize(repeating: 0)
        for index in 0..<count {
          let key = key(of: values[index])
          memory.initializeElement(at: index, to: key)
          for digit in 0..<digits { places[digit * bins + value(of: digit, in: key)] += 1 }
        }
        memory[count...].initialize(repeating: 0)
        var source = UnsafeMutableBufferPointer(rebasing: memory[..<count])
        var target = UnsafeMutableBufferPointer(rebasing: memory[count...])
        for digit in 0..<digits {
          let own = UnsafeMutableBufferPointer(rebasing: places[digit * bins..<(digit + 1) * bins])
          // All have the same byte here: nothing would move.
          if own[value(of: digit, in: source[0])] == count { continue }
          deal(source, into: target, by: digit, counts: own)
          swap(&source, &target)
        }
        for index in 0..<count { values[index] = number(of: source[index]) }
      }
    }
  }

  private static func deal(
    _ source: UnsafeMutableBufferPointer<UInt64>, into target: UnsafeMutableBufferPointer<UInt64>, by digit: Int,
    counts places: UnsafeMutableBufferPointer<Int>
  ) {
    var start = 0
    for bin in 0..<bins {
      let size = places[bin]
      places[bin] = start
      start += size
    }
    for key in source {
      let bin = value(of: digit, in: key)
      target[places[bin]] = key
      places[bin] += 1
    }
  }

  @inline(__always)
  private static func value(of digit: Int, in key: UInt64) -> Int {
    Int(truncatingIfNeeded: key >> UInt64(digit * digitBits)) & (bins - 1)
  }

  @inline(__always)
  private static func key(of value: Double) -> UInt64 {
    let bits = (value + 0).bitPattern
    return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
  }

  @inline(__always)
  private static func number(of key: UInt64) -> Double {
    Double(bitPattern: key >> 63 == 1 ? key & ~(1 << 63) : ~key)
  }
}
