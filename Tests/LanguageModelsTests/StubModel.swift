import Foundation
import HTTPTransport
import LanguageModels
import TestSupport

/// A model that does what a test says, and remembers what it was asked.
final class StubModel: LanguageModel {
  typealias Script = @Sendable (_ request: ChatRequest, _ number: Int) async throws -> ChatReply

  let name: String
  private let asked = Guarded<[ChatRequest]>([])
  private let script: Script

  init(_ name: String = "stub", _ script: @escaping Script) {
    self.name = name
    self.script = script
  }

  var requests: [ChatRequest] { asked.withLock { $0 } }

  func complete(_ request: ChatRequest) async throws -> ChatReply {
    let number = asked.withLock { asked in
      asked.append(request)
      return asked.count
    }
    return try await script(request, number)
  }

  static func saying(_ text: String, usage: TokenUsage = TokenUsage(input: 10, output: 5)) -> StubModel {
    StubModel { _, _ in ChatReply(text: text, usage: usage) }
  }

  static func failing(_ code: LanguageModelError.Code, _ name: String = "stub") -> StubModel {
    StubModel(name) { _, _ in
      throw LanguageModelError(code, model: name, detail: "as the test wants", usage: TokenUsage())
    }
  }
}

extension ChatRequest {
  static func asking(_ text: String, deadlineSeconds: Double = 600) -> ChatRequest {
    ChatRequest(system: "s", messages: [.user(text)], deadlineSeconds: deadlineSeconds)
  }
}

extension Timing {
  static func manual(_ clock: ManualClock) -> Timing {
    Timing(
      seed: 1, nowSeconds: { clock.elapsed / .seconds(1) },
      sleep: { try await clock.sleep(for: $0) })
  }
}

/// The code of what is thrown; nil where nothing is.
func code(_ work: () async throws -> Void) async -> LanguageModelError.Code? {
  do {
    try await work()
    return nil
  } catch {
    return (error as? LanguageModelError)?.code
  }
}

/// A file that exists for one test.
struct TemporaryFile {
  let path = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID().uuidString)").path

  func remove() { try? FileManager.default.removeItem(atPath: path) }
  func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
  func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }
}
