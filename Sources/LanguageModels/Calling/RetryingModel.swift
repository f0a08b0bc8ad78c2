import HTTPTransport

/// What is tried again, and after how long.
package enum RetryPolicy {
  package static let maximumAttempts = 4

  /// The pause before the next attempt; nil where there is none, since the failure would come again, enough was tried,
  /// or the time does not suffice.
  package static func pauseSeconds(
    after error: LanguageModelError, attempt: Int, backoffSeconds: Double, leftSeconds: Double
  ) -> Double? {
    guard attempt < maximumAttempts, [.unreachable, .rateLimited, .serverFailed].contains(error.code) else {
      return nil
    }
    let pause = max(backoffSeconds, error.retryAfterSeconds ?? 0)
    return pause < leftSeconds ? pause : nil
  }
}

/// Tries again where that can help, never beyond the request's deadline, and rests after failures in a row.
package struct RetryingModel: LanguageModel {
  private actor Breaker {
    private var breaker = CircuitBreaker()

    func refusal(atSeconds now: Double) -> Double? { breaker.refusal(atSeconds: now) }

    func record(_ result: CircuitBreaker.Result, atSeconds now: Double) { breaker.record(result, atSeconds: now) }
  }

  private let model: any LanguageModel
  private let timing: Timing
  private let breaker = Breaker()

  package var name: String { model.name }

  package init(_ model: any LanguageModel, timing: Timing) {
    self.model = model
    self.timing = timing
  }

  package func complete(_ request: ChatRequest) async throws -> ChatReply {
    let end = timing.nowSeconds() + request.deadlineSeconds
    var backoff = Backoff(seed: timing.seed ^ request.jitterSeed)
    var usage = TokenUsage.none
    var attempt = 1
    while true {
      do {
        var reply = try await attemptOnce(request, until: end)
        reply.usage += usage
        return reply
      } catch var error as LanguageModelError {
        error.usage += usage
        let pause = RetryPolicy.pauseSeconds(
          after: error, attempt: attempt, backoffSeconds: backoff.next(), leftSeconds: end - timing.nowSeconds())
        guard let pause else { throw error }
        usage = error.usage
        attempt += 1
        try await timing.sleep(.seconds(pause))
      }
    }
  }

  private func attemptOnce(_ request: ChatRequest, until end: Double) async throws -> ChatReply {
    let now = timing.nowSeconds()
    if let restSeconds = await breaker.refusal(atSeconds: now) {
      throw LanguageModelError(
        .resting, model: name,
        detail: "it failed too often and is left in peace for \(Int(restSeconds.rounded(.up))) s")
    }
    var attempt = request
    attempt.deadlineSeconds = end - now
    do {
      let reply = try await timing.within(attempt.deadlineSeconds) { [attempt] in try await model.complete(attempt) }
      guard let reply else { throw deadlinePassed(request) }
      await breaker.record(.success, atSeconds: timing.nowSeconds())
      return reply
    } catch {
      await breaker.record(CircuitBreaker.Result(error), atSeconds: timing.nowSeconds())
      throw error
    }
  }

  private func deadlinePassed(_ request: ChatRequest) -> LanguageModelError {
    LanguageModelError(
      .deadlinePassed, model: name, detail: "no answer within \(request.deadlineSeconds) s",
      usage: TokenUsage(input: request.estimatedInputTokens))
  }
}

extension CircuitBreaker.Result {
  /// What a failed call says about its server.
  init(_ error: any Error) {
    guard let error = error as? LanguageModelError else {
      self = .unknown
      return
    }
    switch error.code {
    case .unreachable, .deadlinePassed, .rateLimited, .notAuthorized, .serverFailed, .tooLarge:
      self = .failure(retryAfterSeconds: error.retryAfterSeconds)
    // The server answers; what it says is another matter.
    case .refused, .malformedReply: self = .success
    case .contextExceeded, .budgetSpent, .looping, .resting, .notRecorded: self = .unknown
    }
  }
}

extension ChatRequest {
  /// Clients that fail together must not come back together, nor requests of one client.
  fileprivate var jitterSeed: UInt64 { UInt64(digest.suffix(16), radix: 16) ?? 0 }
}
