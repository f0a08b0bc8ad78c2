import HTTPTransport
import LanguageModels
import TestSupport
import Testing

@Suite struct RetryingModelTests {
  private let clock = ManualClock()

  private func limited(after seconds: Double?) -> LanguageModelError {
    LanguageModelError(
      .rateLimited, model: "m", detail: "429", retryAfterSeconds: seconds, usage: TokenUsage())
  }

  @Test func waitsAsLongAsTheServerAsks() async throws {
    let model = StubModel { [self] _, number in
      if number < 3 { throw limited(after: 7) }
      return ChatReply(text: "yes")
    }
    let retrying = RetryingModel(model, timing: .manual(clock))
    let answer = Task { try await retrying.complete(.asking("x", deadlineSeconds: 60)) }
    for _ in 1...2 {
      await clock.untilSomebodySleeps(.seconds(7))
      clock.advance(by: .seconds(7))
    }
    #expect(try await answer.value.usage.requests == 3)
    #expect(model.requests.map(\.deadlineSeconds) == [60, 53, 46])
  }

  @Test func neverWaitsBeyondTheDeadline() async {
    let model = StubModel { [self] _, _ in throw limited(after: 61) }
    let retrying = RetryingModel(model, timing: .manual(clock))
    #expect(await code { _ = try await retrying.complete(.asking("x", deadlineSeconds: 60)) } == .rateLimited)
    #expect(model.requests.count == 1)
  }

  @Test func theDeadlineHoldsAgainstAModelThatIgnoresIt() async {
    let model = StubModel { [clock] _, _ in
      try await clock.sleep(for: .seconds(1_000))
      return ChatReply(text: "late")
    }
    let retrying = RetryingModel(model, timing: .manual(clock))
    let answer = Task { await code { _ = try await retrying.complete(.asking("x", deadlineSeconds: 5)) } }
    await clock.untilSomebodySleeps(.seconds(5))
    clock.advance(by: .seconds(5))
    #expect(await answer.value == .deadlinePassed)
  }

  @Test(arguments: [
    LanguageModelError.Code.notAuthorized, .refused, .malformedReply, .tooLarge, .contextExceeded, .budgetSpent,
    .deadlinePassed, .notRecorded,
  ])
  func whatWouldFailAgainIsNotTriedAgain(code expected: LanguageModelError.Code) async {
    let model = StubModel.failing(expected)
    let retrying = RetryingModel(model, timing: .manual(clock))
    #expect(await code { _ = try await retrying.complete(.asking("x")) } == expected)
    #expect(model.requests.count == 1)
  }

  @Test func pausesGrowAndEnd() {
    func pause(_ attempt: Int, _ backoff: Double, left: Double = 60, asked: Double? = nil) -> Double? {
      RetryPolicy.pauseSeconds(
        after: limited(after: asked), attempt: attempt, backoffSeconds: backoff, leftSeconds: left)
    }
    #expect(pause(1, 0.7) == 0.7)
    #expect(pause(1, 0.7, asked: 5) == 5)
    #expect(pause(1, 6, asked: 5) == 6)
    #expect(pause(1, 0.7, left: 0.7) == nil)
    #expect(pause(RetryPolicy.maximumAttempts, 0.7) == nil)
    var backoff = Backoff(seed: 3)
    let bounds = [1.0, 2, 4, 8]
    for bound in bounds { #expect((bound / 2...bound).contains(backoff.next())) }
  }

  @Test func aServerThatFailsAlwaysIsLeftInPeace() async {
    let model = StubModel.failing(.notAuthorized)
    let retrying = RetryingModel(model, timing: .manual(clock))
    for number in 1...20 {
      let expected: LanguageModelError.Code = number <= CircuitBreaker.maximumFailures ? .notAuthorized : .resting
      #expect(await code { _ = try await retrying.complete(.asking("x")) } == expected)
    }
    #expect(model.requests.count == CircuitBreaker.maximumFailures)
    clock.advance(by: .seconds(CircuitBreaker.restSeconds))
    #expect(await code { _ = try await retrying.complete(.asking("x")) } == .notAuthorized)
    #expect(await code { _ = try await retrying.complete(.asking("x")) } == .resting)
  }
}

@Suite struct CircuitBreakerTests {
  private func opened(asking seconds: Double? = nil) -> CircuitBreaker {
    var breaker = CircuitBreaker()
    for _ in 1...CircuitBreaker.maximumFailures { breaker.record(.failure(retryAfterSeconds: seconds), atSeconds: 100) }
    return breaker
  }

  @Test func opensAfterFailuresInARow() {
    var breaker = CircuitBreaker()
    for _ in 1..<CircuitBreaker.maximumFailures { breaker.record(.failure(retryAfterSeconds: nil), atSeconds: 0) }
    breaker.record(.unknown, atSeconds: 0)
    #expect(breaker.refusal(atSeconds: 0) == nil)
    breaker.record(.success, atSeconds: 0)
    #expect(breaker.state == .closed(failures: 0))
    breaker = opened()
    #expect(breaker.refusal(atSeconds: 100) == CircuitBreaker.restSeconds)
  }

  @Test func oneCallMaySee() {
    var breaker = opened()
    #expect(breaker.refusal(atSeconds: 130) == nil)
    #expect(breaker.refusal(atSeconds: 130) != nil)
    var closed = breaker
    closed.record(.success, atSeconds: 131)
    #expect(closed.state == .closed(failures: 0))
    breaker.record(.failure(retryAfterSeconds: nil), atSeconds: 131)
    #expect(breaker.state == .open(untilSeconds: 131 + CircuitBreaker.restSeconds))
  }

  @Test func aCancelledProbeLetsTheNextOneSee() {
    var breaker = opened()
    #expect(breaker.refusal(atSeconds: 130) == nil)
    breaker.record(.unknown, atSeconds: 131)
    #expect(breaker.refusal(atSeconds: 131) == nil)
  }

  @Test func restsAsLongAsTheServerAsksWithinReason() {
    #expect(opened(asking: 90).state == .open(untilSeconds: 190))
    #expect(opened(asking: 1e9).state == .open(untilSeconds: 100 + CircuitBreaker.longestRestSeconds))
  }
}
