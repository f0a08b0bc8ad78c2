/// Leaves a server in peace after failures in a row: closed, then open for a while, then one call to see.
package struct CircuitBreaker: Hashable, Sendable {
  package enum State: Hashable, Sendable {
    case closed(failures: Int)
    case open(untilSeconds: Double)
    /// One call is under way to see; others wait.
    case probing
  }

  package enum Result: Sendable {
    case success
    case failure(retryAfterSeconds: Double?)
    /// Cancelled, or failed in a way that says nothing about the server.
    case unknown
  }

  /// In a row, until it opens.
  package static let maximumFailures = 5
  package static let restSeconds = 30.0
  /// Longer than this no server may ask for.
  package static let longestRestSeconds = 600.0

  package private(set) var state = State.closed(failures: 0)

  package init() {}

  /// Seconds to wait until a call may be made; nil where it may now, and then its result must be told.
  package mutating func refusal(atSeconds now: Double) -> Double? {
    switch state {
    case .closed: return nil
    case .probing: return Self.restSeconds
    case .open(let until) where now < until: return until - now
    case .open:
      state = .probing
      return nil
    }
  }

  package mutating func record(_ result: Result, atSeconds now: Double) {
    switch (result, state) {
    case (.success, _): state = .closed(failures: 0)
    case (.failure(let asked), .closed(let failures)):
      let isFull = failures + 1 >= Self.maximumFailures
      state = isFull ? open(asked, now) : .closed(failures: failures + 1)
    case (.failure(let asked), _): state = open(asked, now)
    case (.unknown, .probing): state = .open(untilSeconds: now)
    case (.unknown, _): break
    }
  }

  private func open(_ asked: Double?, _ now: Double) -> State {
    .open(untilSeconds: now + min(max(Self.restSeconds, asked ?? 0), Self.longestRestSeconds))
  }
}
