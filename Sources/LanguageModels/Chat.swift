import IncidentModel
import TextReading

/// What a model is asked, in terms that all interfaces share.
package struct ChatRequest: Hashable, Sendable {
  package var system: String
  package var messages: [ChatMessage]
  /// What the model may ask for; empty for none.
  package var tools: [ChatTool]
  /// The form that the answer must have; nil for plain text.
  package var answer: AnswerForm?
  package var maximumOutputTokens: Int
  /// From the start until the last byte, retries and repairs included. Not part of the digest.
  package var deadlineSeconds: Double

  package init(
    system: String, messages: [ChatMessage], tools: [ChatTool] = [], answer: AnswerForm? = nil,
    maximumOutputTokens: Int = 1_000, deadlineSeconds: Double = 60
  ) {
    self.system = system
    self.messages = messages
    self.tools = tools
    self.answer = answer
    self.maximumOutputTokens = maximumOutputTokens
    self.deadlineSeconds = deadlineSeconds
  }

  /// What was asked, as one value: the same request is the same text in a transcript.
  package var json: JSONValue {
    var members: [String: JSONValue] = [
      "system": .string(system), "messages": .array(messages.map(\.json)),
      "maximumOutputTokens": .number(Double(maximumOutputTokens)),
    ]
    if !tools.isEmpty { members["tools"] = .array(tools.map(\.json)) }
    if let answer { members["answer"] = ["name": .string(answer.name), "schema": answer.schema] }
    return .object(members)
  }

  /// `sha256:<hex>` over all that can change the answer.
  package var digest: String { ContentDigest.of(json.text) }
}

/// A form that the answer must have, as a JSON schema of the subset that all interfaces know: objects with every
/// property required and no others, arrays, strings with or without an `enum`, numbers, booleans.
package struct AnswerForm: Hashable, Sendable {
  /// At most 64 letters, digits, `_` and `-`.
  package var name: String
  package var schema: JSONValue

  package init(name: String, schema: JSONValue) {
    self.name = name
    self.schema = schema
  }
}

/// Something that a model may ask for by name.
package struct ChatTool: Hashable, Sendable {
  /// At most 64 letters, digits, `_` and `-`.
  package var name: String
  package var description: String
  /// A JSON schema of an object.
  package var parameters: JSONValue

  package init(name: String, description: String, parameters: JSONValue) {
    self.name = name
    self.description = description
    self.parameters = parameters
  }

  var json: JSONValue {
    ["name": .string(name), "description": .string(description), "parameters": parameters]
  }
}

/// What a model asks for: a tool by name, with what it should look at.
package struct ToolCall: Hashable, Sendable {
  /// The model's own name for the call, to be repeated with the result.
  package var id: String
  package var tool: String
  /// Nil where what came is not JSON.
  package var arguments: JSONValue?

  package init(id: String, tool: String, arguments: JSONValue?) {
    self.id = id
    self.tool = tool
    self.arguments = arguments
  }

  var json: JSONValue { ["id": .string(id), "tool": .string(tool), "arguments": arguments ?? .null] }
}

/// One turn of the talk so far.
package enum ChatMessage: Hashable, Sendable {
  case user(String)
  case assistant(String, calls: [ToolCall])
  case result(of: ToolCall, content: String, isError: Bool)

  var json: JSONValue {
    switch self {
    case .user(let text): ["user": .string(text)]
    case .assistant(let text, let calls): ["assistant": .string(text), "calls": .array(calls.map(\.json))]
    case .result(let call, let content, let isError):
      ["result": .string(content), "of": call.json, "isError": .bool(isError)]
    }
  }
}

/// What a model answered, as it came: checked by nobody yet.
package struct ChatReply: Hashable, Sendable {
  package enum Finish: String, Hashable, Sendable, Codable {
    case complete
    /// Cut at the limit of tokens: what came is not the whole answer.
    case truncated
    case toolCalls
    /// The model or its provider would not answer.
    case declined
  }

  package var text: String
  package var calls: [ToolCall]
  package var finish: Finish
  package var usage: TokenUsage
  /// Sentences on what did not go as it should before this answer came: a larger model that failed, a repair.
  package var notes: [String]

  package init(
    text: String, calls: [ToolCall] = [], finish: Finish = .complete, usage: TokenUsage = TokenUsage(),
    notes: [String] = []
  ) {
    self.text = text
    self.calls = calls
    self.finish = finish
    self.usage = usage
    self.notes = notes
  }
}
