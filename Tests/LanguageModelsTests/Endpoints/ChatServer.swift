import Foundation
import HTTPTransport
import LanguageModels
import TestSupport
import Testing
import TextReading

/// A server that answers with what a test gives it, and keeps what it was asked.
final class ChatServer: Sendable {
  struct Answer: Sendable {
    var status = 200
    var headers = ["Content-Type: application/json"]
    var body: String

    static func json(_ body: String) -> Answer { Answer(body: body) }

    static func events(_ body: String) -> Answer { Answer(headers: ["Content-Type: text/event-stream"], body: body) }

    static func failing(_ status: Int, _ body: String = "{}", headers: [String] = []) -> Answer {
      Answer(status: status, headers: ["Content-Type: application/json"] + headers, body: body)
    }
  }

  private let server: LoopbackServer
  private let seen: Guarded<[LoopbackServer.Request]>

  var origin: String { server.origin }
  var requests: [LoopbackServer.Request] { seen.withLock { $0 } }

  /// - Parameter answer: to the request of that number, from 1.
  init(_ answer: @escaping @Sendable (_ number: Int, _ body: JSONValue) -> Answer) throws {
    let seen = Guarded<[LoopbackServer.Request]>([])
    self.seen = seen
    server = try LoopbackServer { request, connection in
      let number = seen.withLock { seen in
        seen.append(request)
        return seen.count
      }
      let body = (try? JSONValue(parsing: request.body, name: "body")) ?? .null
      let given = answer(number, body)
      connection.answer(given.status, headers: given.headers, given.body)
      return true
    }
  }

  /// The bodies of the requests so far.
  func bodies() throws -> [JSONValue] { try requests.map { try JSONValue(parsing: $0.body, name: "body") } }

  /// The body of the request of that number, from 1.
  func body(_ number: Int) throws -> JSONValue { try #require(try bodies().dropFirst(number - 1).first) }
}

extension Endpoint {
  static func at(
    _ origin: String, _ interface: ChatInterfaceKind = .openAI, key: String? = nil,
    change: (inout ModelSettings) -> Void = { _ in }
  ) -> Endpoint {
    var settings = ModelSettings(name: "m", interface: interface, baseURL: origin, modelID: "model-1")
    settings.price = TokenPrice(input: 1, output: 2)
    // How busy the machine is does not matter.
    settings.deadlineSeconds = 600
    change(&settings)
    return Endpoint(settings, key: key, timing: .real(seed: 1))
  }
}

extension ChatRequest {
  /// With a form: an object with a choice and a number.
  static func formed(deadlineSeconds: Double = 600) -> ChatRequest {
    ChatRequest(
      system: "Choose.", messages: [.user("one or two?")],
      answer: AnswerForm(
        name: "choice",
        schema: [
          "type": "object", "additionalProperties": false, "required": ["id", "weight"],
          "properties": ["id": ["type": "string", "enum": ["H1", "H2"]], "weight": ["type": "number"]],
        ]), deadlineSeconds: deadlineSeconds)
  }

  /// After a tool was called twice at once, and answered.
  static var withTools: ChatRequest {
    let calls = ["a", "b"].map { ToolCall(id: "call-\($0)", tool: "series", arguments: ["component": .string($0)]) }
    return ChatRequest(
      system: "s",
      messages: [
        .user("why?"), .assistant("", calls: calls), .result(of: calls[0], content: "1 2 3", isError: false),
        .result(of: calls[1], content: "no such component", isError: true), .user("go on"),
      ],
      tools: [
        ChatTool(
          name: "series", description: "A component's series.",
          parameters: [
            "type": "object", "additionalProperties": false, "required": ["component"],
            "properties": ["component": ["type": "string"]],
          ])
      ])
  }
}

/// What the servers say where all is well: the text of an answer, or a call of a tool.
enum Wire {
  static func openAI(_ text: String, finish: String = "stop", usage: Bool = true) -> String {
    let usage =
      usage ? #","usage":{"prompt_tokens":11,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":3}}"# : ""
    return
      #"{"choices":[{"index":0,"finish_reason":"\#(finish)","message":{"role":"assistant","content":\#(quoted(text))}}]\#(usage)}"#
  }

  static func quoted(_ text: String) -> String { JSONValue.string(text).text }
}
