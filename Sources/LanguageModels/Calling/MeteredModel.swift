/// The model as one investigation sees it: it counts what the answers took, and stops who asks the same again and
/// again. What it decides follows from the requests and answers alone, so that a replay decides the same.
package actor MeteredModel: LanguageModel {
  package nonisolated let name: String
  private let model: any LanguageModel
  private var loops = LoopDetection()
  /// So far, failures included.
  package private(set) var spent = TokenUsage.none

  package init(_ model: any LanguageModel) {
    self.model = model
    name = model.name
  }

  package func complete(_ request: ChatRequest) async throws -> ChatReply {
    if let reason = loops.refusal(of: request) {
      throw LanguageModelError(.looping, model: name, detail: reason)
    }
    do {
      let reply = try await model.complete(request)
      spent += reply.usage
      return reply
    } catch let error as LanguageModelError {
      spent += error.usage
      throw error
    }
  }
}

/// Whether a talk goes round in circles.
package struct LoopDetection: Sendable {
  /// How often the same may be asked.
  package static let maximumRepeats = 3

  private var counts: [String: Int] = [:]

  package init() {}

  /// Counts the request; a reason where it, or a call of a tool in it, has come too often.
  package mutating func refusal(of request: ChatRequest) -> String? {
    counts[request.digest, default: 0] += 1
    if counts[request.digest, default: 0] > Self.maximumRepeats {
      return "the same was asked more than \(Self.maximumRepeats) times"
    }
    var calls: [String: Int] = [:]
    for case .assistant(_, let asked) in request.messages {
      for call in asked {
        let key = call.tool + " " + (call.arguments?.text ?? "")
        calls[key, default: 0] += 1
        if calls[key, default: 0] > Self.maximumRepeats {
          return "it called \(call.tool) for the same more than \(Self.maximumRepeats) times"
        }
      }
    }
    return nil
  }
}
