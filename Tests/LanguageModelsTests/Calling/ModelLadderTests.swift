import HTTPTransport
import LanguageModels
import TestSupport
import Testing

@Suite struct ModelLadderTests {
  private let timing = Timing.manual(ManualClock())

  @Test func theSmallerModelAnswersWhereTheLargerFails() async throws {
    let small = StubModel.saying("small")
    let ladder = ModelLadder([StubModel.failing(.serverFailed, "large"), small], timing: timing)
    let reply = try await ladder.complete(.asking("x", deadlineSeconds: 10))
    #expect(reply.text == "small")
    #expect(reply.usage.requests == 2)
    #expect(reply.notes == ["The model large gave no answer (serverFailed): as the test wants"])
    #expect(small.requests.map(\.deadlineSeconds) == [10])
  }

  @Test func theFirstAnswerIsEnough() async throws {
    let small = StubModel.saying("small")
    let reply = try await ModelLadder([StubModel.saying("large"), small], timing: timing).complete(.asking("x"))
    #expect(reply.text == "large" && reply.notes.isEmpty)
    #expect(small.requests.isEmpty)
  }

  @Test func whenAllFailEachReasonIsGiven() async throws {
    let ladder = ModelLadder(
      [StubModel.failing(.deadlinePassed, "large"), StubModel.failing(.budgetSpent, "small")], timing: timing)
    let error = await #expect(throws: LanguageModelError.self) { try await ladder.complete(.asking("x")) }
    #expect(error?.code == .budgetSpent)
    #expect(error?.usage.requests == 2)
    #expect(error?.detail.contains("large") == true && error?.detail.contains("small") == true)
    #expect(await code { _ = try await ModelLadder([], timing: timing).complete(.asking("x")) } == .refused)
  }

  @Test func aLargerModelLeavesTimeForTheSmaller() async throws {
    let large = StubModel.failing(.deadlinePassed, "large")
    _ = try await ModelLadder([large, StubModel.saying("small")], timing: timing)
      .complete(.asking("x", deadlineSeconds: 10))
    #expect(large.requests.map(\.deadlineSeconds) == [10 * ModelLadder.shareOfTime])
  }

  @Test func cancellationIsNotAFailure() async {
    let small = StubModel.saying("small")
    let ladder = ModelLadder([StubModel { _, _ in throw CancellationError() }, small], timing: timing)
    await #expect(throws: CancellationError.self) { try await ladder.complete(.asking("x")) }
    #expect(small.requests.isEmpty)
  }

  @Test func aDearModelStepsAsideForACheapOne() async throws {
    let session = ModelSession(
      [
        ModelRung(StubModel.saying("dear"), price: TokenPrice(input: 1_000, output: 1_000)),
        ModelRung(StubModel.saying("cheap"), price: TokenPrice(input: 1, output: 1)),
      ], budget: ModelBudget(incident: BudgetLimits(usd: 0.5)), timing: timing)
    let reply = try await session.model(forIncident: "i").complete(.asking("x"))
    #expect(reply.text == "cheap")
    #expect(reply.notes.first?.contains("budgetSpent") == true)
  }
}

@Suite struct ModelSessionTests {
  private let timing = Timing.manual(ManualClock())

  @Test func aReplayCostsWhatTheRunDid() async throws {
    let file = TemporaryFile()
    defer { file.remove() }
    let questions = ["a", "b", "a", "c", "d"]
    func ask(_ session: ModelSession, _ incident: String) async -> [String] {
      let model = session.model(forIncident: incident, storm: nil)
      var seen: [String] = []
      for question in questions {
        do {
          let reply = try await model.complete(.asking(question))
          seen.append("\(reply.text) \(reply.usage)")
        } catch {
          seen.append("\(error)")
        }
      }
      return seen + ["\(await model.spent)"]
    }
    var recorded: [String: [String]] = [:]
    do {
      let model = StubModel { request, number in ChatReply(text: "answer \(number)", usage: TokenUsage(input: number)) }
      let session = ModelSession(
        [ModelRung(model)], budget: ModelBudget(incident: BudgetLimits(calls: 2), hour: BudgetLimits(calls: 3)),
        recording: try Recording(file: file.path), timing: timing)
      for incident in ["i", "j", "k"] { recorded[incident] = await ask(session, incident) }
      #expect(model.requests.count <= 3)
    }
    #expect(recorded["i"]?.last(where: { $0.contains("budgetSpent") }) != nil)
    #expect(recorded["i"] != recorded["j"])
    let replay = ModelSession(replaying: try Transcript(reading: file.path))
    #expect(replay.name == "stub")
    for incident in ["k", "i", "j"] { #expect(await ask(replay, incident) == recorded[incident]) }
    #expect(await code { _ = try await replay.model(forIncident: "i").complete(.asking("new")) } == .notRecorded)
  }

  @Test func incidentsShareTheCache() async throws {
    let model = StubModel.saying("yes")
    let session = ModelSession([ModelRung(model)], budget: ModelBudget(), timing: timing)
    let first = session.model(forIncident: "i")
    let second = session.model(forIncident: "j")
    _ = try await first.complete(.asking("x"))
    _ = try await second.complete(.asking("x"))
    #expect(model.requests.count == 1)
    #expect(await first.spent.requests == 1)
    #expect(await second.spent == .none)
  }
}
