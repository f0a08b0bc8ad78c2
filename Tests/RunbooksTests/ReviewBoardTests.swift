import IncidentModel
import Testing

@testable import Runbooks

/// The state machine under every order of events that a generator thinks of.
@Suite struct ReviewBoardTests {
  /// Numbers that are the same in every run.
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  private let now = Timestamp(seconds: 1_772_334_000)!

  private func runbook(_ approvals: String = "one") throws -> Runbook {
    let text = RunbookText.sound(replacing: "approvals: one", with: "approvals: \(approvals)")
    let result = RunbookReader.read(text, file: "restart-thing.yaml")
    return try #require(result.runbook, "\(result.problems)")
  }

  private func proposal(_ id: ProposalID, _ approvals: String = "two") throws -> Proposal {
    var proposal = try Proposal(runbook(approvals), inputs: ["component": "api"], askedBy: "test")
    (proposal.id, proposal.incident, proposal.findingDigest) = (id, "I1", "f1")
    return proposal
  }

  private func approval(_ person: String, _ record: RemediationRecord?, _ board: ReviewBoard) -> Approval? {
    record.map {
      Approval(
        person: person, account: nil, at: now, runbookDigest: $0.proposal.plan.runbookDigest,
        planDigest: $0.proposal.plan.digest, observed: board.observed($0.proposal), validSeconds: 1800)
    }
  }

  private func event(
    _ id: ProposalID, _ board: ReviewBoard, _ generator: inout Seeded
  ) throws -> DeskEvent? {
    let record = board[id]
    let place = StepPlace(Int.random(in: 0..<4, using: &generator), isUndo: Bool.random(using: &generator))
    let statuses: [StepResult.Status] = [.succeeded, .succeeded, .succeeded, .failed, .timedOut, .cancelled]
    switch Int.random(in: 0..<14, using: &generator) {
    case 0: return try .proposed(proposal(board.nextID))
    case 1, 2:
      return approval(["ann", "bob"].randomElement(using: &generator) ?? "", record, board).map { .approved(id, $0) }
    case 3: return .rejected(id, Rejection(.notNow, by: "ann", reason: "no"))
    case 4: return .expired(id, Expiry(.time, "late"))
    case 5, 6: return record.map { .runBegan(id, key: $0.key, $0.proposal.plan) }
    case 7, 8:
      if case .perform(let next)? = record?.run?.next { return .stepBegan(id, next) }
      return .stepBegan(id, place)
    case 9: return .stepEnded(id, place, StepResult(statuses.randomElement(using: &generator) ?? .failed))
    case 10:
      guard case .ask(let next, _)? = record?.run?.next else { return .answered(id, place, .again, by: "ann") }
      return .answered(id, next, StepAnswer.allCases.randomElement(using: &generator) ?? .done, by: "ann")
    case 11:
      switch record?.run?.next {
      case .end(let ending): return .runEnded(id, ending)
      case .beginUndo(let reason): return .undoBegan(id, reason: reason)
      default: return .runEnded(id, .halted("stop"))
      }
    case 12: return .verified(id, Verification(.helped, "so"))
    default: return .undoBegan(id, reason: "asked")
    }
  }

  @Test(arguments: 1...12)
  func noOrderOfEventsBreaksTheRules(seed: Int) throws {
    var generator = Seeded(state: UInt64(seed))
    var board = ReviewBoard()
    var begun: [String: Int] = [:]
    var allowed: [String: Int] = [:]
    var keys: Set<String> = []
    for _ in 0..<250 {
      let id = ProposalID("P\(Int.random(in: 1...max(1, board.order.count), using: &generator))")
      guard let event = try event(id, board, &generator) else { continue }
      let before = board
      guard (try? board.apply(DeskEntry(sequence: board.lastSequence + 1, at: now, event: event))) != nil else {
        #expect(board == before, "a refused event changed the board")
        continue
      }
      let old = before[id]
      switch event {
      case .stepBegan(_, let place):
        let step = "\(id) \(place)"
        begun[step, default: 0] += 1
        #expect(begun[step] == 1 + allowed[step, default: 0], "a step began twice by itself")
        #expect(old?.state == .applying)
      case .answered(_, let place, .again, _): allowed["\(id) \(place)", default: 0] += 1
      case .runBegan(_, let key, let plan):
        #expect(keys.insert(key).inserted)
        let people = Set((old?.approvals ?? []).map(\.person))
        #expect(people.count == 2 && old?.state == .approved)
        #expect(old?.approvals.allSatisfy { $0.planDigest == plan.digest } == true)
      case .verified: #expect(old?.state == .applied)
      default: break
      }
      for record in before.all {
        switch record.state {
        case .rejected, .expired: #expect(board[record.proposal.id]?.state == record.state)
        default: break
        }
      }
    }
  }

  @Test func replayingTheEntriesGivesTheSameBoard() throws {
    var generator = Seeded(state: 7)
    var board = ReviewBoard()
    var entries: [DeskEntry] = []
    for _ in 0..<200 {
      let id = ProposalID("P\(Int.random(in: 1...max(1, board.order.count), using: &generator))")
      guard let event = try event(id, board, &generator) else { continue }
      let entry = DeskEntry(sequence: board.lastSequence + 1, at: now, event: event)
      if (try? board.apply(entry)) != nil { entries.append(entry) }
    }
    var again = ReviewBoard()
    for entry in entries { try again.apply(entry) }
    #expect(again == board && entries.count > 20)
    #expect(throws: RemediationRecord.Misfit.self) { try again.apply(entries[0]) }
  }

  @Test func theRecordHasAnIntervalAndFades() {
    var record = TrackRecord()
    #expect(record.interval == 0...1)
    (record.tried, record.helped) = (10, 9)
    #expect(abs(record.interval.lowerBound - 0.5958) < 1e-3 && abs(record.interval.upperBound - 0.9821) < 1e-3)
    (record.tried, record.helped) = (1, 1)
    #expect(record.interval.lowerBound < 0.25)
  }

  @Test(arguments: [
    ("mon 22:00", true), ("tue 03:59", true), ("tue 04:00", false), ("mon 21:59", false), ("mon 03:00", false),
  ])
  func aWindowMayGoPastMidnight(moment: String, isInside: Bool) {
    let window = WeeklyWindow(days: [.mon], fromMinute: 22 * 60, toMinute: 4 * 60)
    // 2026-03-02 was a Monday.
    let day = moment.hasPrefix("mon") ? 2 : 3
    let time = Timestamp(rfc3339: "2026-03-0\(day)T\(moment.suffix(5)):00Z")!
    #expect(window.contains(time) == isInside)
  }
}
