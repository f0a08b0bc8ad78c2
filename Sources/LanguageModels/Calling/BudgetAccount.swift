/// How much may be spent; nil for no limit.
package struct BudgetLimits: Hashable, Sendable {
  /// Requests over the wire.
  package var calls: Int?
  /// In and out together.
  package var tokens: Int?
  package var usd: Double?
  /// Waiting for models, calls side by side counted each.
  package var seconds: Double?

  package init(calls: Int? = nil, tokens: Int? = nil, usd: Double? = nil, seconds: Double? = nil) {
    self.calls = calls
    self.tokens = tokens
    self.usd = usd
    self.seconds = seconds
  }
}

/// What was spent, or may be.
package struct Spending: Hashable, Sendable {
  package var usage: TokenUsage
  package var seconds: Double

  package init(usage: TokenUsage = .none, seconds: Double = 0) {
    self.usage = usage
    self.seconds = seconds
  }

  package static func + (left: Spending, right: Spending) -> Spending {
    Spending(usage: left.usage + right.usage, seconds: left.seconds + right.seconds)
  }
}

/// One account: what was spent in it, what is promised to calls under way, and what is left.
package struct BudgetAccount: Sendable {
  /// As sentences call it: “this incident”.
  package let name: String
  package let limits: BudgetLimits
  /// Only what was spent within so long counts; nil for all of it.
  package let windowSeconds: Double?

  private static let pieceSeconds = 60.0
  /// What was spent, by the minute where there is a window.
  private var pieces: [(start: Double, spending: Spending)] = []
  private var promised: [Int: Spending] = [:]

  package init(name: String, limits: BudgetLimits, windowSeconds: Double? = nil) {
    self.name = name
    self.limits = limits
    self.windowSeconds = windowSeconds
  }

  package var isInUse: Bool { !promised.isEmpty }

  package func spent(atSeconds now: Double) -> Spending {
    pieces.filter { isCounted($0.start, now) }.reduce(Spending()) { $0 + $1.spending }
  }

  /// Why a call that may take so much must not be made; nil where it may.
  package func refusal(of most: TokenUsage, atSeconds now: Double) -> String? {
    let taken = promised.values.reduce(spent(atSeconds: now)) { $0 + $1 }
    let after = taken.usage + most
    if let calls = limits.calls, after.requests > calls {
      return "\(name) has used \(taken.usage.requests) of \(calls) calls"
    }
    if let tokens = limits.tokens, after.total > tokens {
      return "\(name) has used \(taken.usage.total) of \(tokens) tokens, and this may take \(most.total)"
    }
    if let usd = limits.usd, after.usd > usd {
      return "\(name) has spent \(Self.cents(taken.usage.usd)) of \(Self.cents(usd)) US dollars, "
        + "and this may cost \(Self.cents(most.usd))"
    }
    if let seconds = limits.seconds, taken.seconds >= seconds {
      return "\(name) has waited \(Int(taken.seconds)) of \(Int(seconds)) s for models"
    }
    return nil
  }

  /// How long a call may take at most.
  package func secondsLeft(atSeconds now: Double) -> Double? {
    limits.seconds.map { max(0, $0 - spent(atSeconds: now).seconds) }
  }

  package mutating func promise(_ most: TokenUsage, to call: Int) { promised[call] = Spending(usage: most) }

  package mutating func settle(_ spending: Spending, of call: Int, atSeconds now: Double) {
    promised[call] = nil
    pieces = pieces.filter { isCounted($0.start, now) }
    let start = windowSeconds == nil ? 0 : (now / Self.pieceSeconds).rounded(.down) * Self.pieceSeconds
    if let last = pieces.last, last.start == start {
      pieces[pieces.count - 1].spending = last.spending + spending
    } else {
      pieces.append((start, spending))
    }
  }

  private func isCounted(_ start: Double, _ now: Double) -> Bool {
    windowSeconds.map { start + Self.pieceSeconds > now - $0 } ?? true
  }

  /// Up to four digits after the point.
  private static func cents(_ usd: Double) -> String { "\((usd * 10_000).rounded() / 10_000)" }
}
