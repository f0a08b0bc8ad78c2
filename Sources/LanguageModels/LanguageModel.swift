/// A language model that can be asked one thing at a time. What it answers is never trusted: callers check it against
/// what they issued.
package protocol LanguageModel: Sendable {
  /// As `tocsin.yaml` names it.
  var name: String { get }

  /// One exchange: the whole answer, however it came over the wire.
  /// - Throws: `LanguageModelError`, or `CancellationError`.
  func complete(_ request: ChatRequest) async throws -> ChatReply
}

/// Why a model gave no answer that could be used.
package struct LanguageModelError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable, Codable {
    /// No connection, or one that broke.
    case unreachable
    case deadlinePassed
    /// 429, or a server that says it is overloaded.
    case rateLimited
    /// A key that is missing or not accepted.
    case notAuthorized
    /// The server does not know the model, or refuses the request for what is in it.
    case refused
    /// An answer that is not what the interface promises.
    case malformedReply
    /// An answer beyond the limit of bytes.
    case tooLarge
    /// The prompt does not fit in the model's context.
    case contextExceeded
    /// Tokens, money, seconds or calls are spent.
    case budgetSpent
    /// The same request, or the same call of a tool, again and again.
    case looping
    /// The circuit breaker is open after failures in a row.
    case resting
    /// A transcript that does not hold this request.
    case notRecorded
    case serverFailed
  }

  package var code: Code
  package var model: String
  /// A sentence without secrets and without the prompt.
  package var detail: String
  /// What the server asked for with `Retry-After`.
  package var retryAfterSeconds: Double?
  /// What the failure cost all the same.
  package var usage: TokenUsage

  package init(
    _ code: Code, model: String, detail: String, retryAfterSeconds: Double? = nil, usage: TokenUsage = .none
  ) {
    self.code = code
    self.model = model
    self.detail = detail
    self.retryAfterSeconds = retryAfterSeconds
    self.usage = usage
  }

  package var description: String { "The model \(model) gave no answer (\(code.rawValue)): \(detail)" }
}
