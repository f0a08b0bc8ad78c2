import Foundation
import IncidentModel
import TestSupport
import Testing

@testable import RunbookExecution
@testable import Runbooks

/// From a recommendation to a remembered outcome, and everything that may stand between.
@Suite struct DeskRunTests {
  private func append(_ fixture: DeskFixture) throws -> String {
    try fixture.script("append", "echo \"$2\" >> \"$1\"")
  }

  /// Two steps that leave a line each, and their undo.
  private func twoSteps(_ fixture: DeskFixture, second: String? = nil) throws {
    let (program, log) = (try append(fixture), fixture.path("log"))
    try fixture.writeRunbook(
      steps: """
          - {title: First, kind: run, run: [\(program), \(log), one], undo: {title: Back, run: [\(program), \(log), back-one]}}
          - {title: Second, kind: run, run: [\(second ?? "\(program), \(log), two")], undo: {title: Back, run: [\(program), \(log), back-two]}}
        """, reversible: true)
  }

  @Test func proposedApprovedExecutedVerifiedRemembered() async throws {
    let fixture = try DeskFixture()
    try twoSteps(fixture)
    fixture.answers.withLock { $0["works"] = true }
    let desk = try fixture.desk()
    let id = try await desk.propose([fixture.proposal(fixture.runbook())])[0].proposal.id
    await #expect(throws: DeskError.self) { try await desk.run(id) }
    #expect(try await desk.approve(id, by: "ann").state == .approved)
    #expect(try await desk.run(id).state == .verified)
    #expect(fixture.lines("log") == ["one", "two"])
    let record = try await desk.board().memory.record(runbook: "mend", fault: .memory, at: fixture.now.withLock { $0 })
    #expect(record.tryCount == 1 && record.helpedCount == 1)
    // The same approvals carry no second run.
    await #expect(throws: DeskError.self) { try await desk.run(id) }
    await #expect(throws: DeskError.self) { try await desk.approve(id, by: "bob") }
    #expect(fixture.lines("log").count == 2)
  }

  @Test func aFailedStepIsTakenBackLastFirst() async throws {
    let fixture = try DeskFixture()
    try twoSteps(fixture, second: "/bin/false")
    let desk = try fixture.desk()
    let record = try await desk.run(fixture.approved(desk, fixture.proposal(fixture.runbook())))
    #expect(record.state == .failed("Step 2 failed: exit status 1."))
    #expect(fixture.lines("log") == ["one", "back-two", "back-one"])
    let memory = try await desk.board().memory
    #expect(memory.record(runbook: "mend", fault: .memory, at: fixture.now.withLock { $0 }).lastFailure != nil)
  }

  /// The journal as it was at every moment of a run that was killed: no step runs twice, and what has begun is asked for.
  @Test func killedAnywhereNoStepRunsTwice() async throws {
    let whole = try DeskFixture()
    try twoSteps(whole)
    whole.answers.withLock { $0["works"] = true }
    let first = try whole.desk()
    let id = try await first.run(whole.approved(first, whole.proposal(whole.runbook()))).proposal.id
    let journal = whole.lines("desk/journal.jsonl")
    let began = try #require(journal.firstIndex { $0.contains("runBegan") })
    for count in (began + 1)...journal.count {
      let fixture = try DeskFixture()
      try twoSteps(fixture)
      // The plan in the journal names the first folder's files: what was done before the kill is done.
      let done = journal[..<count].filter { $0.contains("stepBegan") }.count
      try whole.write(["one", "two"].prefix(done).map { $0 + "\n" }.joined(), to: "log")
      try FileManager.default.createDirectory(atPath: fixture.path("desk"), withIntermediateDirectories: true)
      // A line that was not finished when the power went.
      try fixture.write(
        journal[..<count].map { $0 + "\n" }.joined() + "{\"sequence\":", to: "desk/journal.jsonl")
      fixture.answers.withLock { $0["works"] = true }
      let desk = try fixture.desk()
      var record = try await desk.run(id: id, in: fixture)
      if case .ask(_, let isInterrupted)? = record.run?.next {
        #expect(isInterrupted)
        #expect(whole.lines("log").count == done)
        try await desk.answer(id, .done, by: "ann")
        record = try await desk.run(id)
      }
      #expect(record.state == .verified, "after \(count) entries")
      #expect(whole.lines("log") == ["one", "two"], "after \(count) entries")
      // What was done can still be taken back.
      if count == began + 2 {
        #expect(try await desk.undo(id, by: "ann", reason: "no good").state == .failed("Taken back: no good (ann)"))
        #expect(whole.lines("log") == ["one", "two", "back-two", "back-one"])
      }
    }
  }

