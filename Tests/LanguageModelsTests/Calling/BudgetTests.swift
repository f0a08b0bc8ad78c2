import HTTPTransport
import LanguageModels
import TestSupport
import Testing

@Suite struct BudgetTests {
  private static let unlimited = BudgetLimits()

  private func ledger(
    incident: BudgetLimits = unlimited, storm: BudgetLimits = unlimited, hour: BudgetLimits = unlimited
  ) -> BudgetLedger {
    BudgetLedger(ModelBudget(incident: incident, storm: storm, hour: hour))
  }

  private func ticket(
    _ ledger: inout BudgetLedger, _ most: TokenUsage = TokenUsage(), incident: String = "i", storm: String? = nil,
    at now: Double = 0
  ) -> BudgetLedger.Ticket? {
    guard case .admitted(let ticket) = ledger.admit(most, incident: incident, storm: storm, atSeconds: now) else {
      return nil
    }
    return ticket
  }

  @Test func callsUnderWayCount() throws {
    var ledger = ledger(incident: BudgetLimits(calls: 2))
    let first = try #require(ticket(&ledger))
    #expect(ticket(&ledger) != nil)
    #expect(
      ledger.admit(TokenUsage(), incident: "i", storm: nil, atSeconds: 0)
        == .refused("this incident has used 2 of 2 calls"))
    ledger.settle(first, Spending(), atSeconds: 0)
    #expect(ticket(&ledger) != nil, "the first was never sent")
    #expect(ticket(&ledger, incident: "j") != nil, "another incident has its own account")
  }

  @Test func theMostIsSetAsideAndTheRestGivenBack() throws {
    var ledger = ledger(incident: BudgetLimits(tokens: 1_000, usd: 0.1))
    let most = TokenUsage(input: 500, output: 400, usd: 0.06)
    let first = try #require(ticket(&ledger, most))
    #expect(ticket(&ledger, most) == nil)
    ledger.settle(first, Spending(usage: TokenUsage(input: 50, output: 40, usd: 0.006)), atSeconds: 0)
    #expect(ticket(&ledger, most) != nil)
    #expect(ledger.spent(incident: "i", atSeconds: 0).usage.total == 90)
  }

  @Test func moneyRunsOut() throws {
    var ledger = ledger(hour: BudgetLimits(usd: 1))
    let spent = try #require(ticket(&ledger))
    ledger.settle(spent, Spending(usage: TokenUsage(usd: 0.95)), atSeconds: 0)
    let refusal = ledger.admit(TokenUsage(usd: 0.1), incident: "j", storm: nil, atSeconds: 0)
    #expect(refusal == .refused("the last hour has spent 0.95 of 1.0 US dollars, and this may cost 0.1"))
  }

  @Test func anHourAgoIsForgotten() throws {
    var ledger = ledger(hour: BudgetLimits(calls: 1))
    let first = try #require(ticket(&ledger, at: 10))
    ledger.settle(first, Spending(usage: TokenUsage()), atSeconds: 12)
    #expect(ticket(&ledger, at: 3_600) == nil)
    #expect(ticket(&ledger, at: 3_700) != nil)
  }

  @Test func aStormSharesOneAccount() {
    var ledger = ledger(incident: BudgetLimits(calls: 10), storm: BudgetLimits(calls: 3))
    let admitted = (1...40).filter { ticket(&ledger, incident: "incident-\($0)", storm: "s") != nil }
    #expect(admitted == [1, 2, 3])
    #expect(ticket(&ledger, incident: "incident-1", storm: "t") != nil)
  }

  @Test func timeIsSpentToo() throws {
    var ledger = ledger(incident: BudgetLimits(seconds: 30))
    let first = try #require(ticket(&ledger))
    #expect(first.secondsLeft == 30)
    ledger.settle(first, Spending(seconds: 25), atSeconds: 25)
    let second = try #require(ticket(&ledger, at: 25))
    #expect(second.secondsLeft == 5)
    ledger.settle(second, Spending(seconds: 5), atSeconds: 30)
    #expect(ticket(&ledger, at: 30) == nil)
  }

  @Test func accountsDoNotPileUp() throws {
    var ledger = ledger(incident: BudgetLimits(calls: 1))
    let kept = try #require(ticket(&ledger, incident: "in use"))
    for number in 1...3_000 {
      let used = try #require(ticket(&ledger, incident: "incident-\(number)"))
      ledger.settle(used, Spending(usage: TokenUsage()), atSeconds: 0)
    }
    #expect(ticket(&ledger, incident: "in use") == nil)
    #expect(ticket(&ledger, incident: "incident-3000") == nil)
    #expect(ticket(&ledger, incident: "incident-1") != nil, "forgotten long ago")
    ledger.settle(kept, Spending(), atSeconds: 0)
  }

  @Test func aRefusedCallIsNotMade() async throws {
    let model = StubModel.saying("yes", usage: TokenUsage(input: 100, output: 5))
    let clock = ManualClock()
    let keeper = BudgetKeeper(ModelBudget(incident: BudgetLimits(calls: 2)))
    let budgeted = BudgetedModel(
      model, price: .free, keeper: keeper, incident: "i", timing: .manual(clock))
    for _ in 1...2 { _ = try await budgeted.complete(.asking("x")) }
    #expect(await code { _ = try await budgeted.complete(.asking("x")) } == .budgetSpent)
    #expect(model.requests.count == 2)
    #expect(await keeper.spent(incident: "i", atSeconds: 0).usage.total == 210)
  }

  @Test func whatFailsOrIsCancelledCostsToo() async throws {
    let clock = ManualClock()
    let keeper = BudgetKeeper(ModelBudget())
    func budgeted(_ model: StubModel) -> BudgetedModel {
      BudgetedModel(model, price: TokenPrice(output: 1_000), keeper: keeper, incident: "i", timing: .manual(clock))
    }
    #expect(await code { _ = try await budgeted(.failing(.malformedReply)).complete(.asking("x")) } == .malformedReply)
    #expect(await keeper.spent(incident: "i", atSeconds: 0).usage.requests == 1)
    let cancelled = budgeted(StubModel { _, _ in throw CancellationError() })
    await #expect(throws: CancellationError.self) { try await cancelled.complete(.asking("x")) }
    #expect(await keeper.spent(incident: "i", atSeconds: 0).usage.usd == 1)
  }

  @Test func noCallIsLongerThanWhatIsLeft() async throws {
    let model = StubModel.saying("yes")
    let budgeted = BudgetedModel(
      model, price: .free, keeper: BudgetKeeper(ModelBudget(incident: BudgetLimits(seconds: 20))), incident: "i",
      timing: .manual(ManualClock()))
    _ = try await budgeted.complete(.asking("x", deadlineSeconds: 60))
    #expect(model.requests.map(\.deadlineSeconds) == [20])
  }

  @Test func circlesEnd() async throws {
    let model = StubModel.saying("yes")
    let metered = MeteredModel(model)
    for _ in 1...LoopDetection.maximumRepeats { _ = try await metered.complete(.asking("x")) }
    #expect(await code { _ = try await metered.complete(.asking("x")) } == .looping)
    _ = try await metered.complete(.asking("y"))
    #expect(model.requests.count == LoopDetection.maximumRepeats + 1)
    #expect(await metered.spent == TokenUsage(input: 40, output: 20, requests: 4))
  }

  @Test func theSameToolAgainAndAgainIsACircle() {
    var loops = LoopDetection()
    func talk(_ components: [String]) -> ChatRequest {
      var request = ChatRequest.asking("x")
      for (number, component) in components.enumerated() {
        let call = ToolCall(id: "\(number)", tool: "series", arguments: ["component": .string(component)])
        request.messages += [.assistant("", calls: [call]), .result(of: call, content: "1", isError: false)]
      }
      return request
    }
    #expect(loops.refusal(of: talk(["a", "b", "c", "d", "e"])) == nil)
    #expect(loops.refusal(of: talk(["a", "a", "b", "a"])) == nil)
    #expect(loops.refusal(of: talk(["a", "a", "b", "a", "a"])) != nil)
  }
}
