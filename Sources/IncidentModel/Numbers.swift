#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

extension Double {
  /// Rounded half away from zero to so many significant decimal digits; non-finite values become 0.
  package func roundedToSignificantDigits(_ digits: Int) -> Double {
    guard isFinite, self != 0 else { return 0 }
    let exponent = Int(log10(abs(self)).rounded(.down))
    let places = digits - 1 - exponent
    // Dividing by a power of ten that is exact keeps 0.1 as 0.1.
    if places >= 0 {
      guard places <= 300 else { return 0 }
      let scale = pow(10, Double(places))
      return (self * scale).rounded() / scale
    }
    let scale = pow(10, Double(-places))
    return (self / scale).rounded() * scale
  }

  package func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
