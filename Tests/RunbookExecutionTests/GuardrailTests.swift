import Foundation
import IncidentModel
import TestSupport
import Testing

@testable import RunbookExecution
@testable import Runbooks

/// What keeps an approved action from happening.
@Suite struct GuardrailTests {
  private func fixture(
    _ terms: String = "cooldownSeconds: 0", approvals: String = "one", inputs: String = "", step: String? = nil
  ) throws -> DeskFixture {
    let fixture = try DeskFixture()
    let program = try fixture.script("append", "echo \"$2\" >> \"$1\"")
    try fixture.writeRunbook(
      inputs: inputs,
      steps: "  - {title: Do it, kind: run, run: [\(program), \(fixture.path("log")), \(step ?? "done")]}",
      terms: terms,
      approvals: approvals)
    fixture.answers.withLock { $0["works"] = true }
    return fixture
  }

  private func kind(_ desk: ReviewDesk, _ id: ProposalID) async throws -> Expiry.Kind? {
    guard case .expired(let expiry)? = try await desk.board()[id]?.state else { return nil }
    return expiry.kind
  }

  private func expect(_ kind: DeskError.Kind, _ work: () async throws -> Void) async {
    do {
      try await work()
      Issue.record("nothing was thrown where \(kind) was expected")
    } catch {
      #expect((error as? DeskError)?.kind == kind, "\(error)")
    }
  }

