/// Comparisons that are numbers, for loops over samples: which of two samples is larger cannot be foretold, a processor
/// that guesses wrong loses more time than the rest of the step takes, and of `a < b ? 1 : 0` the compiler makes a branch.
extension Double {
  /// 1 where it is smaller, else 0. Both have to be finite: then the difference is 0 only of equals, and has the sign
  /// that tells even where it is beyond what a number can hold.
  @inline(__always)
  func countSmaller(than other: Double) -> Int { Int(truncatingIfNeeded: (self - other).bitPattern &>> 63) }

  /// 1 where it is a finite number, else 0: infinities and what is no number have all bits of the exponent.
  @inline(__always)
  var countFinite: Int { 1 &- Int(truncatingIfNeeded: (((bitPattern &>> 52) & 0x7ff) &+ 1) &>> 11) }
}
