import TestSupport
import Testing

@testable import LanguageModels

@Suite struct CachedModelTests {
  private let clock = ManualClock()

  @Test func theSameIsAskedOnce() async throws {
    let model = StubModel.saying("yes")
    let cached = CachedModel(model, timing: .manual(clock))
    let first = try await cached.complete(.asking("x"))
    let again = try await cached.complete(.asking("x", deadlineSeconds: 5))
    _ = try await cached.complete(.asking("y"))
    #expect(first.usage.requests == 1)
    #expect(again.text == "yes" && again.usage == .none)
    #expect(model.requests.count == 2)
  }

  @Test func manyAtOnceAreOneQuestion() async throws {
    let model = StubModel { [clock] _, _ in
      try await clock.sleep(for: .seconds(7))
      return ChatReply(text: "yes")
    }
    let cached = CachedModel(model, timing: .manual(clock))
    try await withThrowingTaskGroup(of: TokenUsage.self) { group in
      for _ in 1...20 { group.addTask { try await cached.complete(.asking("x")).usage } }
      await clock.untilSomebodySleeps(.seconds(7))
      clock.advance(by: .seconds(7))
      let usage = try await group.reduce(TokenUsage.none, +)
      #expect(usage.requests == model.requests.count)
    }
    #expect(model.requests.count == 1)
  }

  @Test func failuresAreNotKept() async throws {
    let model = StubModel { _, number in
      if number == 1 { throw LanguageModelError(.serverFailed, model: "m", detail: "once") }
      return ChatReply(text: "yes")
    }
    let cached = CachedModel(model, timing: .manual(clock))
    #expect(await code { _ = try await cached.complete(.asking("x")) } == .serverFailed)
    #expect(try await cached.complete(.asking("x")).text == "yes")
  }

  @Test func theOldestGoesFirst() async throws {
    let model = StubModel.saying("yes")
    let cached = CachedModel(model, capacity: 2, timing: .manual(clock))
    for text in ["a", "b", "c", "c", "b", "a"] { _ = try await cached.complete(.asking(text)) }
    #expect(model.requests.count == 4)
  }

  @Test func whoIsCancelledLeavesAndTheOthersStay() async throws {
    let model = StubModel { [clock] _, _ in
      try await clock.sleep(for: .seconds(7))
      return ChatReply(text: "yes")
    }
    let answers = CachedModel.memory()
    let cached = CachedModel(model, sharing: answers, timing: .manual(clock))
    let leaving = Task { try await cached.complete(.asking("x", deadlineSeconds: 30)) }
    await clock.untilSomebodySleeps(.seconds(7))
    let staying = Task { try await cached.complete(.asking("x", deadlineSeconds: 40)) }
    while await answers.waiterCount < 2 { await Task.yield() }
    leaving.cancel()
    await #expect(throws: CancellationError.self) { try await leaving.value }
    clock.advance(by: .seconds(7))
    #expect(try await staying.value.text == "yes")
    #expect(model.requests.count == 1)
  }

  @Test func askingEndsWhenNobodyWaits() async throws {
    let model = StubModel { [clock] _, number in
      if number == 1 { try await clock.sleep(for: .seconds(1_000)) }
      return ChatReply(text: "answer \(number)")
    }
    let cached = CachedModel(model, timing: .manual(clock))
    let only = Task { try await cached.complete(.asking("x")) }
    await clock.untilSomebodySleeps(.seconds(1_000))
    only.cancel()
    await #expect(throws: CancellationError.self) { try await only.value }
    #expect(try await cached.complete(.asking("x")).text == "answer 2")
  }

  @Test func whoJoinsKeepsTheirOwnDeadline() async throws {
    let model = StubModel { [clock] _, _ in
      try await clock.sleep(for: .seconds(50))
      return ChatReply(text: "yes")
    }
    let cached = CachedModel(model, timing: .manual(clock))
    let patient = Task { try await cached.complete(.asking("x", deadlineSeconds: 60)) }
    await clock.untilSomebodySleeps(.seconds(50))
    let hasty = Task { await code { _ = try await cached.complete(.asking("x", deadlineSeconds: 2)) } }
    await clock.untilSomebodySleeps(.seconds(2))
    clock.advance(by: .seconds(2))
    #expect(await hasty.value == .deadlinePassed)
    clock.advance(by: .seconds(48))
    #expect(try await patient.value.text == "yes")
  }
}
