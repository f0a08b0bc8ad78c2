import HTTPTransport
import TextReading

/// A server that refuses a request for one field of it.
struct FieldRefusal: Error {
  var field: OptionalField
  /// What it is where nothing can be left out.
  var error: LanguageModelError
}

/// One request to a server, and its answer.
struct EndpointExchange: Sendable {
  private let settings: ModelSettings
  private let interface: any ChatInterface
  private let client: HTTPClient
  private let key: String?
  private let quotesServer: Bool

  private static let maximumQuoteCharacters = 200

  init(_ settings: ModelSettings, key: String?, authorities: [UInt8]?, quotesServer: Bool) {
    self.settings = settings
    self.key = key
    self.quotesServer = quotesServer
    interface =
      switch settings.interface {
      case .openAI: OpenAIInterface()
      case .anthropic: AnthropicInterface()
      case .ollama: OllamaInterface()
      }
    var transport = HTTPSettings()
    transport.proxy = settings.proxy
    transport.certificateAuthorities = authorities
    client = HTTPClient(transport)
  }

  /// - Throws: `LanguageModelError`, `FieldRefusal` or `CancellationError`.
  func send(_ question: WireQuestion, deadlineSeconds: Double) async throws -> WireReply {
    do {
      let stream = try await client.open(request(question, deadlineSeconds))
      guard (200..<300).contains(stream.head.status) else {
        let body = try await whole(stream)
        throw failure(stream.head, body: body, question)
      }
      return isStream(stream.head, question) ? try await gather(stream) : try await parse(stream)
    } catch let error as HTTPError {
      throw failure(error)
    } catch let mistake as WireMistake {
      throw failure(mistake)
    }
  }

  private func request(_ question: WireQuestion, _ deadlineSeconds: Double) -> HTTPRequest {
    var request = HTTPRequest(settings.baseURL + interface.path, method: .post)
    request.headers = [HTTPRequest.Header("Content-Type", "application/json")] + interface.headers(key: key)
    request.body = Array(interface.body(question).text.utf8)
    request.deadlineSeconds = deadlineSeconds
    request.maximumResponseBytes = settings.maximumResponseBytes
    return request
  }

  /// Servers answer whole where a stream was asked for, and the other way round.
  private func isStream(_ head: HTTPHead, _ question: WireQuestion) -> Bool {
    let type = (head["content-type"] ?? "").lowercased()
    if type.contains("event-stream") || type.contains("ndjson") { return true }
    return question.streams && !type.hasPrefix("application/json")
  }

  private func whole(_ stream: HTTPStream) async throws -> [UInt8] {
    var body: [UInt8] = []
    while let bytes = try await stream.next() { body += bytes }
    return body
  }

  private func parse(_ stream: HTTPStream) async throws -> WireReply {
    let body = try await whole(stream)
    guard let value = try? JSONValue(parsing: body, name: "the answer") else {
      throw WireMistake("the answer is not JSON")
    }
    return try interface.reply(value)
  }

  private func gather(_ stream: HTTPStream) async throws -> WireReply {
    var gatherer = interface.gatherer()
    var events = ServerSentEvents()
    var lines = ByteLines()
    while let bytes = try await stream.next() {
      let arrived =
        interface.usesServerSentEvents
        ? events.take(bytes)
        : lines.take(bytes).filter { !$0.isEmpty }.map { StreamEvent(name: "", data: $0) }
      for event in arrived where try gatherer.take(event) { return gatherer.reply }
    }
    // A last line without an end, and servers that end without the last word.
    let rest = lines.takeRest()
    if !rest.isEmpty, try gatherer.take(StreamEvent(name: "", data: rest)) { return gatherer.reply }
    guard gatherer.reply.finish != nil else {
      throw WireMistake("the stream ended before the answer did", .brokenOff)
    }
    return gatherer.reply
  }
}

// MARK: - What went wrong

extension EndpointExchange {
  private func error(
    _ code: LanguageModelError.Code, _ detail: String, retryAfterSeconds: Double? = nil
  ) -> LanguageModelError {
    LanguageModelError(code, model: settings.name, detail: detail, retryAfterSeconds: retryAfterSeconds)
  }

