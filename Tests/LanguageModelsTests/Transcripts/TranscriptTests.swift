import LanguageModels
import Testing
import TextReading

@Suite struct TranscriptTests {
  private let call = ToolCall(id: "c1", tool: "series", arguments: ["component": "db"])

  /// Every kind of outcome, by what was asked.
  private func answer(_ request: ChatRequest) throws -> ChatReply {
    guard case .user(let text)? = request.messages.first else { return ChatReply(text: "") }
    switch text {
    case "tools":
      return ChatReply(
        text: "", calls: [call, ToolCall(id: "c2", tool: "logs", arguments: nil)], finish: .toolCalls,
        usage: TokenUsage(input: 7, output: 3, cachedInput: 2, requests: 2, usd: 0.000_123), notes: ["one repair"])
    case "fails":
      throw LanguageModelError(
        .rateLimited, model: "m", detail: "later", retryAfterSeconds: 2.5, usage: TokenUsage(requests: 4))
    default: return ChatReply(text: "to \(text): “ä”\n\u{0}\u{7}", finish: .truncated)
    }
  }

  @Test func whatWasRecordedIsAnsweredAgainInAnyOrder() async throws {
    let file = TemporaryFile()
    defer { file.remove() }
    let asked = ["plain", "tools", "fails"].flatMap { text in ["a", "b"].map { (text, $0) } }
    var recorded: [String: Result<ChatReply, LanguageModelError>] = [:]
    do {
      let model = StubModel { [self] request, _ in try answer(request) }
      let recording = try Recording(file: file.path)
      for (text, incident) in asked {
        let recordedModel = RecordedModel(model, recording: recording, incident: incident)
        recorded[text + incident] = await outcome(of: recordedModel, .asking(text))
      }
      #expect(model.requests.count == 6)
    }
    let transcript = try Transcript(reading: file.path)
    for (text, incident) in asked.reversed() {
      let replayed = ReplayedModel(transcript, incident: incident)
      #expect(await outcome(of: replayed, .asking(text)) == recorded[text + incident])
    }
    let lines = try file.text().split(separator: "\n")
    #expect(lines.count == 7)
    #expect(lines[0] == #"{"schema":"tocsin.transcript/1"}"#)
  }

  @Test func anUnknownRequestIsNeverAnswered() async throws {
    let file = TemporaryFile()
    defer { file.remove() }
    do {
      let recording = try Recording(file: file.path)
      _ = try await RecordedModel(StubModel.saying("yes"), recording: recording, incident: "a").complete(.asking("x"))
    }
    let transcript = try Transcript(reading: file.path)
    var request = ChatRequest.asking("x", deadlineSeconds: 1)
    #expect(await code { _ = try await ReplayedModel(transcript, incident: "a").complete(request) } == nil)
    #expect(await code { _ = try await ReplayedModel(transcript, incident: "b").complete(request) } == .notRecorded)
    request.maximumOutputTokens += 1
    #expect(await code { _ = try await ReplayedModel(transcript, incident: "a").complete(request) } == .notRecorded)
  }

  @Test func theSameIncidentIsNeverAskedTwice() async throws {
    let file = TemporaryFile()
    defer { file.remove() }
    let model = StubModel { [self] request, _ in try answer(request) }
    for _ in 1...2 {
      // The second recording goes on with the file of the first.
      let recorded = RecordedModel(model, recording: try Recording(file: file.path), incident: "a")
      async let first = outcome(of: recorded, .asking("fails"))
      async let second = outcome(of: recorded, .asking("fails"))
      #expect(await first == second)
    }
    #expect(model.requests.count == 1)
    #expect(try Transcript(reading: file.path).outcomes.count == 1)
  }

  @Test func aLineThatWasCutByACrashIsTakenAway() async throws {
    let file = TemporaryFile()
    defer { file.remove() }
    try file.write("{\"schema\":\"tocsin.transcript/1\"}\n{\"digest\":\"sha2")
    do {
      let recorded = RecordedModel(StubModel.saying("yes"), recording: try Recording(file: file.path), incident: "a")
      _ = try await recorded.complete(.asking("x"))
    }
    #expect(try Transcript(reading: file.path).outcomes.count == 1)
  }

  @Test func twoRunsDoNotShareAFile() throws {
    let file = TemporaryFile()
    defer { file.remove() }
    let first = try Recording(file: file.path)
    #expect(throws: DatasetError.self) { try Recording(file: file.path) }
    withExtendedLifetime(first) {}
  }

  @Test func anotherFileIsNotOverwritten() throws {
    let file = TemporaryFile()
    defer { file.remove() }
    for text in ["important", "important\n", "{}\nimportant"] {
      try file.write(text)
      #expect(throws: DatasetError.self) { try Recording(file: file.path) }
      #expect(try file.text() == text)
    }
  }

  @Test func damageIsNamedWithItsPlace() async throws {
    let file = TemporaryFile()
    defer { file.remove() }
    do {
      let recorded = RecordedModel(StubModel.saying("yes"), recording: try Recording(file: file.path), incident: "a")
      _ = try await recorded.complete(.asking("x"))
    }
    let good = try file.text()
    let line = String(good.split(separator: "\n")[1])
    let header = "{\"schema\":\"tocsin.transcript/1\"}\n"
    let damaged = [
      good + String(line.dropLast(9)): 3, good + line: 3, header + "[]": 2, header + "{}": 2, line: 1,
      good.replacing("\"user\":\"x\"", with: "\"user\":\"y\""): 2, good.replacing("complete", with: "done"): 2,
      good.replacing("\"requests\":1", with: "\"requests\":1.5"): 2,
      good.replacing("\"reply\"", with: "\"answer\""): 2, "": nil,
    ]
    for (text, place) in damaged {
      try file.write(text)
      let error = #expect(throws: DatasetError.self) { try Transcript(reading: file.path) }
      #expect(error?.line == place, "\(text): \(error?.message ?? "")")
      #expect(error?.file == file.path)
    }
    file.remove()
    #expect(throws: DatasetError.self) { try Transcript(reading: file.path) }
  }

  @Test func whatIsCancelledIsNoOutcome() async throws {
    let file = TemporaryFile()
    defer { file.remove() }
    do {
      let model = StubModel { _, _ in throw CancellationError() }
      let recorded = RecordedModel(model, recording: try Recording(file: file.path), incident: "a")
      await #expect(throws: CancellationError.self) { try await recorded.complete(.asking("x")) }
    }
    #expect(try Transcript(reading: file.path).outcomes.isEmpty)
  }

  private func outcome(
    of model: some LanguageModel, _ request: ChatRequest
  ) async -> Result<ChatReply, LanguageModelError>? {
    do {
      return .success(try await model.complete(request))
    } catch {
      return (error as? LanguageModelError).map { .failure($0) }
    }
  }
}
