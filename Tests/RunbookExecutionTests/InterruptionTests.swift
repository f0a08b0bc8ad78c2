import Foundation
import IncidentModel
import TestSupport
import Testing

@testable import RunbookExecution
@testable import Runbooks

/// What was broken off: it is neither done twice nor left half done for good.
@Suite struct InterruptionTests {
  private func expect(_ kind: DeskError.Kind, _ work: () async throws -> Void) async {
    do {
      try await work()
      Issue.record("nothing was thrown where \(kind) was expected")
    } catch {
      #expect((error as? DeskError)?.kind == kind, "\(error)")
    }
  }

  /// The journal of a desk that was killed while its first step ran.
  private func killed(_ fixture: DeskFixture) async throws -> (desk: ReviewDesk, id: ProposalID) {
    let log = fixture.path("log")
    try fixture.writeRunbook(steps: "  - {title: Do it, kind: run, run: [touch, \(log)]}")
    fixture.answers.withLock { $0["works"] = true }
    let first = try fixture.desk()
    let id = try await first.run(fixture.approved(first, fixture.proposal(fixture.runbook()))).proposal.id
    let journal = fixture.lines("desk/journal.jsonl")
    let began = try #require(journal.firstIndex { $0.contains("stepBegan") })
    try fixture.write(journal[...began].map { $0 + "\n" }.joined(), to: "desk/journal.jsonl")
    try FileManager.default.removeItem(atPath: log)
    return (try fixture.desk(), id)
  }

  @Test func whatOutlivedItsDeskIsNotDoneAgainWhileItRuns() async throws {
    let fixture = try DeskFixture()
    let (desk, id) = try await killed(fixture)
    let run = try #require(try await desk.run(id).run)
    #expect(run.next == .ask(StepPlace(0), isInterrupted: true))
    let left = SpawnedProcess()
    left.executableURL = URL(filePath: "/bin/sleep")
    left.arguments = ["600"]
    left.environment = [StepMark.variable: StepMark(id, run, StepPlace(0)).text]
    try await onOwnThread { try left.run() }
    #expect(StepMark(id, run, StepPlace(0)).processes.contains(left.processIdentifier))
    await expect(.notNow) { try await desk.answer(id, .again, by: "ann") }
    #expect(!FileManager.default.fileExists(atPath: fixture.path("log")))
    try await onOwnThread {
      kill(left.processIdentifier, SIGKILL)
      left.waitUntilExit()
    }
    try await desk.answer(id, .again, by: "ann")
    #expect(try await desk.run(id).state == .verified)
    #expect(FileManager.default.fileExists(atPath: fixture.path("log")))
  }

  /// The journal alone cannot tell a step that runs from one that was interrupted; the desk can.
  @Test func aStepThatRunsIsNotJudged() async throws {
    let fixture = try DeskFixture()
    let (started, log) = (fixture.path("started"), fixture.path("log"))
    let slow = try fixture.script("slow", "echo begun >> \(log); touch \(started); sleep 600")
    try fixture.writeRunbook(steps: "  - {title: Slow, kind: run, run: [\(slow)], withinSeconds: 900}")
    let desk = try fixture.desk()
    let id = try await fixture.approved(desk, fixture.proposal(fixture.runbook()))
    async let run = desk.run(id)
    try await onOwnThread { while !FileManager.default.fileExists(atPath: started) { usleep(10_000) } }
    #expect(try await desk.isRunning(id))
    for answer in StepAnswer.allCases {
      await expect(.busy) { try await fixture.desk().answer(id, answer, by: "ann") }
    }
    try await fixture.desk().halt(id, by: "ann")
    #expect(try await run.state == .failed("Halted: by ann"))
    #expect(try await !desk.isRunning(id) && fixture.lines("log") == ["begun"])
  }

  @Test func anUndoThatWentWrongCanBeTriedAgainAndOneThatWentWellCannot() async throws {
    let fixture = try DeskFixture()
    let (ready, log) = (fixture.path("ready"), fixture.path("log"))
    let back = try fixture.script("back", "test -e \(ready) && echo back >> \(log)")
    try fixture.writeRunbook(
      steps: """
          - {title: Do it, kind: run, run: [/bin/true], undo: {title: Back, run: [\(back)]}}
          - {title: Look, kind: run, run: [/bin/true], readOnly: true}
        """, reversible: true)
    fixture.answers.withLock { $0["works"] = true }
    let desk = try fixture.desk()
    let id = try await fixture.approved(desk, fixture.proposal(fixture.runbook()))
    await expect(.notNow) { try await desk.undo(id, by: "ann", reason: "too early") }
    try await desk.run(id)
    #expect(try await desk.undo(id, by: "ann", reason: "no good").run?.notTakenBack == ["Back"])
    try fixture.write("", to: "ready")
    #expect(try await desk.undo(id, by: "ann", reason: "no good").run?.notTakenBack == [])
    #expect(fixture.lines("log") == ["back"])
    await expect(.notNow) { try await desk.undo(id, by: "ann", reason: "once more") }
  }