  private func failure(_ problem: HTTPError) -> LanguageModelError {
    switch problem.kind {
    case .deadline: error(.deadlinePassed, "\(problem)")
    case .tooLarge: error(.tooLarge, "\(problem)")
    case .malformed: error(.malformedReply, "\(problem)")
    case .badRequest, .badSettings, .redirected: error(.refused, "\(problem)")
    default: error(.unreachable, "\(problem)")
    }
  }

  private func failure(_ mistake: WireMistake) -> LanguageModelError {
    switch mistake.kind {
    case .malformed: return error(.malformedReply, mistake.message)
    case .brokenOff: return error(.unreachable, mistake.message)
    case .reported(let word):
      let isBusy = ["overloaded_error", "rate_limit_error", "rate_limit_exceeded"].contains(word)
      return error(isBusy ? .rateLimited : .serverFailed, mistake.message + (word.map { " (\($0))" } ?? ""))
    }
  }

  /// The failure that a status means. What the server says may repeat the prompt or the key, so only its code is kept.
  private func failure(_ head: HTTPHead, body: [UInt8], _ question: WireQuestion) -> any Error {
    let said = ServerWords(body)
    let status = "status \(head.status)" + (said.code.map { ", \($0)" } ?? "")
    let quoted = quotesServer ? said.quote(without: key, limit: Self.maximumQuoteCharacters) : ""
    switch head.status {
    case 401, 403:
      return error(.notAuthorized, "the key is \(key == nil ? "missing" : "not accepted") (\(status))\(quoted)")
    case 404:
      return error(.refused, "there is no model \(settings.modelID) at \(settings.baseURL) (\(status))\(quoted)")
    case 429 where said.code == "insufficient_quota":
      return error(.refused, "the account with the provider has nothing left (\(status))\(quoted)")
    case 429, 529,
      503 where head.retryAfterSeconds != nil:
      return error(
        .rateLimited, "the server asks to wait (\(status))\(quoted)", retryAfterSeconds: head.retryAfterSeconds)
    case 413: return error(.contextExceeded, "the prompt is too large for the server (\(status))\(quoted)")
    case 400, 422:
      if said.isAboutContext {
        return error(.contextExceeded, "the prompt does not fit in the model's context (\(status))\(quoted)")
      }
      let refused = error(.refused, "the server does not take the request (\(status))\(quoted)")
      guard let field = said.field(sentIn: interface.body(question)) else { return refused }
      return FieldRefusal(field: field, error: refused)
    case 408, 500...: return error(.serverFailed, "the server failed (\(status))\(quoted)")
    default: return error(.refused, "the server does not take the request (\(status))\(quoted)")
    }
  }
}

/// What a server says with a failure.
private struct ServerWords {
  /// A short word; nil where it gives none.
  var code: String?
  private var parameter: String?
  private var message: String

  init(_ body: [UInt8]) {
    let value = try? JSONValue(parsing: body, name: "the failure")
    let error = value?["error"]
    message = error?["message"]?.string ?? error?.string ?? value?["detail"]?.text ?? ""
    parameter = error?["param"]?.string
    code = [error?["code"]?.string, error?["type"]?.string].compactMap { $0.flatMap(JSONValue.word) }.first
  }

  var isAboutContext: Bool {
    let words = message.lowercased()
    return code == "context_length_exceeded"
      || [
        "maximum context length", "prompt is too long", "context window", "contextwindowexceeded",
        "exceeds the available context",
      ].contains { words.contains($0) }
  }

  /// The field that the server refuses, was sent, and could be left out.
  func field(sentIn body: JSONValue) -> OptionalField? {
    OptionalField.allCases.first { field in
      body[field.rawValue] != nil
        && (parameter == field.rawValue || parameter?.hasPrefix(field.rawValue + ".") == true
          || message.contains(field.rawValue))
    }
  }

  func quote(without key: String?, limit: Int) -> String {
    guard !message.isEmpty else { return "" }
    let text = key.map { message.replacing($0, with: "…") } ?? message
    return "; it says: “\(text.prefix(limit))”"
  }
}