  @Test(arguments: [
    "; id", "$(id)", "`id`", "a|b", "a&b", "a>b", "x y", "'", "\"", "*", "~", "a\\b", "a\nb", "a\u{2028}b", "--flag",
    "-f", "", "../../etc/passwd", "a\u{0}b", "#", "{a}", "!x",
  ])
  func aHostileInputReachesNoCommand(value: String) async throws {
    let fixture = try fixture(
      inputs: "  - {name: target, type: text, from: reviewer}\n", step: "'thing/{{target}}'")
    #expect(throws: BoundRunbook.Refusal.self) {
      try BoundRunbook(fixture.runbook(), inputs: ["target": value])
    }
    let desk = try fixture.desk()
    let id = try await desk.propose([fixture.proposal(fixture.runbook(), inputs: ["target": "fine"])])[0].proposal.id
    await expect(.refused) { try await desk.amend(id, inputs: ["target": value], by: "ann") }
    try await desk.approve(id, by: "ann")
    try await desk.run(id)
    #expect(fixture.lines("log") == ["thing/fine"])
  }

  @Test(arguments: [("0x10", false), ("nan", false), ("1; drop table", false), ("51", false), ("7", true)])
  func aNumberIsANumberWithinItsLimits(value: String, isFine: Bool) throws {
    let fixture = try fixture(
      inputs: "  - {name: pid, type: number, from: reviewer, minimum: 1, maximum: 50}\n", step: "'select f({{pid}})'")
    let bound = try? BoundRunbook(fixture.runbook(), inputs: ["pid": value])
    #expect((bound != nil) == isFine)
  }

  @Test func aRunbookThatChangedAfterApprovalDoesNotRun() async throws {
    let fixture = try fixture()
    let desk = try fixture.desk()
    let id = try await fixture.approved(desk, fixture.proposal(fixture.runbook()))
    try fixture.write(fixture.text("runbooks/mend.yaml") + "# harmless?\n", to: "runbooks/mend.yaml")
    await expect(.expired) { try await desk.run(id) }
    #expect(try await kind(desk, id) == .runbookChanged)
    #expect(fixture.lines("log").isEmpty)
  }

  @Test(arguments: [
    (IncidentObservation.resolved, Expiry.Kind.resolved), (.flapping, .flapping),
    (.newerFinding(digest: "f2"), .newerFinding),
  ])
  func whatTheWorldLeftBehindIsWithdrawn(observation: IncidentObservation, expected: Expiry.Kind) async throws {
    let fixture = try fixture()
    let desk = try fixture.desk()
    let waiting = try await desk.propose([fixture.proposal(fixture.runbook())])[0].proposal.id
    try await desk.note(observation, of: "another incident")
    try await desk.approve(waiting, by: "ann")
    try await desk.note(observation, of: "I1")
    #expect(try await kind(desk, waiting) == expected)
    await expect(.expired) { try await desk.run(waiting) }
    #expect(fixture.lines("log").isEmpty)
  }

  @Test func resolvedBeforeApprovalIsWithdrawnNotRun() async throws {
    let fixture = try fixture()
    let desk = try fixture.desk()
    let id = try await desk.propose([fixture.proposal(fixture.runbook())])[0].proposal.id
    try await desk.note(.resolved, of: "I1")
    await expect(.expired) { try await desk.approve(id, by: "ann") }
    #expect(try await kind(desk, id) == .resolved)
  }

  @Test func anApprovalEndsWithTimeAndWithAClockThatWasMoved() async throws {
    for (seconds, expected) in [(1801.0, Expiry.Kind.time), (-3600, .clockMoved)] {
      let fixture = try fixture()
      let desk = try fixture.desk()
      let id = try await fixture.approved(desk, fixture.proposal(fixture.runbook()))
      fixture.advance(seconds)
      await expect(.expired) { try await desk.run(id) }
      #expect(try await kind(desk, id) == expected)
    }
  }

  @Test func anotherActionOnTheComponentVoidsAnApproval() async throws {
    let fixture = try fixture()
    let desk = try fixture.desk()
    let one = try await fixture.approved(desk, fixture.proposal(fixture.runbook()))
    let two = try await fixture.approved(desk, fixture.proposal(fixture.runbook(), incident: "I2"))
    let elsewhere = try await fixture.approved(
      desk, fixture.proposal(fixture.runbook(), incident: "I3", component: "web"))
    try await desk.run(one)
    #expect(try await kind(desk, two) == .otherAction)
    #expect(try await desk.run(elsewhere).state == .verified)
  }

  @Test func twoApprovalsAreTwoPeople() async throws {
    let fixture = try fixture(approvals: "two")
    var guardrails = Guardrails()
    guardrails.people = [
      Guardrails.Person(name: "ann", aliases: ["a.smith"], roles: ["oncall"]),
      Guardrails.Person(name: "bob", roles: ["oncall"]),
    ]
    guardrails.rules = [Guardrails.ApprovalRule(roles: ["oncall"], risk: .high)]
    let desk = try fixture.desk(guardrails)
    let id = try await desk.propose([fixture.proposal(fixture.runbook())])[0].proposal.id
    #expect(try await desk.approve(id, by: "ann", account: "uid:7").state == .proposed)
    for name in ["ann", "Ann ", "A.Smith"] { await expect(.refused) { try await desk.approve(id, by: name) } }
    await expect(.refused) { try await desk.approve(id, by: "bob", account: "uid:7") }
    await expect(.refused) { try await desk.approve(id, by: "stranger") }
    await expect(.notNow) { try await desk.run(id) }
    #expect(try await desk.approve(id, by: "bob", account: "uid:8").state == .approved)
    #expect(try await desk.run(id).state == .verified)
  }

  @Test func anApprovalDoesNotCarryOverToOtherInputs() async throws {
    let fixture = try fixture(inputs: "  - {name: target, type: text, from: reviewer}\n", step: "'{{target}}'")
    let desk = try fixture.desk()
    let id = try await fixture.approved(desk, fixture.proposal(fixture.runbook(), inputs: ["target": "a"]))
    #expect(try await desk.amend(id, inputs: ["target": "b"], by: "ann").state == .proposed)
    await expect(.notNow) { try await desk.run(id) }
  }

  /// Leave is for a place: another input may not move the action to where nobody gave any.
  @Test func whereItActsIsNoInputToBeChosen() async throws {
    let fixture = try fixture(
      inputs: """
          - {name: component, type: component, from: finding.component}
          - {name: standby, type: text, from: reviewer}

        """, step: "'{{component}}/{{standby}}'")
    var guardrails = Guardrails()
    guardrails.forbidden = [Guardrails.Prohibition(says: "hands off", components: [Guardrails.Wildcard("pay*")])]
    let desk = try fixture.desk(guardrails)
    let inputs = ["component": "api", "standby": "api-2"]
    let id = try await desk.propose([fixture.proposal(fixture.runbook(), inputs: inputs)])[0].proposal.id
    await expect(.refused) { try await desk.amend(id, inputs: ["component": "web"], by: "ann") }
    try await desk.amend(id, inputs: ["component": "api", "standby": "payments"], by: "ann")
    try await desk.approve(id, by: "ann")
    await expect(.refused) { try await desk.run(id) }
    try await desk.amend(id, inputs: ["standby": "api-3"], by: "ann")
    try await desk.approve(id, by: "ann")
    #expect(try await desk.run(id).state == .verified)
    #expect(fixture.lines("log") == ["api/api-3"])
  }

  @Test func budgetsCooldownsAndWindowsHold() async throws {
    let fixture = try fixture("cooldownSeconds: 600")
    var guardrails = Guardrails()
    guardrails.budgets = [Guardrails.ActionBudget(actions: 2, seconds: 3600)]
    let desk = try fixture.desk(guardrails)
    func run(_ incident: String, _ component: ComponentID) async throws {
      try await desk.run(
        fixture.approved(desk, fixture.proposal(fixture.runbook(), incident: incident, component: component)))
    }
    try await run("I1", "api")
    await expect(.refused) { try await run("I2", "api") }
    fixture.advance(601)
    try await run("I3", "api")
    await expect(.refused) { try await run("I4", "web") }
    fixture.advance(3600)
    try await run("I5", "web")
    // A Sunday, 03:00 UTC.
    guardrails.forbidden = [
      Guardrails.Prohibition(says: "Sundays", during: [WeeklyWindow(days: [.sun], fromMinute: 0, toMinute: 1440)])
    ]
    let strict = try fixture.desk(guardrails)
    let id = try await fixture.approved(
      strict, fixture.proposal(fixture.runbook(), incident: "I6", component: "ledger"))
    await expect(.refused) { try await strict.run(id) }
    #expect(fixture.lines("log").count == 3)
  }

  @Test func aGlobalStopEndsARunAndKeepsOthersFromBeginning() async throws {
    let fixture = try DeskFixture()
    let (started, ended) = (fixture.path("started"), fixture.path("ended"))
    let slow = try fixture.script("slow", "touch \(started); sleep 600; touch \(ended)")
    try fixture.writeRunbook(
      steps:
        "  - {title: Slow, kind: run, run: [\(slow)], withinSeconds: 900, undo: {title: Back, run: [touch, \(ended)]}}",
      reversible: true)
    let desk = try fixture.desk()
    let id = try await fixture.approved(desk, fixture.proposal(fixture.runbook()))
    let next = try await fixture.approved(
      desk, fixture.proposal(fixture.runbook(), incident: "I2", component: "web"))
    async let run = desk.run(id)
    try await onOwnThread { while !FileManager.default.fileExists(atPath: started) { usleep(10_000) } }
    // By somebody else, at another desk on the same folder.
    try await fixture.desk().stop(by: "bob", reason: "we are failing over")
    let record = try await run
    #expect(record.state == .failed("Halted: everything is stopped by bob: we are failing over"))
    #expect(!FileManager.default.fileExists(atPath: ended))
    await expect(.refused) { try await desk.run(next) }
    await expect(.refused) { try await desk.undo(id, by: "ann", reason: "tidy up") }
    try await desk.release(by: "bob")
    #expect(try await desk.undo(id, by: "ann", reason: "tidy up").state.name == "failed")
    #expect(FileManager.default.fileExists(atPath: ended))
  }

  @Test func aRejectionIsAskedForOnceAndLowersWhatItSays() async throws {
    let fixture = try fixture()
    let desk = try fixture.desk()
    let id = try await desk.propose([fixture.proposal(fixture.runbook())])[0].proposal.id
    await expect(.refused) { try await desk.reject(id, by: "ann") }
    try await desk.reject(id, kind: .tooRisky, reason: "it takes the cart down", by: "ann")
    #expect(try await desk.propose([fixture.proposal(fixture.runbook(), finding: "f2")])[0].proposal.id == id)
    let again = try await desk.propose([fixture.proposal(fixture.runbook(), incident: "I2")])[0].proposal.id
    guard case .rejected(let rejection) = try await desk.reject(again, by: "bob").state else { return }
    #expect(rejection.reason == "it takes the cart down" && rejection.kind == .tooRisky)
    let memory = try await desk.board().memory
    let now = fixture.now.withLock { $0 }
    #expect(memory.standing(runbook: "mend", fault: .cpu, component: "api", at: now) == .rejected)
    #expect(memory.standing(runbook: "mend", fault: .memory, component: "web", at: now) == .untold)
  }

  @Test func aGoodRecordApprovesByPolicy() async throws {
    let fixture = try DeskFixture()
    try fixture.writeRunbook(
      steps: "  - {title: Do it, kind: run, run: [/bin/true], undo: {title: Back, run: [/bin/true]}}", reversible: true)
    fixture.answers.withLock { $0["works"] = true }
    var guardrails = Guardrails()
    guardrails.budgets = []
    guardrails.preapproved = [
      Guardrails.Preapproval(runbooks: [Guardrails.Wildcard("m*d")], tried: 4.9, helped: 0.5)
    ]
    let desk = try fixture.desk(guardrails)
    for number in 1...5 {
      let proposed = try await desk.propose([fixture.proposal(fixture.runbook(), incident: "I\(number)")])[0]
      #expect(proposed.state == .proposed)
      try await desk.approve(proposed.proposal.id, by: "ann")
      try await desk.run(proposed.proposal.id)
    }
    let free = try await desk.propose([fixture.proposal(fixture.runbook(), incident: "I9")])[0]
    #expect(free.state == .approved && free.approvals.map(\.person) == [Approval.policy])
    // What a person asks for without a finding has no record to stand on.
    let byHand = try await desk.propose([fixture.proposal(fixture.runbook(), incident: "I10", confidence: nil)])[0]
    #expect(byHand.state == .proposed)
  }
}
