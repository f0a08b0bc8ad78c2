import HTTPTransport

/// A model, then smaller ones: each is asked where the one before gave no answer. When all fail, the caller goes on
/// without.
package struct ModelLadder: LanguageModel {
  /// Of the time that is left, what a model may take that has another below it.
  package static let shareOfTime = 0.6

  private let rungs: [any LanguageModel]
  private let timing: Timing

  package var name: String { rungs.first?.name ?? "none" }

  /// - Parameter rungs: the best first.
  package init(_ rungs: [any LanguageModel], timing: Timing) {
    self.rungs = rungs
    self.timing = timing
  }

  package func complete(_ request: ChatRequest) async throws -> ChatReply {
    let end = timing.nowSeconds() + request.deadlineSeconds
    var usage = TokenUsage.none
    var notes: [String] = []
    var last = LanguageModelError(.refused, model: name, detail: "no model is configured")
    for (index, rung) in rungs.enumerated() {
      let leftSeconds = end - timing.nowSeconds()
      var bounded = request
      bounded.deadlineSeconds = index + 1 < rungs.count ? leftSeconds * Self.shareOfTime : leftSeconds
      do {
        var reply = try await rung.complete(bounded)
        reply.usage += usage
        reply.notes = notes + reply.notes
        return reply
      } catch let error as LanguageModelError {
        usage += error.usage
        notes.append("\(error)")
        last = error
        guard Self.goesDown(after: error.code) else { break }
      }
    }
    last.usage = usage
    if notes.count > 1 { last.detail = notes.joined(separator: " ") }
    throw last
  }

  /// Whether another model may do better.
  package static func goesDown(after code: LanguageModelError.Code) -> Bool {
    switch code {
    case .looping, .notRecorded: false
    default: true
    }
  }
}
