import IncidentModel
import LanguageModels
import TextReading

/// One talk with a model within its limits: asks, answers the model's questions of the telemetry, and ends with the last
/// text, whatever happens. It throws nothing: what goes wrong is in `failure`.
struct Consultation: Sendable {
  private(set) var reply: String?
  private(set) var failure: String?
  private(set) var failureCode: LanguageModelError.Code?
  private(set) var lookups: [ModelAdvice.Lookup] = []
  private(set) var cost = ModelAdvice.Cost()
  private(set) var facts: PromptFacts
  /// Of the first request, as it was sent.
  private(set) var requestDigest = ""
  private var redaction: Redaction
  private var lookupBytes = 0

  static let maximumLookupCount = 8
  static let maximumLookupBytes = 16_384
  private static let resultFence = Fence(maximumCharacters: 2000, maximumLines: 20)

  /// - Parameter hidden: names that do not leave the house.
  init(_ facts: PromptFacts, hiding hidden: Set<String>) {
    self.facts = facts
    redaction = Redaction(Redaction.Settings(names: hidden))
  }

  /// Exactly what would be sent first.
  mutating func prepared(_ request: ChatRequest) -> ChatRequest { redaction.redact(request) }

  /// - Parameter secondsLeft: until the deadline of all calls together.
  mutating func run(
    _ first: ChatRequest, with model: any LanguageModel, limits: AgentManifest.ModelLimits, lookup: TelemetryLookup?,
    secondsLeft: @Sendable () -> Double
  ) async {
    var request = prepared(first)
    requestDigest = request.digest
    for call in 1...limits.calls {
      request.deadlineSeconds = min(secondsLeft(), limits.deadlineSeconds)
      guard request.deadlineSeconds > 0 else { return fail("the time of \(limits.deadlineSeconds) s was spent") }
      // The last call has to be an answer.
      if call == limits.calls || lookups.count >= Self.maximumLookupCount { request.tools = [] }
      let answer: ChatReply
      do {
        answer = try await model.complete(request)
      } catch let error as LanguageModelError {
        add(error.usage)
        failureCode = error.code
        return fail("\(error)")
      } catch {
        return fail("it was given up: \(error)")
      }
      add(answer.usage)
      switch answer.finish {
      case .toolCalls where !answer.calls.isEmpty && !request.tools.isEmpty:
        continueTalk(&request, answer, lookup)
      case .truncated: return fail("the answer was cut off at \(request.maximumOutputTokens) tokens")
      case .declined: return fail("the model would not answer")
      case .complete, .toolCalls:
        reply = redaction.restore(String(answer.text.prefix(Self.maximumReplyLength)))
        return
      }
    }
    fail("there was no answer within \(limits.calls) calls")
  }

  /// Beyond this nothing that fits the form can follow.
  private static let maximumReplyLength = 65_536

  private mutating func continueTalk(_ request: inout ChatRequest, _ answer: ChatReply, _ lookup: TelemetryLookup?) {
    let calls = Array(answer.calls.prefix(Self.maximumLookupCount))
    request.messages.append(.assistant(String(answer.text.prefix(4000)), calls: calls))
    for call in calls {
      let (content, isError) = result(of: call, lookup)
      request.messages.append(.result(of: call, content: content, isError: isError))
    }
    request = redaction.redact(request)
  }

  private mutating func result(of call: ToolCall, _ lookup: TelemetryLookup?) -> (content: String, isError: Bool) {
    let arguments = call.arguments?.text.prefix(400) ?? ""
    let id = "L\(lookups.count + 1)"
    func refuse(_ reason: String) -> (String, Bool) { ("refused: \(reason)", true) }
    guard let lookup, lookups.count < Self.maximumLookupCount else { return refuse("no further questions") }
    guard let query = TelemetryQuery(rawValue: call.tool) else {
      note(id, call.tool, arguments, refusal: "not in the catalogue of queries")
      return refuse("no such query")
    }
    // What was hidden from the model comes back under its placeholder.
    let component = call.arguments?["component"]?.string.map { ComponentID(redaction.restore($0)) }
    let subject = query.subject.flatMap { call.arguments?[$0]?.string } ?? ""
    do throws(TelemetryLookup.Refusal) {
      let evidence = try lookup.evidence(query, component: component, subject: redaction.restore(subject))
      let text = Self.resultFence.block(evidence.statement, label: "evidence")
      guard lookupBytes + text.utf8.count <= Self.maximumLookupBytes else {
        note(id, call.tool, arguments, refusal: "more than \(Self.maximumLookupBytes) bytes of answers")
        return refuse("too much was asked for")
      }
      lookupBytes += text.utf8.count
      lookups.append(
        ModelAdvice.Lookup(id: id, query: query.rawValue, arguments: String(arguments), evidence: evidence))
      facts.add(evidence, as: id)
      return ("\(id)\n\(text)", false)
    } catch {
      note(id, call.tool, arguments, refusal: error.reason)
      return refuse(Self.resultFence.inline(error.reason))
    }
  }

  private mutating func note(_ id: String, _ tool: String, _ arguments: Substring, refusal: String) {
    lookups.append(
      ModelAdvice.Lookup(
        id: id, query: String(tool.prefix(64)), arguments: String(arguments), evidence: nil, refusal: refusal))
  }

  private mutating func fail(_ reason: String) { failure = reason }

  private mutating func add(_ usage: TokenUsage) {
    cost = cost + ModelAdvice.Cost(modelCalls: usage.requests, tokens: usage.total, usd: usage.usd)
  }
}
