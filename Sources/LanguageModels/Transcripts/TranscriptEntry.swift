import IncidentModel
import TextReading

/// One exchange with a model: one line of a transcript.
///
///     {"digest":"sha256:…","incident":"…","model":"…","reply":{…},"request":{…}}
///
/// A failure stands under `error` in place of `reply`.
package struct TranscriptEntry: Hashable, Sendable {
  /// The first line of every transcript.
  package static let header: JSONValue = ["schema": "tocsin.transcript/1"]

  package var incident: String
  package var model: String
  package var request: JSONValue
  package var outcome: Result<ChatReply, LanguageModelError>

  package init(
    incident: String, model: String, request: JSONValue, outcome: Result<ChatReply, LanguageModelError>
  ) {
    self.incident = incident
    self.model = model
    self.request = request
    self.outcome = outcome
  }

  package var digest: String { ContentDigest.of(request.text) }

  /// Two incidents that ask the same are told apart, so that the order in which they ask does not matter.
  package var key: String { Self.key(incident: incident, digest: digest) }

  package static func key(incident: String, digest: String) -> String { "\(incident)\u{0}\(digest)" }

  package var json: JSONValue {
    var members: [String: JSONValue] = [
      "incident": .string(incident), "model": .string(model), "request": request, "digest": .string(digest),
    ]
    switch outcome {
    case .success(let reply): members["reply"] = reply.json
    case .failure(let error): members["error"] = error.json
    }
    return .object(members)
  }

  /// - Throws: a sentence that says what is wrong with the line.
  package init(_ json: JSONValue) throws(TranscriptMistake) {
    let members = try json.members(["incident", "model", "request", "digest", "reply", "error"], of: "an exchange")
    guard let incident = members["incident"]?.string, let model = members["model"]?.string,
      let request = members["request"]
    else { throw TranscriptMistake("an exchange needs an incident, a model and a request") }
    let outcome: Result<ChatReply, LanguageModelError>
    switch (members["reply"], members["error"]) {
    case (let reply?, nil): outcome = .success(try ChatReply(transcript: reply))
    case (nil, let error?): outcome = .failure(try LanguageModelError(transcript: error, model: model))
    default: throw TranscriptMistake("an exchange needs either a reply or an error")
    }
    self.init(incident: incident, model: model, request: request, outcome: outcome)
    guard members["digest"]?.string == digest else {
      throw TranscriptMistake("the digest does not belong to this request: the line was changed")
    }
  }
}

/// What is wrong with a line of a transcript.
package struct TranscriptMistake: Error, Hashable, Sendable {
  package var message: String

  init(_ message: String) { self.message = message }
}

extension JSONValue {
  fileprivate func members(_ known: Set<String>, of what: String) throws(TranscriptMistake) -> [String: JSONValue] {
    guard let object else { throw TranscriptMistake("\(what) must be an object") }
    if let unknown = object.keys.sorted().first(where: { !known.contains($0) }) {
      throw TranscriptMistake("\(what) has the unknown key “\(unknown.prefix(40))”")
    }
    return object
  }
}

extension ChatReply {
  fileprivate var json: JSONValue {
    var members: [String: JSONValue] = [
      "text": .string(text), "finish": .string(finish.rawValue), "usage": usage.json,
    ]
    if !calls.isEmpty { members["calls"] = .array(calls.map(\.transcript)) }
    if !notes.isEmpty { members["notes"] = .array(notes.map { .string($0) }) }
    return .object(members)
  }

  fileprivate init(transcript json: JSONValue) throws(TranscriptMistake) {
    let members = try json.members(["text", "finish", "usage", "calls", "notes"], of: "a reply")
    guard let text = members["text"]?.string, let finish = members["finish"]?.string.flatMap(Finish.init),
      let usage = members["usage"]
    else { throw TranscriptMistake("a reply needs a text, a known finish and a usage") }
    self.init(text: text, finish: finish, usage: try TokenUsage(transcript: usage))
    for call in members["calls"]?.array ?? [] { calls.append(try ToolCall(transcript: call)) }
    notes = (members["notes"]?.array ?? []).compactMap(\.string)
  }
}

extension ToolCall {
  /// Arguments that are not JSON are left out; those that are null are not.
  fileprivate var transcript: JSONValue {
    var members: [String: JSONValue] = ["id": .string(id), "tool": .string(tool)]
    members["arguments"] = arguments
    return .object(members)
  }

  fileprivate init(transcript json: JSONValue) throws(TranscriptMistake) {
    let members = try json.members(["id", "tool", "arguments"], of: "a call")
    guard let id = members["id"]?.string, let tool = members["tool"]?.string else {
      throw TranscriptMistake("a call needs an id and a tool")
    }
    self.init(id: id, tool: tool, arguments: members["arguments"])
  }
}

extension TokenUsage {
  fileprivate var json: JSONValue {
    [
      "input": .number(Double(input)), "output": .number(Double(output)),
      "cachedInput": .number(Double(cachedInput)), "requests": .number(Double(requests)), "usd": .number(usd),
    ]
  }

  fileprivate init(transcript json: JSONValue) throws(TranscriptMistake) {
    let members = try json.members(["input", "output", "cachedInput", "requests", "usd"], of: "a usage")
    guard let input = members["input"]?.count, let output = members["output"]?.count,
      let cachedInput = members["cachedInput"]?.count, let requests = members["requests"]?.count,
      let usd = members["usd"]?.number
    else { throw TranscriptMistake("a usage needs input, output, cachedInput, requests and usd") }
    self.init(input: input, output: output, cachedInput: cachedInput, requests: requests, usd: usd)
  }
}

extension LanguageModelError {
  fileprivate var json: JSONValue {
    var members: [String: JSONValue] = [
      "code": .string(code.rawValue), "model": .string(model), "detail": .string(detail), "usage": usage.json,
    ]
    members["retryAfterSeconds"] = retryAfterSeconds.map { .number($0) }
    return .object(members)
  }

  fileprivate init(transcript json: JSONValue, model: String) throws(TranscriptMistake) {
    let members = try json.members(["code", "model", "detail", "usage", "retryAfterSeconds"], of: "an error")
    guard let code = members["code"]?.string.flatMap(Code.init), let detail = members["detail"]?.string,
      let usage = members["usage"]
    else { throw TranscriptMistake("an error needs a known code, a detail and a usage") }
    self.init(
      code, model: members["model"]?.string ?? model, detail: detail,
      retryAfterSeconds: members["retryAfterSeconds"]?.number, usage: try TokenUsage(transcript: usage))
  }
}