  @Test func whatNoProgramCanTakeBackIsNotSaidToBeTakenBack() async throws {
    let fixture = try DeskFixture()
    try fixture.writeRunbook(steps: "  - {title: Do it, kind: run, run: [/bin/true]}")
    fixture.answers.withLock { $0["works"] = true }
    let desk = try fixture.desk()
    let id = try await fixture.approved(desk, fixture.proposal(fixture.runbook()))
    try await desk.run(id)
    await expect(.notNow) { try await desk.undo(id, by: "ann", reason: "no good") }
    #expect(try await desk.board()[id]?.state == .verified)
  }

  /// Advice that was rejected is not asked for again, but that it was found anew voids what was approved before.
  @Test func aNewerFindingCountsAlsoWhereItsAdviceIsKnown() async throws {
    let fixture = try DeskFixture()
    for name in ["mend", "other"] {
      try fixture.writeRunbook(name, steps: "  - {title: Do it, kind: run, run: [/bin/true]}")
    }
    let desk = try fixture.desk()
    let rejected = try await desk.propose([fixture.proposal(fixture.runbook("other"))])[0].proposal.id
    try await desk.reject(rejected, kind: .wrongCause, reason: "not this", by: "ann")
    let approved = try await fixture.approved(desk, fixture.proposal(fixture.runbook()))
    #expect(
      try await desk.propose([fixture.proposal(fixture.runbook("other"), finding: "f2")])[0].proposal.id == rejected)
    guard case .expired(let expiry)? = try await desk.board()[approved]?.state else {
      Issue.record("the approval still counts")
      return
    }
    #expect(expiry.kind == .newerFinding)
  }

  @Test func anApprovalIsForWhatWasShownAndOneThatIsTooOldCanBeAskedForAgain() async throws {
    let fixture = try DeskFixture()
    try fixture.writeRunbook(
      inputs: "  - {name: target, type: text, from: reviewer}\n",
      steps: "  - {title: Do it, kind: run, run: [echo, '{{target}}']}")
    let desk = try fixture.desk()
    let id = try await desk.propose([fixture.proposal(fixture.runbook(), inputs: ["target": "a"])])[0].proposal.id
    func shown() async throws -> String {
      let board = try await desk.board()
      return board.digest(shown: try #require(board[id]))
    }
    let before = try await shown()
    try await desk.amend(id, inputs: ["target": "b"], by: "bob")
    await expect(.notNow) { try await desk.approve(id, by: "ann", shown: before) }
    await expect(.notNow) { try await desk.renew(id, by: "ann") }
    #expect(try await desk.approve(id, by: "ann", shown: shown()).state == .approved)
    fixture.advance(1801)
    let again = try await desk.renew(id, by: "ann")
    #expect(again.proposal.id != id && again.state == .proposed && again.proposal.plan.inputs == ["target": "b"])
    await expect(.notNow) { try await desk.renew(id, by: "ann") }
    try await desk.note(.resolved, of: "I1")
    await expect(.expired) { try await desk.renew(again.proposal.id, by: "ann") }
  }

  @Test func onlyThoseWhoMayApproveMayAnswerAndTakeBack() async throws {
    let fixture = try DeskFixture()
    try fixture.writeRunbook(
      steps: """
          - {title: Do it, kind: run, run: [/bin/true], undo: {title: Back, run: [/bin/true]}}
          - {title: Look, kind: manual, readOnly: true}
        """, reversible: true)
    fixture.answers.withLock { $0["works"] = true }
    var guardrails = Guardrails()
    guardrails.people = [Guardrails.Person(name: "ann", roles: ["oncall"]), Guardrails.Person(name: "bob")]
    guardrails.rules = [Guardrails.ApprovalRule(roles: ["oncall"], risk: .high)]
    let desk = try fixture.desk(guardrails)
    let id = try await fixture.approved(desk, fixture.proposal(fixture.runbook()))
    try await desk.run(id)
    for name in ["bob", "stranger"] { await expect(.refused) { try await desk.answer(id, .done, by: name) } }
    try await desk.answer(id, .done, by: "ann")
    try await desk.run(id)
    for name in ["bob", "stranger"] { await expect(.refused) { try await desk.undo(id, by: name, reason: "no") } }
    // Anybody may stop; who lets it go on has to be known.
    try await desk.stop(by: "stranger", reason: "fire")
    await expect(.refused) { try await desk.release(by: "stranger") }
    try await desk.release(by: "bob")
  }
}
