/// The coarsest division of all scalars in which each of a pattern's sets is a union of classes.
struct ScalarClasses: Sendable {
  /// A member of each class.
  let samples: [UInt32]
  private let ascii: [UInt16]
  /// First scalars of the intervals beyond ASCII, in order, and the class of each.
  private let starts: [UInt32]
  private let classOfStart: [UInt16]

  static let maximumWork = 20_000_000

  var count: Int { samples.count }

  init(_ sets: [ScalarSet]) throws(PatternError) {
    var edges: Set<UInt32> = [0, 128]
    for range in sets.lazy.flatMap(\.ranges) {
      edges.insert(range.lowerBound)
      if range.upperBound < ScalarSet.highest { edges.insert(range.upperBound + 1) }
    }
    let sorted = edges.sorted()
    var classes = Array(repeating: 0, count: sorted.count)
    var count = 1
    var work = 0
    for set in sets {
      var refined: [Int: Int] = [:]
      for range in set.ranges {
        var index = Self.index(of: range.lowerBound, in: sorted)
        while index < sorted.count, sorted[index] <= range.upperBound {
          let old = classes[index]
          if refined[old] == nil {
            refined[old] = count
            count += 1
          }
          classes[index] = refined[old] ?? old
          index += 1
          work += 1
        }
      }
      guard work < Self.maximumWork else { throw PatternError("the expression is too large") }
    }
    var numbers: [Int: UInt16] = [:]
    var samples: [UInt32] = []
    for (index, old) in classes.enumerated() where numbers[old] == nil {
      guard samples.count < Int(UInt16.max) else { throw PatternError("the expression is too large") }
      numbers[old] = UInt16(samples.count)
      samples.append(sorted[index])
    }
    let final = classes.map { numbers[$0] ?? 0 }
    self.samples = samples
    ascii = (UInt32(0)..<128).map { final[Self.index(of: $0, in: sorted)] }
    let firstBeyond = Self.index(of: 128, in: sorted)
    starts = Array(sorted[firstBeyond...])
    classOfStart = Array(final[firstBeyond...])
  }

  @inline(__always)
  func index(of scalar: UInt32) -> Int {
    scalar < 128 ? Int(ascii[Int(scalar)]) : Int(classOfStart[Self.index(of: scalar, in: starts)])
  }

  /// The last place whose value is not above the scalar.
  private static func index(of scalar: UInt32, in sorted: [UInt32]) -> Int {
    var low = 0
    var high = sorted.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if sorted[middle] <= scalar { low = middle } else { high = middle }
    }
    return low
  }
}
