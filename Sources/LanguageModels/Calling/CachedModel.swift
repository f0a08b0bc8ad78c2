import HTTPTransport

/// Answers identical requests once, also when they come at the same time. Failures are not kept.
///
/// Only who asked pays: an answer that was there already has no usage.
package struct CachedModel: LanguageModel {
  private let model: any LanguageModel
  private let answers: SharedAnswers
  private let timing: Timing

  package var name: String { model.name }

  /// - Parameter capacity: answers that are kept; the oldest goes first.
  package init(_ model: any LanguageModel, capacity: Int = 1_000, timing: Timing) {
    self.init(model, sharing: Self.memory(capacity: capacity), timing: timing)
  }

  /// - Parameter answers: shared with other models that would answer the same.
  init(_ model: any LanguageModel, sharing answers: SharedAnswers, timing: Timing) {
    self.model = model
    self.answers = answers
    self.timing = timing
  }

  static func memory(capacity: Int = 1_000) -> SharedAnswers {
    SharedAnswers(capacity: capacity, keepsErrors: false)
  }

  package func complete(_ request: ChatRequest) async throws -> ChatReply {
    let found = try await timing.within(request.deadlineSeconds) {
      try await answers.outcome(request.digest) { try await model.complete(request) }
    }
    guard let found else {
      throw LanguageModelError(
        .deadlinePassed, model: name, detail: "no answer within \(request.deadlineSeconds) s")
    }
    var reply = try found.outcome.get()
    if !found.isOwn { reply.usage = .none }
    return reply
  }
}

extension Timing {
  /// The work's result, or nil where it took longer; then it is cancelled and waited for.
  func within<Value: Sendable>(
    _ seconds: Double, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value? {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await sleep(.seconds(max(0, seconds)))
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }
}
