import HTTPTransport
import TextReading

/// Ollama's own chat. It streams lines of JSON, and cuts a prompt that does not fit without saying so.
struct OllamaInterface: ChatInterface {
  var path: String { "/api/chat" }
  var usesServerSentEvents: Bool { false }

  /// Ollama itself knows no keys; what stands before it may.
  func headers(key: String?) -> [HTTPRequest.Header] {
    key.map { [HTTPRequest.Header("Authorization", "Bearer \($0)")] } ?? []
  }

  func body(_ question: WireQuestion) -> JSONValue {
    let request = question.request
    var members: [String: JSONValue] = [
      "model": .string(question.modelID), "stream": .bool(question.streams),
      "messages": .array(
        [["role": "system", "content": .string(request.system(question.mode))]] + request.messages.map(message)),
      "options": [
        "temperature": 0, "seed": 7, "num_ctx": .number(Double(question.contextTokens)),
        "num_predict": .number(Double(request.maximumOutputTokens)),
      ],
    ]
    if !request.tools.isEmpty { members["tools"] = .array(request.tools.map(\.functionDeclaration)) }
    if let answer = request.answer { members["format"] = question.mode == .native ? answer.schema : "json" }
    return .object(members)
  }

  private func message(_ message: ChatMessage) -> JSONValue {
    switch message {
    case .user(let text): return ["role": "user", "content": .string(text)]
    case .assistant(let text, let calls):
      var members: [String: JSONValue] = ["role": "assistant", "content": .string(text)]
      if !calls.isEmpty {
        members["tool_calls"] = .array(
          calls.map { ["function": ["name": .string($0.tool), "arguments": $0.arguments ?? [:]]] })
      }
      return .object(members)
    case .result(let call, let content, let isError):
      return [
        "role": "tool", "tool_name": .string(call.tool), "content": .string(isError ? "error: \(content)" : content),
      ]
    }
  }

  func reply(_ body: JSONValue) throws(WireMistake) -> WireReply {
    var gatherer = Gatherer()
    guard try gatherer.take(body) else { throw WireMistake("the answer is not done", .brokenOff) }
    return gatherer.reply
  }

  func gatherer() -> any ReplyGatherer { Gatherer() }

  private struct Gatherer: ReplyGatherer {
    var reply = WireReply()

    mutating func take(_ event: StreamEvent) throws(WireMistake) -> Bool { try take(try event.json()) }

    mutating func take(_ piece: JSONValue) throws(WireMistake) -> Bool {
      if let error = piece.serverError { throw error }
      guard piece["message"] != nil || piece["done"] != nil else { throw WireMistake("the answer has no message") }
      reply.text += piece["message"]?["content"]?.string ?? ""
      for call in piece["message"]?["tool_calls"]?.array ?? [] {
        reply.calls.append(
          WireReply.Call(
            id: call["id"]?.string ?? "", tool: call["function"]?["name"]?.string ?? "",
            arguments: call["function"]?["arguments"]?.text ?? ""))
      }
      guard piece["done"]?.bool == true else { return false }
      reply.finish = piece["done_reason"]?.string
      reply.inputTokens = piece["prompt_eval_count"]?.count
      reply.outputTokens = piece["eval_count"]?.count
      return true
    }
  }
}
