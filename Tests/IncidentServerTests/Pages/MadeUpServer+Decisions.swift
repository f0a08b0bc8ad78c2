import IncidentModel
import Testing

@testable import IncidentServer
@testable import Runbooks

/// What lies on the made-up server's review desk: one recommendation that waits, one that runs, one that made it worse.
extension MadeUpServer {
  static let trackRecord: TrackRecord = {
    var record = TrackRecord()
    (record.tried, record.helped, record.tryCount, record.helpedCount, record.medianSeconds) = (6.5, 5.5, 8, 7, 95)
    return record
  }()

  static func recommendations() throws -> [RecommendationView] {
    let runbook = try runbook()
    var board = ReviewBoard()
    func note(_ event: (ReviewBoard) throws -> DeskEvent) throws {
      try board.apply(DeskEntry(sequence: board.lastSequence + 1, at: now, event: event(board)))
    }
    for component in ["payment", "cart", "ledger"] {
      try note { board in
        var proposal = try Proposal(runbook, inputs: ["component": component, "pid": "4711"], askedBy: "test")
        (proposal.id, proposal.incident, proposal.findingDigest) = (board.nextID, "INC-1", "f1")
        proposal.confidence = 0.83
        proposal.reason = "A release touched \(component) two minutes before it ran out of CPU."
        proposal.alternatives = ["ledger-db: disk, 9 %", "runbook scale-out: Add two replicas"]
        return .proposed(proposal)
      }
    }
    for id in ["P2", "P3"].map(ProposalID.init(rawValue:)) {
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
      try note { _ in
        .stepEnded(
          id, StepPlace(0), StepResult(.succeeded, "exit status 0", output: "<b>4711</b> is  busy\nsince 03:12"))
      }
      try note { _ in .stepBegan(id, StepPlace(1)) }
    }
    try note { _ in .stepEnded("P3", StepPlace(1), StepResult(.succeeded, "exit status 0")) }
    try note { _ in .runEnded("P3", .applied) }
    try note { _ in .verified("P3", Verification(.worse, "It has become worse: errors > 0.5")) }
    return board.all.map { RecommendationView($0, on: board, runbook: runbook, hindrance: nil, at: now) }
  }

  private static func runbook() throws -> Runbook {
    let reading = RunbookReader.read(
      """
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
        - title: End it
          kind: run
          run: [kill, -TERM, "{{pid}}"]
          undo: {title: Start it again, run: [systemctl, start, "worker@{{component}}"]}
      expectedEffect: It is quick again.
      verification: {says: "{{component}} is no longer busy.", query: 'busy{job="{{component}}"} < 0.5', withinSeconds: 300, worse: errors > 0.5}
      blastRadius: callers
      risk: low
      reversible: true
      approvals: two
      approverRole: platform
      """, file: "end-busy-worker.yaml")
    return try #require(reading.runbook, "\(reading.problems)")
  }
}
