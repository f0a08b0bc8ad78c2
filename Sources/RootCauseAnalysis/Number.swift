#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// The transcendental functions that the scores need.
enum Number {
  static func exp(_ value: Double) -> Double {
    #if canImport(Glibc)
      Glibc.exp(value)
    #else
      Foundation.exp(value)
    #endif
  }

  static func log(_ value: Double) -> Double {
    #if canImport(Glibc)
      Glibc.log(value)
    #else
      Foundation.log(value)
    #endif
  }

  /// Three significant digits, whole numbers without a point.
  static func text(_ value: Double) -> String {
    let rounded = value.roundedToSignificantDigits(3)
    if abs(rounded) < 1e15, let whole = Int(exactly: rounded) { return String(whole) }
    return String(rounded)
  }

  /// A share as whole percent.
  static func percent(_ share: Double) -> String { text((share * 100).rounded()) + " %" }
}
