import Agents
import BlackboardStore
import IncidentModel
import Supervision
import TestSupport
import Testing

@Suite struct SupervisorTests {
  @Test func aLogBeginsWithTheOpeningAndEndsWithTheConclusion() async throws {
    let one = ScriptedAgent(name: "one") { _ in [diagnostic("a"), diagnostic("b")] }
    let snapshot = try await investigate([one.participant()])
    #expect(snapshot.said == ["one: a", "one: b", "supervisor: Every agent has said what it had to say."])
    #expect(snapshot.opening == sampleOpening)
    #expect(snapshot.entries.map(\.revision.number) == [1, 2, 2, 3])
    #expect(
      snapshot.conclusion?.agents
        == [Conclusion.AgentAccount(name: "one", turns: 1, contributions: 2, restarts: 0)])
  }

  @Test(arguments: 0..<24)
  func theLogDoesNotDependOnWhoFinishesFirst(seed: Int) async throws {
    let names: [AgentName] = ["a", "b", "c", "d", "e", "f"]
    var generator = SeededGenerator(seed: seed)
    let places = Array(names.indices).shuffled(using: &generator)
    let order = FinishingOrder()
    let log = EventLog()
    let participants = zip(names, places).map { name, place in
      ScriptedAgent(name: name) { _ in
        await order.waitForPlace(place)
        return [diagnostic("\(name) first"), diagnostic("\(name) second")]
      }.participant()
    }
    let board = try await Blackboard(try InvestigationID(sampleOpening), in: MemoryStorage())
    let supervisor = Supervisor(participants: participants, blackboard: board, clock: ManualClock()) { event in
      log.observe(event)
      if case .agentFinished = event { order.advance() }
    }
    let snapshot = try await supervisor.investigate(sampleOpening)
    let finished = log.events.compactMap { if case .agentFinished(let name, _) = $0 { name } else { nil } }
    #expect(finished == places.indices.map { place in names[places.firstIndex(of: place) ?? 0] })
    #expect(snapshot.entries.dropFirst().dropLast().map(\.author) == names.flatMap { [$0, $0] })
    #expect(Set(snapshot.entries.dropFirst().dropLast().map(\.revision)) == [Revision(2)])
  }

  @Test func aFailingAgentCostsADiagnosticAndNotTheInvestigation() async throws {
    let bad = ScriptedAgent(name: "bad") { _ in throw ScriptedError(description: "the disk is upside down") }
    let good = ScriptedAgent(name: "good") { _ in [diagnostic("fine")] }
    let log = EventLog()
    let snapshot = try await investigate([bad.participant(), good.participant()], events: log)
    #expect(
      snapshot.said.first == "supervisor: The agent bad failed: the disk is upside down. It was given up.")
    #expect(snapshot.said.contains("good: fine"))
    #expect(snapshot.diagnostics.first?.kind == .agentFailure)
    #expect(log.events.contains(.agentFailed("bad", reason: "the disk is upside down", isGivenUp: true)))
    #expect(snapshot.conclusion?.reason == "Every agent has said what it had to say.")
  }

  @Test func withoutDetectionTheVerdictIsAnAbstention() async throws {
    let detection = ScriptedAgent(name: "detection") { _ in throw ScriptedError(description: "no") }
    let snapshot = try await investigate([detection.participant(restarts: 0)])
    #expect(Verdict(snapshot).outcome == .abstained)
    #expect(snapshot.conclusion != nil)
  }

  @Test func whatGoesBeyondABoundIsDroppedAndSaidSo() async throws {
    let wordy = ScriptedAgent(name: "wordy") { _ in (1...5).map { diagnostic("\($0)") } }
    let other = ScriptedAgent(name: "other") { _ in (1...5).map { diagnostic("\($0)") } }
    let snapshot = try await investigate(
      [wordy.participant(maximumContributions: 2), other.participant()],
      budget: InvestigationBudget(contributionsPerTurn: 3))
    #expect(
      snapshot.said.dropLast() == [
        "wordy: 1", "wordy: 2",
        "supervisor: 3 contributions of the agent wordy were left out: the limit for this turn was 2.", "other: 1",
        "supervisor: 4 contributions of the agent other were left out: the limit for this turn was 1.",
      ])
    #expect(snapshot.account("wordy")?.contributions == 2)
  }

  @Test func hypothesesAreBoundedOverTheWholeInvestigation() async throws {
    let count = Counter()
    let proposer = ScriptedAgent(
      name: "proposer", ready: { _, seen in (seen?.number ?? 0) < 3 },
      answer: { _ in
        let number = count.next()
        return (0..<3).map { .hypothesis(hypothesis("H\(number * 10 + $0)")) }
      })
    let snapshot = try await investigate(
      [proposer.participant()], budget: InvestigationBudget(hypotheses: 4))
    #expect(snapshot.hypotheses.map(\.id) == ["H10", "H11", "H12", "H20"])
    #expect(snapshot.diagnostics.map(\.kind).allSatisfy { $0 == .limitReached })
  }

  @Test func anAgentCannotOpenOrConclude() async throws {
    let usurper = ScriptedAgent(name: "usurper") { _ in
      [.conclusion(Conclusion(reason: "mine", agents: [])), diagnostic("a"), .opening(sampleOpening)]
    }
    let snapshot = try await investigate([usurper.participant()])
    #expect(snapshot.entries.filter { $0.author == "usurper" }.count == 1)
    #expect(snapshot.conclusion?.reason == "Every agent has said what it had to say.")
    #expect(snapshot.diagnostics.contains { $0.statement.contains("tried to open or conclude") })
  }

  @Test func anAgentThatNeverHasEnoughIsStoppedByTheTurns() async throws {
    let restless = ScriptedAgent(name: "restless", ready: { _, _ in true }, answer: { _ in [diagnostic("more")] })
    let snapshot = try await investigate([restless.participant()], budget: InvestigationBudget(turns: 4))
    #expect(snapshot.account("restless")?.turns == 4)
    #expect(snapshot.conclusion?.reason.contains("4 turns") == true)
    #expect(snapshot.diagnostics.last?.statement.contains("restless had more to do") == true)
  }

  @Test func anAgentThatIsAlwaysReadyAndSaysNothingIsAskedOncePerRevision() async throws {
    let silent = ScriptedAgent(name: "silent", ready: { _, _ in true }, answer: { _ in [] })
    let snapshot = try await investigate([silent.participant()])
    #expect(snapshot.account("silent")?.turns == 1)
    #expect(snapshot.revision == Revision(2))
  }

  @Test func theTimeBudgetConcludes() async throws {
    let clock = ManualClock()
    let slow = ScriptedAgent(
      name: "slow", ready: { _, _ in true },
      answer: { _ in
        clock.advance(by: .seconds(40))
        return [diagnostic("more")]
      })
    let snapshot = try await investigate(
      [slow.participant(deadlineSeconds: 3600)], budget: InvestigationBudget(turns: 100, wallSeconds: 100),
      clock: clock)
    #expect(snapshot.conclusion?.reason.contains("time limit of 100 seconds") == true)
    #expect(snapshot.account("slow")?.turns == 3)
  }

  @Test func cancellingStopsTheInvestigationWithoutAConclusion() async throws {
    let storage = MemoryStorage()
    let clock = ManualClock()
    let id = try InvestigationID(sampleOpening)
    let stuck = ScriptedAgent(name: "stuck") { _ in
      try await clock.sleep(for: .seconds(5))
      return []
    }
    let task = Task {
      let board = try await Blackboard(id, in: storage)
      return try await Supervisor(participants: [stuck.participant(attempts: 3)], blackboard: board, clock: clock)
        .investigate(sampleOpening)
    }
    await clock.untilSomebodySleeps(.seconds(5))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(await storage.entries(of: id).count == 1)
  }

  @Test func eventsTellTheStory() async throws {
    let log = EventLog()
    let one = ScriptedAgent(name: "one") { _ in [diagnostic("a")] }
    let snapshot = try await investigate([one.participant()], events: log)
    let conclusion = try #require(snapshot.conclusion)
    #expect(
      log.events == [
        .batchPosted(Revision(1), entries: [snapshot.entries[0]]), .turnStarted(turn: 1, agents: ["one"]),
        .agentFinished("one", contributionCount: 1), .batchPosted(Revision(2), entries: [snapshot.entries[1]]),
        .batchPosted(Revision(3), entries: [snapshot.entries[2]]), .concluded(conclusion),
      ])
  }
}

func hypothesis(_ id: String) -> Hypothesis {
  Hypothesis(
    id: HypothesisID(id), component: "c", componentKind: .service, componentRole: .application, metric: nil,
    fault: .cpu, cause: nil, onset: nil, score: 1, confidence: 0.5, statement: "s", propagation: [],
    channelShares: [], evidence: [])
}
