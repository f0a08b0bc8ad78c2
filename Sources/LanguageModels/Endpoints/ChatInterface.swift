import HTTPTransport
import TextReading

/// The ways in which servers want to be asked.
package enum ChatInterfaceKind: String, Hashable, Sendable, CaseIterable {
  case openAI = "openai"
  case anthropic
  case ollama
}

/// What goes over the wire, and what comes back, for one kind of server.
protocol ChatInterface: Sendable {
  /// Below the base address.
  var path: String { get }

  func headers(key: String?) -> [HTTPRequest.Header]

  func body(_ question: WireQuestion) -> JSONValue

  /// A whole answer.
  func reply(_ body: JSONValue) throws(WireMistake) -> WireReply

  /// Gathers a streamed answer.
  func gatherer() -> any ReplyGatherer

  /// Whether events come as Server-Sent Events, or else as a line of JSON each.
  var usesServerSentEvents: Bool { get }
}

extension ChatTool {
  /// As OpenAI and those after it declare functions.
  var functionDeclaration: JSONValue {
    ["type": "function", "function": json]
  }
}

/// A streamed answer on its way.
protocol ReplyGatherer {
  var reply: WireReply { get }

  /// True when the answer is whole.
  mutating func take(_ event: StreamEvent) throws(WireMistake) -> Bool
}

/// A request with everything that is decided about how to put it.
struct WireQuestion: Sendable {
  /// How the form of the answer is asked for.
  enum FormMode: Hashable, Sendable {
    /// By the interface's own means.
    case native
    /// In words.
    case words
  }

  var request: ChatRequest
  var modelID: String
  var contextTokens: Int
  var mode: FormMode
  var streams: Bool
  /// What the server was found not to know.
  var without: Set<OptionalField> = []
}

/// Fields that some servers refuse, and that the answer does not need.
enum OptionalField: String, Hashable, Sendable, CaseIterable {
  case responseFormat = "response_format"
  case temperature
  case seed
  case streamOptions = "stream_options"
  /// `max_tokens`, its old name, is sent instead.
  case completionLimit = "max_completion_tokens"
}

/// What an answer says, before it is judged.
struct WireReply: Hashable, Sendable {
  struct Call: Hashable, Sendable {
    var id = ""
    var tool = ""
    /// JSON as text, piece by piece.
    var arguments = ""
  }

  var text = ""
  var calls: [Call] = []
  var refusal = ""
  /// As the server says it; nil where it does not.
  var finish: String?
  var inputTokens: Int?
  var outputTokens: Int?
  var cachedInputTokens = 0

  /// What is not known to be whole is not: it counts as cut.
  var finishKind: ChatReply.Finish {
    if !refusal.isEmpty { return .declined }
    switch finish {
    case "stop", "end_turn", "stop_sequence", "eos", "complete", "COMPLETE":
      return calls.isEmpty ? .complete : .toolCalls
    case "tool_calls", "tool_use", "function_call": return .toolCalls
    case "content_filter", "refusal", "safety": return .declined
    default: return .truncated
    }
  }
}

/// Why an answer is not what the interface promises.
struct WireMistake: Error, Hashable {
  enum Kind: Hashable {
    case malformed
    /// Another try may help.
    case brokenOff
    /// The server says so itself, in place of an answer; with a short word for it where it gives one.
    case reported(String?)
  }

  var kind: Kind
  var message: String

  init(_ message: String, _ kind: Kind = .malformed) {
    self.message = message
    self.kind = kind
  }
}

extension StreamEvent {
  func json() throws(WireMistake) -> JSONValue {
    do {
      return try JSONValue(parsing: data, name: "the stream")
    } catch {
      throw WireMistake("a piece of the stream is not JSON")
    }
  }
}

extension JSONValue {
  /// The error that an answer may hold in place of what was asked for.
  var serverError: WireMistake? {
    guard let error = self["error"], error != .null else { return nil }
    let code = error["code"]?.string ?? error["type"]?.string
    return WireMistake("the server reports an error", .reported(code.flatMap(Self.word)))
  }

  /// A code as it may be shown: anything but a short word could repeat what was sent.
  static func word(_ text: String) -> String? {
    let isWord = text.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || [45, 46, 95].contains(byte)
    }
    return isWord && !text.isEmpty && text.utf8.count <= 40 ? text : nil
  }

  /// A count as it can be: what is negative or absurd is none.
  var count: Int? { integer.flatMap { (0...1_000_000_000).contains($0) ? $0 : nil } }
}

extension ChatRequest {
  /// The system text, with the form of the answer in words where it is asked for so.
  func system(_ mode: WireQuestion.FormMode) -> String {
    guard let answer, mode == .words else { return system }
    return """
      \(system)

      Answer with one JSON value alone, without any words before or after it. It must fit this JSON schema:
      \(answer.schema.text)
      """
  }
}
