#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

extension Double {
  /// ln(1 + value), exact near zero.
  package static func log1p(_ value: Double) -> Double {
    #if canImport(Glibc)
      Glibc.log1p(value)
    #else
      Foundation.log1p(value)
    #endif
  }

  /// The natural logarithm.
  package static func log(_ value: Double) -> Double {
    #if canImport(Glibc)
      Glibc.log(value)
    #else
      Foundation.log(value)
    #endif
  }

  /// e to the power of the value.
  package static func exp(_ value: Double) -> Double {
    #if canImport(Glibc)
      Glibc.exp(value)
    #else
      Foundation.exp(value)
    #endif
  }
}