  @Test func aStepForPeopleWaitsForTheirWord() async throws {
    let fixture = try DeskFixture()
    let (program, log) = (try append(fixture), fixture.path("log"))
    try fixture.writeRunbook(
      steps: """
          - {title: Pull the plug, kind: manual}
          - {title: Then, kind: run, run: [\(program), \(log), then]}
        """)
    fixture.answers.withLock { $0["works"] = true }
    let desk = try fixture.desk()
    let id = try await fixture.approved(desk, fixture.proposal(fixture.runbook()))
    #expect(try await desk.run(id).run?.next == .ask(StepPlace(0), isInterrupted: false))
    #expect(fixture.lines("log").isEmpty)
    await #expect(throws: DeskError.self) { try await desk.answer(id, .again, by: "ann") }
    try await desk.answer(id, .done, by: "ann")
    #expect(try await desk.run(id).state == .verified)
    #expect(fixture.lines("log") == ["then"])
  }

  @Test(arguments: [
    (["works": false], "noChange"), (["works": false, "worse": true], "worse"), ([:], "unknown"),
  ])
  func theVerificationQueryDecides(answers: [String: Bool], outcome: String) async throws {
    let fixture = try DeskFixture()
    try fixture.writeRunbook(
      steps: "  - {title: Do it, kind: run, run: [/bin/true], undo: {title: Back, run: [/bin/true]}}",
      verification: "{says: It works., query: works, worse: worse, withinSeconds: 60}", reversible: true)
    fixture.answers.withLock { $0 = answers.isEmpty ? [:] : ["worse": false].merging(answers) { $1 } }
    let desk = try fixture.desk()
    let record = try await desk.run(fixture.approved(desk, fixture.proposal(fixture.runbook())))
    #expect(record.run?.verification?.outcome.rawValue == outcome)
    #expect(record.state.name == "failed")
    // A source that is down says nothing about the runbook.
    let tries = try await desk.board().memory.record(runbook: "mend", fault: .memory, at: fixture.now.withLock { $0 })
    #expect(tries.tryCount == (outcome == "unknown" ? 0 : 1))
    // Worse, and taking back is proposed until somebody has said yes or no.
    #expect(record.proposesUndo == (outcome == "worse"))
    let id = record.proposal.id
    if outcome == "worse" {
      #expect(try await desk.reject(id, reason: "the load does it", by: "ann").proposesUndo == false)
      #expect(try await desk.board()[id]?.run?.keptBecause == "the load does it (ann)")
    }
    #expect(try await desk.undo(id, by: "ann", reason: "worse").state.name == "failed")
    await #expect(throws: DeskError.self) { try await desk.undo(id, by: "ann", reason: "again") }
  }

  @Test func nothingBeginsWhileAPreconditionCannotBeAsked() async throws {
    let fixture = try DeskFixture()
    let (program, log) = (try append(fixture), fixture.path("log"))
    try fixture.writeRunbook(
      preconditions: "  - {says: It is broken., query: broken}",
      steps: "  - {title: Do it, kind: run, run: [\(program), \(log), done]}")
    let desk = try fixture.desk()
    let id = try await fixture.approved(desk, fixture.proposal(fixture.runbook()))
    await #expect { try await desk.run(id) } throws: { ($0 as? DeskError)?.kind == .unavailable }
    #expect(try await desk.board()[id]?.state == .approved)
    fixture.answers.withLock { $0["broken"] = false }
    await #expect { try await desk.run(id) } throws: { ($0 as? DeskError)?.kind == .expired }
    #expect(fixture.lines("log").isEmpty)
    guard case .expired(let expiry)? = try await desk.board()[id]?.state else {
      Issue.record("not expired")
      return
    }
    #expect(expiry.kind == .preconditionFailed)
  }

  @Test func anotherDeskCannotBeginTheSameRun() async throws {
    let fixture = try DeskFixture()
    let (program, log) = (try append(fixture), fixture.path("log"))
    try fixture.writeRunbook(steps: "  - {title: Do it, kind: run, run: [\(program), \(log), done]}")
    fixture.answers.withLock { $0["works"] = true }
    let (one, two) = (try fixture.desk(), try fixture.desk())
    let id = try await fixture.approved(one, fixture.proposal(fixture.runbook()))
    async let first = try? one.run(id)
    async let second = try? two.run(id)
    let results = await [first, second].compactMap { $0 }
    #expect(results.contains { $0.state == .verified })
    #expect(fixture.lines("log") == ["done"])
  }
}

extension ReviewDesk {
  /// Goes on with a run that a killed process left behind, where there is something to go on with.
  fileprivate func run(id: ProposalID, in fixture: DeskFixture) async throws -> RemediationRecord {
    let record = try board()[id]!
    return record.state == .verified ? record : try await run(id)
  }
}
