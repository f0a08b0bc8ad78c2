#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// How surprising a count is, when the share behind it is itself known only from earlier counts.
enum BetaBinomial {
  /// −ln P(K ≥ count) in nats, K successes among `trials` with the success rate Beta(alpha, beta) distributed.
  ///
  /// Sums the tail upwards from `count` by the recurrence of neighbouring terms; exact but for rounding. At most
  /// `maximumTerms` terms are summed, which matters only where nothing is surprising.
  static func surprise(atLeast count: Int, of trials: Int, alpha: Double, beta: Double) -> Double {
    guard count > 0, alpha > 0, beta > 0 else { return 0 }
    guard count <= trials else { return .infinity }
    let n = Double(trials)
    let k = Double(count)
    let logChoose = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
    let first = logChoose + logBeta(k + alpha, n - k + beta) - logBeta(alpha, beta)
    var term = 1.0
    var sum = 1.0
    var current = k
    var left = maximumTerms
    while current < n, left > 0 {
      term *= (n - current) / (current + 1) * (alpha + current) / (beta + n - current - 1)
      sum += term
      current += 1
      left -= 1
      if term < sum * 1e-12 { break }
    }
    return max(0, -(first + log(sum)))
  }

  private static let maximumTerms = 100_000

  private static func logBeta(_ a: Double, _ b: Double) -> Double { logGamma(a) + logGamma(b) - logGamma(a + b) }

  /// Stirling's series, shifted upwards to where it converges: about twelve digits for positive arguments.
  static func logGamma(_ value: Double) -> Double {
    var x = value
    var shift = 0.0
    while x < 8 {
      shift += log(x)
      x += 1
    }
    let inverse = 1 / x
    let square = inverse * inverse
    let series = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)))
    return (x - 0.5) * log(x) - x + 0.918_938_533_204_672_7 + series - shift
  }
}
