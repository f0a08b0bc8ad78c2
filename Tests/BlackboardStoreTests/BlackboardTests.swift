import BlackboardStore
import IncidentModel
import Testing

@Suite struct BlackboardTests {
  private let conclusion = Posting(author: "supervisor", contribution: .conclusion(Conclusion(reason: "r", agents: [])))

  @Test func aBoardThatWasOvertakenRefusesAndThenKnowsTheNewState() async throws {
    let storage = MemoryStorage()
    let slow = try await Blackboard(incidentA, in: storage)
    let fast = try await Blackboard(incidentA, in: storage)
    try await fast.post([note("first")], basedOn: .initial)
    #expect(await errorCode { try await slow.post([note("late")], basedOn: .initial) } == .staleRevision)
    let revision = await slow.snapshot().revision
    #expect(revision == Revision(1))
    let after = try await slow.post([note("computed again")], basedOn: revision)
    #expect(after.diagnostics.map(\.statement) == ["first", "computed again"])
  }

  @Test func nothingFollowsTheConclusion() async throws {
    let board = try await Blackboard(incidentA, in: MemoryStorage())
    try await board.post([note("a"), conclusion], basedOn: .initial)
    #expect(await errorCode { try await board.post([note("b")], basedOn: Revision(1)) } == .concluded)
    #expect(await board.snapshot().entries.count == 2)
  }

  @Test func concurrentPostersOnOneBoardLoseNothingThatWasAcknowledged() async throws {
    let board = try await Blackboard(incidentA, in: MemoryStorage())
    await withTaskGroup(of: Void.self) { group in
      for poster in 0..<16 {
        group.addTask {
          var isPosted = false
          while !isPosted {
            let revision = await board.snapshot().revision
            isPosted = await errorCode { try await board.post([note("\(poster)")], basedOn: revision) } == nil
          }
        }
      }
    }
    let snapshot = await board.snapshot()
    #expect(snapshot.entries.map(\.sequence) == Array(1...16))
    #expect(Set(snapshot.diagnostics.map(\.statement)).count == 16)
  }

  @Test func aSubscriberSeesThePresentEveryBatchAndTheEnd() async throws {
    let board = try await Blackboard(incidentA, in: MemoryStorage())
    let stream = try await board.subscribe()
    try await board.post([note("a")], basedOn: .initial)
    try await board.post([conclusion], basedOn: Revision(1))
    var revisions: [Int] = []
    for await snapshot in stream { revisions.append(snapshot.revision.number) }
    #expect(revisions == [0, 1, 2])
    var late: [Int] = []
    for await snapshot in try await board.subscribe() { late.append(snapshot.revision.number) }
    #expect(late == [2])
  }

  @Test func aSlowSubscriberKeepsTheNewestOfABoundedNumber() async throws {
    let board = try await Blackboard(incidentA, in: MemoryStorage())
    let stream = try await board.subscribe(bufferCount: 2)
    for revision in 0..<20 { try await board.post([note("\(revision)")], basedOn: Revision(revision)) }
    try await board.post([conclusion], basedOn: Revision(20))
    var revisions: [Int] = []
    for await snapshot in stream { revisions.append(snapshot.revision.number) }
    #expect(revisions == [20, 21])
  }

  @Test func subscribersAreBounded() async throws {
    let board = try await Blackboard(incidentA, in: MemoryStorage())
    var streams: [AsyncStream<BlackboardSnapshot>] = []
    for _ in 0..<Blackboard.maximumSubscriberCount { streams.append(try await board.subscribe()) }
    #expect(await errorCode { _ = try await board.subscribe() } == .tooManySubscribers)
    #expect(streams.count == Blackboard.maximumSubscriberCount)
  }

  @Test func anIdentifierFollowsFromEverythingInTheOpening() throws {
    guard case .opening(let opening) = everyKind[0].contribution else { return #expect(Bool(false)) }
    let id = try InvestigationID(opening)
    #expect(try InvestigationID(opening) == id)
    var blind = opening
    blind.incident.symptom = nil
    var newer = opening
    newer.version = "w"
    #expect(try Set([opening, blind, newer].map { try InvestigationID($0) }).count == 3)
    #expect(id.incident == opening.incident.id)
  }
}
