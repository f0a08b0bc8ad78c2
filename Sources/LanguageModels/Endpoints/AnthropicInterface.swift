import HTTPTransport
import TextReading

/// Anthropic's messages. The form of an answer is a tool that has to be called: its input is the answer.
struct AnthropicInterface: ChatInterface {
  var path: String { "/messages" }
  var usesServerSentEvents: Bool { true }

  func headers(key: String?) -> [HTTPRequest.Header] {
    [HTTPRequest.Header("anthropic-version", "2023-06-01")] + (key.map { [HTTPRequest.Header("x-api-key", $0)] } ?? [])
  }

  func body(_ question: WireQuestion) -> JSONValue {
    let request = question.request
    var members: [String: JSONValue] = [
      "model": .string(question.modelID), "max_tokens": .number(Double(request.maximumOutputTokens)),
      "system": .string(request.system(question.mode)), "messages": .array(turns(request.messages)),
    ]
    if question.streams { members["stream"] = true }
    var tools = request.tools.map { tool($0.name, $0.description, $0.parameters) }
    if let answer = request.answer, question.mode == .native {
      tools.append(tool(answer.name, "Gives the answer.", answer.schema))
      members["tool_choice"] =
        request.tools.isEmpty ? ["type": "tool", "name": .string(answer.name)] : ["type": "any"]
    }
    if !tools.isEmpty { members["tools"] = .array(tools) }
    return .object(members)
  }

  private func tool(_ name: String, _ description: String, _ schema: JSONValue) -> JSONValue {
    ["name": .string(name), "description": .string(description), "input_schema": schema]
  }

  /// Results of tools are the user's, and all of a turn belong into one message. Empty texts are refused.
  private func turns(_ messages: [ChatMessage]) -> [JSONValue] {
    var turns: [(role: String, blocks: [JSONValue])] = []
    for message in messages {
      let (role, blocks) = content(message)
      if turns.last?.role == role {
        turns[turns.count - 1].blocks += blocks
      } else if !blocks.isEmpty {
        turns.append((role, blocks))
      }
    }
    return turns.map { ["role": .string($0.role), "content": .array($0.blocks)] }
  }

  private func content(_ message: ChatMessage) -> (role: String, blocks: [JSONValue]) {
    func text(_ text: String) -> [JSONValue] {
      text.isEmpty ? [] : [["type": "text", "text": .string(text)]]
    }
    switch message {
    case .user(let words): return ("user", text(words))
    case .assistant(let words, let calls):
      let uses = calls.map { call -> JSONValue in
        // The input must be an object, whatever the model sent.
        let input = call.arguments.flatMap { $0.object == nil ? nil : $0 } ?? [:]
        return ["type": "tool_use", "id": .string(call.id), "name": .string(call.tool), "input": input]
      }
      return ("assistant", text(words) + uses)
    case .result(let call, let content, let isError):
      return (
        "user",
        [
          [
            "type": "tool_result", "tool_use_id": .string(call.id), "content": .string(content),
            "is_error": .bool(isError),
          ]
        ]
      )
    }
  }

  func reply(_ body: JSONValue) throws(WireMistake) -> WireReply {
    if let error = body.serverError { throw error }
    guard let blocks = body["content"]?.array else { throw WireMistake("the answer has no content") }
    var reply = WireReply()
    for block in blocks {
      switch block["type"]?.string {
      case "text": reply.text += block["text"]?.string ?? ""
      case "tool_use": reply.calls.append(WireReply.Call(block))
      default: break
      }
    }
    reply.finish = body["stop_reason"]?.string
    reply.countInput(body["usage"])
    reply.outputTokens = body["usage"]?["output_tokens"]?.count
    return reply
  }

  func gatherer() -> any ReplyGatherer { Gatherer() }

  private struct Gatherer: ReplyGatherer {
    var reply = WireReply()
    /// The place in `reply.calls` of a block, by its index in the stream.
    private var places: [Int: Int] = [:]

    mutating func take(_ event: StreamEvent) throws(WireMistake) -> Bool {
      let piece = try event.json()
      let index = piece["index"]?.integer ?? 0
      switch piece["type"]?.string {
      case "message_start": reply.countInput(piece["message"]?["usage"])
      case "content_block_start":
        guard let block = piece["content_block"] else { return false }
        reply.text += block["text"]?.string ?? ""
        if block["type"]?.string == "tool_use" {
          places[index] = reply.calls.count
          reply.calls.append(WireReply.Call(block))
          reply.calls[reply.calls.count - 1].arguments = ""
        }
      case "content_block_delta":
        reply.text += piece["delta"]?["text"]?.string ?? ""
        if let place = places[index] { reply.calls[place].arguments += piece["delta"]?["partial_json"]?.string ?? "" }
      case "message_delta":
        reply.finish = piece["delta"]?["stop_reason"]?.string ?? reply.finish
        reply.outputTokens = piece["usage"]?["output_tokens"]?.count ?? reply.outputTokens
      case "message_stop": return true
      case "error": throw piece.serverError ?? WireMistake("the server reports an error", .reported(nil))
      default: break
      }
      return false
    }
  }
}

extension WireReply.Call {
  fileprivate init(_ block: JSONValue) {
    self.init(
      id: block["id"]?.string ?? "", tool: block["name"]?.string ?? "",
      arguments: block["input"].map { $0 == .null ? "" : $0.text } ?? "")
  }
}

extension WireReply {
  /// What was read from a cache is not in `input_tokens`.
  fileprivate mutating func countInput(_ usage: JSONValue?) {
    guard let fresh = usage?["input_tokens"]?.count else { return }
    cachedInputTokens = usage?["cache_read_input_tokens"]?.count ?? 0
    inputTokens = fresh + cachedInputTokens + (usage?["cache_creation_input_tokens"]?.count ?? 0)
  }
}
