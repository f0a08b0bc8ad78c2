import HTTPTransport
import TextReading

/// A model behind a server: one question, with as few requests as the server's habits allow.
///
/// Where an answer must have a form, it is asked for by the interface's own means; a server that ignores them is asked
/// in words; an answer that does not fit may be repaired once. What is cut is never taken for whole.
package struct Endpoint: LanguageModel {
  package let settings: ModelSettings
  private let exchange: EndpointExchange
  private let habits = ServerHabits()
  private let timing: Timing

  package var name: String { settings.name }

  /// More of an answer that did not fit is not sent back.
  private static let maximumRepairBytes = 8_000
  /// Text that takes fewer tokens than a sixth of its bytes does not exist; a prompt that does was cut.
  private static let mostBytesOfToken = 6

  /// - Parameters:
  ///   - authorities: certificates in PEM; nil for the system's.
  ///   - quotesServer: puts what the server says of a failure into the error. It may repeat the prompt.
  package init(
    _ settings: ModelSettings, key: String?, authorities: [UInt8]? = nil, timing: Timing, quotesServer: Bool = false
  ) {
    self.settings = settings
    self.timing = timing
    exchange = EndpointExchange(settings, key: key, authorities: authorities, quotesServer: quotesServer)
  }

  package func complete(_ request: ChatRequest) async throws -> ChatReply {
    var bounded = request
    bounded.maximumOutputTokens = min(request.maximumOutputTokens, settings.maximumOutputTokens)
    let seconds = min(request.deadlineSeconds, settings.deadlineSeconds)
    var course = Course(end: timing.nowSeconds() + seconds, seconds: seconds)
    do {
      var reply = try await answer(bounded, &course)
      reply.usage = priced(course.usage)
      reply.notes = course.notes
      return reply
    } catch var error as LanguageModelError {
      error.usage = priced(course.usage)
      throw error
    }
  }

  /// What one question has led to so far.
  private struct Course {
    var end: Double
    var seconds: Double
    var usage = TokenUsage.none
    var notes: [String] = []
  }

  private func answer(_ request: ChatRequest, _ course: inout Course) async throws -> ChatReply {
    var question = WireQuestion(
      request: request, modelID: settings.modelID, contextTokens: settings.contextTokens,
      mode: await habits.formMode, streams: settings.streams, without: await habits.without)
    var hasRepaired = false
    while true {
      let wire = try await ask(&question, &course)
      let reply = reply(wire)
      guard let form = request.answer else { return reply }
      guard let text = try answerText(reply, form) else { return reply }
      let value = AnswerText.json(in: text)
      let mistake = value.map { JSONSchema(form.schema).mistake(in: $0) } ?? "the answer is not JSON"
      if let value, mistake == nil {
        if question.mode == .native { await habits.note(followsForm: true) }
        return ChatReply(text: value.text, finish: .complete)
      }
      let fault = mistake ?? ""
      if question.mode == .native {
        await habits.note(followsForm: false)
        course.notes.append("\(name) did not keep to the form that was asked for: \(fault).")
        question.mode = .words
      } else if !hasRepaired {
        hasRepaired = true
        course.notes.append("\(name) was asked to repair its answer: \(fault).")
        question.request.messages += [
          .assistant(String(decoding: text.utf8.prefix(Self.maximumRepairBytes), as: UTF8.self), calls: []),
          .user("That does not fit: \(fault). Give the whole answer again, as one JSON value alone."),
        ]
      } else {
        throw failure(.malformedReply, "\(fault), also after it was asked to repair that")
      }
    }
  }

  /// The text that must have the form; nil where the reply is something else: a call of a tool, a refusal.
  /// - Throws: for a text that was cut.
  private func answerText(_ reply: ChatReply, _ form: AnswerForm) throws -> String? {
    if let call = reply.calls.first(where: { $0.tool == form.name }), reply.finish == .toolCalls {
      return call.arguments?.text ?? ""
    }
    switch reply.finish {
    case .complete: return reply.text
    case .truncated: throw failure(.malformedReply, "the answer was cut, or the server does not say that it is whole")
    case .toolCalls, .declined: return nil
    }
  }

  private func reply(_ wire: WireReply) -> ChatReply {
    let finish = wire.finishKind
    guard finish != .truncated else { return ChatReply(text: wire.text, finish: finish) }
    let calls = wire.calls.enumerated().map { index, call in
      let arguments = call.arguments.isEmpty ? [:] : try? JSONValue(parsing: call.arguments, name: "arguments")
      return ToolCall(id: call.id.isEmpty ? "call-\(index + 1)" : call.id, tool: call.tool, arguments: arguments)
    }
    return ChatReply(text: finish == .declined ? wire.refusal + wire.text : wire.text, calls: calls, finish: finish)
  }

  /// One answer, over as many requests as there are fields that the server refuses.
  private func ask(_ question: inout WireQuestion, _ course: inout Course) async throws -> WireReply {
    while true {
      try checkContext(question.request)
      let leftSeconds = course.end - timing.nowSeconds()
      guard leftSeconds > 0 else { throw failure(.deadlinePassed, "no answer within \(course.seconds) s") }
      course.usage.requests += 1
      do {
        let wire = try await exchange.send(question, deadlineSeconds: leftSeconds)
        count(wire, question.request, &course.usage)
        try checkPromptWasRead(wire, question.request)
        return wire
      } catch let refusal as FieldRefusal where !question.without.contains(refusal.field) {
        question.without.insert(refusal.field)
        if refusal.field == .responseFormat { question.mode = .words }
        await habits.note(refuses: refusal.field)
        course.notes.append("\(name) does not know \(refusal.field.rawValue).")
      } catch let refusal as FieldRefusal {
        throw refusal.error
      } catch let error as LanguageModelError {
        // The server may have read the prompt, and whoever sends the bill counts that.
        if [.deadlinePassed, .malformedReply, .tooLarge].contains(error.code) {
          course.usage.input += question.request.estimatedInputTokens
        }
        throw error
      }
    }
  }

  private func checkContext(_ request: ChatRequest) throws {
    let most = request.estimatedInputTokens + request.maximumOutputTokens
    guard most > settings.contextTokens else { return }
    throw failure(
      .contextExceeded,
      "prompt and answer may take \(most) tokens, and the context holds \(settings.contextTokens)")
  }

  /// Ollama cuts what does not fit, and says so only by counting less.
  private func checkPromptWasRead(_ wire: WireReply, _ request: ChatRequest) throws {
    guard settings.interface == .ollama, let read = wire.inputTokens else { return }
    let fewest = request.textBytes / Self.mostBytesOfToken
    guard read < fewest else { return }
    throw failure(
      .contextExceeded,
      "the server read \(read) tokens of a prompt that has \(fewest) or more: its context is smaller than contextTokens"
    )
  }

  private func count(_ wire: WireReply, _ request: ChatRequest, _ usage: inout TokenUsage) {
    let output = wire.calls.reduce(wire.text.utf8.count + wire.refusal.utf8.count) { $0 + $1.arguments.utf8.count }
    usage.input += wire.inputTokens ?? request.estimatedInputTokens
    usage.output += wire.outputTokens ?? TokenUsage.estimate(bytes: output)
    usage.cachedInput += wire.cachedInputTokens
  }

  private func priced(_ usage: TokenUsage) -> TokenUsage {
    var usage = usage
    usage.usd = settings.price.usd(usage)
    return usage
  }

  private func failure(_ code: LanguageModelError.Code, _ detail: String) -> LanguageModelError {
    LanguageModelError(code, model: name, detail: detail)
  }
}

/// What a server was found to know and to do, so that it is found out once.
private actor ServerHabits {
  /// One answer that does not fit may be an accident.
  private static let misfitsUntilWords = 2

  private(set) var without: Set<OptionalField> = []
  private var misfitsInARow = 0

  var formMode: WireQuestion.FormMode {
    misfitsInARow >= Self.misfitsUntilWords || without.contains(.responseFormat) ? .words : .native
  }

  func note(followsForm: Bool) { misfitsInARow = followsForm ? 0 : misfitsInARow + 1 }

  func note(refuses field: OptionalField) { without.insert(field) }
}

extension ChatRequest {
  fileprivate var textBytes: Int {
    messages.reduce(system.utf8.count) { sum, message in
      switch message {
      case .user(let text), .assistant(let text, _), .result(_, let text, _): sum + text.utf8.count
      }
    }
  }
}
