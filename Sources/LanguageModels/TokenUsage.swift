/// What an answer took: tokens as the server counts them, or as estimated from the text where it does not; requests
/// over the wire; money.
package struct TokenUsage: Hashable, Sendable, Codable {
  package var input: Int
  package var output: Int
  /// Of the input, those that the server had in its cache.
  package var cachedInput: Int
  /// Requests over the wire, with retries and repairs; 0 for an answer from a cache.
  package var requests: Int
  /// US dollars, by the price in the configuration.
  package var usd: Double

  package init(input: Int = 0, output: Int = 0, cachedInput: Int = 0, requests: Int = 1, usd: Double = 0) {
    self.input = input
    self.output = output
    self.cachedInput = cachedInput
    self.requests = requests
    self.usd = usd
  }

  package static let none = TokenUsage(requests: 0)

  package var total: Int { input + output }

  package static func + (left: TokenUsage, right: TokenUsage) -> TokenUsage {
    TokenUsage(
      input: left.input + right.input, output: left.output + right.output,
      cachedInput: left.cachedInput + right.cachedInput, requests: left.requests + right.requests,
      usd: left.usd + right.usd)
  }

  package static func += (left: inout TokenUsage, right: TokenUsage) { left = left + right }
}

/// US dollars for a million tokens.
package struct TokenPrice: Hashable, Sendable {
  package var input: Double
  package var output: Double

  package init(input: Double = 0, output: Double = 0) {
    self.input = input
    self.output = output
  }

  package static let free = TokenPrice()

  /// What the server had in its cache counts as any other input: never too cheap.
  package func usd(_ usage: TokenUsage) -> Double {
    (Double(usage.input) * input + Double(usage.output) * output) / 1e6
  }
}

extension ChatRequest {
  /// The input in tokens, rather too many than too few: three bytes a token, where usual text has four.
  package var estimatedInputTokens: Int {
    TokenUsage.estimate(bytes: json.text.utf8.count) + 16 * (messages.count + tools.count + 1)
  }

  /// The most that one answer can take.
  package func mostUsage(_ price: TokenPrice) -> TokenUsage {
    var usage = TokenUsage(input: estimatedInputTokens, output: maximumOutputTokens)
    usage.usd = price.usd(usage)
    return usage
  }
}

extension TokenUsage {
  /// Where the server does not count.
  package static func estimate(bytes: Int) -> Int { (bytes + 2) / 3 }
}
