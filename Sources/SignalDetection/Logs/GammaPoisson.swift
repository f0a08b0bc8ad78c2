/// How surprising a number of events is, when their rate is itself known only from earlier numbers.
enum GammaPoisson {
  /// −ln of the chance, in nats, of at least (or, for a fall, at most) `count` events in the time `exposure`, after
  /// `history` events in `historyExposure`, the rate being Gamma distributed with Jeffreys' prior.
  ///
  /// History counts for at most `maximumHistory` events: rates drift more than chance alone explains.
  static func surprise(
    _ count: Int, in exposure: Double, after history: Int, in historyExposure: Double, isRise: Bool
  ) -> Double {
    guard exposure > 0, historyExposure > 0, exposure.isFinite, historyExposure.isFinite, count >= 0 else { return 0 }
    let weight = min(1, maximumHistory / max(Double(history), 1))
    let shape = Double(history) * weight + 0.5
    let ratio = historyExposure * weight / exposure
    // Negative binomial with success probability ratio / (ratio + 1).
    let k = Double(count)
    let first =
      BetaBinomial.logGamma(k + shape) - BetaBinomial.logGamma(k + 1) - BetaBinomial.logGamma(shape)
      + shape * Double.log(ratio / (ratio + 1)) - k * Double.log(ratio + 1)
    var term = 1.0
    var sum = 1.0
    var current = k
    for _ in 0..<maximumTerms {
      if isRise {
        term *= (current + shape) / (current + 1) / (ratio + 1)
        current += 1
      } else {
        guard current >= 1 else { break }
        term *= current / (current - 1 + shape) * (ratio + 1)
        current -= 1
      }
      sum += term
      if term < sum * 1e-12 { break }
    }
    return max(0, -(first + Double.log(sum)))
  }

  static let maximumHistory = 100.0
  private static let maximumTerms = 100_000
}
