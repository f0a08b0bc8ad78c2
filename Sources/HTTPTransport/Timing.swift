/// Time as the client sees it: passed in, so that tests neither wait nor depend on a clock.
package struct Timing: Sendable {
  package var sleep: @Sendable (Duration) async throws -> Void
  /// Seconds of a clock that never goes back.
  package var nowSeconds: @Sendable () -> Double
  /// For jitter.
  package var seed: UInt64

  package init(
    seed: UInt64, nowSeconds: @escaping @Sendable () -> Double,
    sleep: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.seed = seed
    self.nowSeconds = nowSeconds
    self.sleep = sleep
  }

  package static func real(seed: UInt64) -> Timing {
    let start = ContinuousClock.now
    return Timing(
      seed: seed, nowSeconds: { start.duration(to: .now) / .seconds(1) }, sleep: { try await Task.sleep(for: $0) })
  }
}

/// Exponential backoff with full jitter between half of a bound and the bound, so that many clients do not come back
/// at once.
package struct Backoff: Sendable {
  package static let firstBoundSeconds = 1.0
  package static let longestBoundSeconds = 30.0
  /// More than this no server may ask for.
  package static let longestAskedSeconds = 120.0

  package private(set) var attempts = 0
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func reset() { attempts = 0 }

  /// Seconds until the next attempt.
  /// - Parameter asked: what the server asked for; never less than that, but bounded.
  package mutating func next(asked: Double? = nil) -> Double {
    let bound = min(Self.longestBoundSeconds, Self.firstBoundSeconds * Double(1 << min(attempts, 16)))
    attempts += 1
    let waited = bound * (0.5 + 0.5 * nextFraction())
    return max(waited, min(asked ?? 0, Self.longestAskedSeconds))
  }

  /// From 0 to below 1: SplitMix64.
  package mutating func nextFraction() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return Double((mixed ^ (mixed >> 31)) >> 11) * 0x1p-53
  }
}
