import Foundation
import IncidentModel
import TestSupport
import Testing

@testable import Commands
@testable import Runbooks

/// The full-screen desk as it stands on a terminal of 80 columns and 24 rows.
@Suite struct ReviewGoldenTests {
  private let now = Timestamp(seconds: 1_772_334_000)!

  private func runbook() throws -> Runbook {
    let text = """
      name: end-busy-worker
      title: End the busy worker of {{component}}
      purpose: For pictures.
      owner: platform
      appliesTo: {faults: [cpu], roles: [application], kinds: [service], minimumConfidence: 0.5}
      inputs:
        - {name: component, type: component, from: finding.component}
        - {name: pid, type: number, from: reviewer, minimum: 2, maximum: 4194304}
      preconditions:
        - {says: "{{component}} is busy.", query: 'rate(process_cpu_seconds_total{job="{{component}}"}[1m]) > 0.9'}
      steps:
        - {title: Look at what it does, kind: run, run: [ps, -o, "pid,etime,args", -p, "{{pid}}"], readOnly: true}
        - {title: Take it out of the balancer, kind: manual, undo: {title: Put it back}}
        - title: End it
          kind: run
          run: [kill, -TERM, "{{pid}}"]
          undo: {title: Start it again, run: [systemctl, start, "worker@{{component}}"]}
      expectedEffect: It is quick again.
      verification: {says: It is no longer busy., query: 'busy{job="{{component}}"} < 0.5', withinSeconds: 300, worse: errors > 0.5}
      blastRadius: callers
      risk: low
      reversible: true
      approvals: two
      approverRole: platform
      """
    let reading = RunbookReader.read(text, file: "end-busy-worker.yaml")
    return try #require(reading.runbook, "\(reading.problems)")
  }

  /// One that waits, one that asks, one that made it worse, one that helped.
  private func board() throws -> ReviewBoard {
    let runbook = try runbook()
    var board = ReviewBoard()
    func note(_ event: (ReviewBoard) throws -> DeskEvent) throws {
      try board.apply(DeskEntry(sequence: board.lastSequence + 1, at: now, event: event(board)))
    }
    for component in ["payment", "cart", "ledger", "mail"] {
      try note { board in
        var proposal = try Proposal(runbook, inputs: ["component": component, "pid": "4711"], askedBy: "test")
        (proposal.id, proposal.incident, proposal.findingDigest) = (board.nextID, "I-\(component)", "f1")
        (proposal.confidence, proposal.path) = (0.83, [ComponentID(component), "checkout", "frontend"])
        proposal.statement = "\(component) ran out of CPU at 03:12:40, two minutes after its release."
        proposal.evidence = [
          "CPU of \(component) rose from 0.2 to 1.9 cores at 03:12:40.", "Its callers slowed after it.",
        ]
        proposal.reason = "A process of \(component) has been busy since its release."
        proposal.alternatives = ["ledger-db: disk, 9 %", "runbook scale-out: Add two replicas"]
        return .proposed(proposal)
      }
    }
    for (id, outcome) in [("P2", nil), ("P3", Verification.Outcome.worse), ("P4", .helped)]
      as [(ProposalID, Verification.Outcome?)]
    {
      for person in ["ann", "bob"] {
        try note { board in
          let proposal = try #require(board[id]).proposal
          return .approved(
            id,
            Approval(
              person: person, account: nil, at: now, runbookDigest: runbook.digest, planDigest: proposal.plan.digest,
              observed: board.observed(proposal), validSeconds: 1800))
        }
      }
      try note { board in .runBegan(id, key: try #require(board[id]).key, try #require(board[id]).proposal.plan) }
      try note { _ in .stepBegan(id, StepPlace(0)) }
      try note { _ in .stepEnded(id, StepPlace(0), StepResult(.succeeded, "exit status 0")) }
      guard let outcome else { continue }
      try note { _ in .answered(id, StepPlace(1), .done, by: "ann") }
      try note { _ in .stepBegan(id, StepPlace(2)) }
      try note { _ in .stepEnded(id, StepPlace(2), StepResult(.succeeded, "exit status 0")) }
      try note { _ in .runEnded(id, .applied) }
      try note { _ in
        .verified(
          id,
          outcome == .helped
            ? Verification(.helped, "It is no longer busy.", seconds: 45)
            : Verification(.worse, "It has become worse: errors > 0.5"))
      }
    }
    return board
  }

  private func expect(_ name: String, _ screen: ReviewScreen) throws {
    let lines = screen.lines(width: 80, height: 24)
    #expect(lines.count == 24 && lines.allSatisfy { $0.count <= 80 })
    try Golden("\(name).txt").expect(lines.map { $0.replacing(#/ +$/#, with: "") }.joined(separator: "\n") + "\n")
  }

  @Test func whatWaits() throws { try expect("screen-waits", ReviewScreen(try board(), now: now)) }

  @Test func theRestOfIt() throws {
    var screen = ReviewScreen(try board(), now: now)
    _ = screen.press(.pageDown)
    _ = screen.press(.pageDown)
    try expect("screen-steps", screen)
  }

  @Test func whatAsks() throws {
    var screen = ReviewScreen(try board(), now: now)
    _ = screen.press(.down)
    _ = screen.press(.character("r"))
    try expect("screen-asks", screen)
  }

  @Test func whatMadeItWorse() throws {
    var screen = ReviewScreen(try board(), now: now)
    _ = screen.press(.down)
    _ = screen.press(.down)
    try expect("screen-worse", screen)
    // Saying no to taking it back asks for a reason, and for nothing else.
    _ = screen.press(.character("x"))
    for letter in "load" { _ = screen.press(.character(letter)) }
    #expect(screen.press(.enter) == .reject("P3", .notNow, reason: "load"))
  }

  @Test func aRejectionIsAskedFor() throws {
    var screen = ReviewScreen(try board(), now: now)
    _ = screen.press(.character("x"))
    try expect("screen-why-not", screen)
  }

  @Test func stoppedAndEmpty() throws {
    var board = ReviewBoard()
    try board.apply(DeskEntry(sequence: 1, at: now, event: .stopped(by: "bob", reason: "we are failing over")))
    try expect("screen-stopped", ReviewScreen(board, now: now))
  }
}
