import HTTPTransport
import TextReading

/// Chat completions, as OpenAI publishes them and gateways, vLLM, llama.cpp and others follow.
struct OpenAIInterface: ChatInterface {
  var path: String { "/chat/completions" }
  var usesServerSentEvents: Bool { true }

  func headers(key: String?) -> [HTTPRequest.Header] {
    key.map { [HTTPRequest.Header("Authorization", "Bearer \($0)")] } ?? []
  }

  func body(_ question: WireQuestion) -> JSONValue {
    let request = question.request
    var members: [String: JSONValue] = [
      "model": .string(question.modelID),
      "messages": .array(
        [["role": "system", "content": .string(request.system(question.mode))]] + request.messages.map(message)),
    ]
    let limit = question.without.contains(.completionLimit) ? "max_tokens" : OptionalField.completionLimit.rawValue
    members[limit] = .number(Double(request.maximumOutputTokens))
    if !question.without.contains(.temperature) { members["temperature"] = 0 }
    if !question.without.contains(.seed) { members["seed"] = 7 }
    if !request.tools.isEmpty { members["tools"] = .array(request.tools.map(\.functionDeclaration)) }
    if let answer = request.answer, question.mode == .native, !question.without.contains(.responseFormat) {
      members["response_format"] = [
        "type": "json_schema",
        "json_schema": ["name": .string(answer.name), "strict": true, "schema": answer.schema],
      ]
    }
    if question.streams {
      members["stream"] = true
      if !question.without.contains(.streamOptions) { members["stream_options"] = ["include_usage": true] }
    }
    return .object(members)
  }

  private func message(_ message: ChatMessage) -> JSONValue {
    switch message {
    case .user(let text): return ["role": "user", "content": .string(text)]
    case .assistant(let text, let calls):
      var members: [String: JSONValue] = ["role": "assistant", "content": .string(text)]
      if !calls.isEmpty {
        members["tool_calls"] = .array(
          calls.map { call in
            [
              "id": .string(call.id), "type": "function",
              "function": ["name": .string(call.tool), "arguments": .string((call.arguments ?? [:]).text)],
            ]
          })
        if text.isEmpty { members["content"] = .null }
      }
      return .object(members)
    case .result(let call, let content, let isError):
      return [
        "role": "tool", "tool_call_id": .string(call.id), "content": .string(isError ? "error: \(content)" : content),
      ]
    }
  }

  func reply(_ body: JSONValue) throws(WireMistake) -> WireReply {
    if let error = body.serverError { throw error }
    guard let choice = body["choices"]?.array?.first, let message = choice["message"], message.object != nil else {
      throw WireMistake("the answer has no choices[0].message")
    }
    var reply = WireReply()
    reply.text = message["content"]?.string ?? ""
    reply.refusal = message["refusal"]?.string ?? ""
    reply.finish = choice["finish_reason"]?.string
    for (index, call) in (message["tool_calls"]?.array ?? []).enumerated() {
      reply.add(call, at: index)
    }
    reply.count(body["usage"])
    return reply
  }

  func gatherer() -> any ReplyGatherer { Gatherer() }

  private struct Gatherer: ReplyGatherer {
    var reply = WireReply()

    mutating func take(_ event: StreamEvent) throws(WireMistake) -> Bool {
      if event.data == Array("[DONE]".utf8) { return true }
      let chunk = try event.json()
      if let error = chunk.serverError { throw error }
      reply.count(chunk["usage"])
      // The chunk with the usage has no choices.
      guard let choice = chunk["choices"]?.array?.first else { return false }
      reply.text += choice["delta"]?["content"]?.string ?? ""
      reply.refusal += choice["delta"]?["refusal"]?.string ?? ""
      for (index, call) in (choice["delta"]?["tool_calls"]?.array ?? []).enumerated() {
        guard reply.add(call, at: call["index"]?.count ?? index) else {
          throw WireMistake("the stream calls more tools at once than anybody may")
        }
      }
      if let finish = choice["finish_reason"]?.string { reply.finish = finish }
      return false
    }
  }
}

extension WireReply {
  /// More at once is no honest answer.
  private static let maximumCallCount = 64

  /// A call of a tool, or a piece of one. False beyond the number that may be.
  @discardableResult fileprivate mutating func add(_ piece: JSONValue, at index: Int) -> Bool {
    guard index < Self.maximumCallCount else { return false }
    while calls.count <= index { calls.append(Call()) }
    if let id = piece["id"]?.string, !id.isEmpty { calls[index].id = id }
    if let name = piece["function"]?["name"]?.string, !name.isEmpty { calls[index].tool = name }
    switch piece["function"]?["arguments"] {
    case .string(let text)?: calls[index].arguments += text
    // Some servers send the arguments as they are, not as text.
    case .object(let members)?: calls[index].arguments += JSONValue.object(members).text
    default: break
    }
    return true
  }

  fileprivate mutating func count(_ usage: JSONValue?) {
    inputTokens = usage?["prompt_tokens"]?.count ?? inputTokens
    outputTokens = usage?["completion_tokens"]?.count ?? outputTokens
    cachedInputTokens = usage?["prompt_tokens_details"]?["cached_tokens"]?.count ?? cachedInputTokens
  }
}
