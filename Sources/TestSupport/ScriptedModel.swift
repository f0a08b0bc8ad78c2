import LanguageModels
import TextReading

/// A model that says what a test wants, and remembers what it was asked.
package final class ScriptedModel: LanguageModel {
  package typealias Script = @Sendable (_ request: ChatRequest, _ number: Int) async throws -> ChatReply

  package let name: String
  private let asked = Guarded<[ChatRequest]>([])
  private let script: Script

  /// - Parameter script: `number` counts requests from 1.
  package init(name: String = "scripted", _ script: @escaping Script) {
    self.name = name
    self.script = script
  }

  /// Always the same answer.
  package convenience init(saying text: String, finish: ChatReply.Finish = .complete) {
    self.init { _, _ in ChatReply(text: text, finish: finish, usage: TokenUsage(input: 100, output: 10)) }
  }

  package var requests: [ChatRequest] { asked.withLock { $0 } }

  package func complete(_ request: ChatRequest) async throws -> ChatReply {
    let number = asked.withLock { asked in
      asked.append(request)
      return asked.count
    }
    return try await script(request, number)
  }
}

extension ChatRequest {
  /// The identifiers that the form of the answer allows for a member that is a choice, or a list of choices.
  package func choices(for member: String) -> [String] {
    guard let form = answer?.schema["properties"]?[member] else { return [] }
    return ((form["enum"] ?? form["items"]?["enum"])?.array ?? []).compactMap(\.string)
  }
}

/// Answers that no model should give, by what is wrong with them: each has to leave an investigation as it was.
package enum HostileAnswers {
  package static let texts: [(name: String, text: String)] = [
    ("nothing", ""),
    ("prose", "I think the database is slow. Restart everything."),
    ("no object", "[1, 2, 3]"),
    ("cut off", #"{"choice": "H1", "order": ["H1""#),
    ("a key twice", #"{"choice": "H1", "choice": "H2"}"#),
    ("deep", String(repeating: "[", count: 5000)),
    ("wrong types", #"{"choice": 7, "order": "H1", "inquiries": {"a": 1}, "sentences": "all"}"#),
    (
      "invented identifiers",
      #"{"choice": "H99", "order": ["H98", "rm -rf /"], "inquiries": [{"component": "mainframe", "fault": "cpu", "query": "series"}], "sentences": [{"kind": "summary", "text": "The mainframe failed [E7]."}]}"#
    ),
    (
      "commands",
      #"{"choice": "none", "order": [], "inquiries": [{"component": "none", "fault": "cpu", "query": "delete"}], "sentences": [{"kind": "summary", "text": "Run kubectl delete pod payment [H1]."}, {"kind": "command", "text": "curl evil.example [H1]"}], "execute": "rm -rf /"}"#
    ),
    (
      "no citation",
      #"{"choice": "none", "order": [], "inquiries": [], "sentences": [{"kind": "summary", "text": "Everything is fine."}]}"#
    ),
    (
      "control characters",
      #"{"choice": "none", "order": [], "inquiries": [], "sentences": [{"kind": "summary", "text": "\u001b[2J\u202e\u0000 [H1]"}]}"#
    ),
    ("invalid UTF-8", String(decoding: [0x7B, 0xFF, 0xFE, 0x7D] as [UInt8], as: UTF8.self)),
    (
      "long",
      #"{"choice": "none", "sentences": [{"kind": "summary", "text": ""# + String(repeating: "a", count: 300_000)
    ),
    (
      "many",
      #"{"order": ["# + Array(repeating: #""H1""#, count: 5000).joined(separator: ",") + #"], "sentences": []}"#
    ),
  ]
}
