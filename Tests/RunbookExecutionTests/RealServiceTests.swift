import Foundation
import IncidentModel
import TestSupport
import Testing

@testable import RunbookExecution
@testable import Runbooks

/// Real faults of real programs on the loopback: approved, mended, verified by looking at the program, remembered.
@Suite(.serialized) struct RealServiceTests {
  /// Proposes, approves and runs the fixture's only runbook, with queries that look at the program.
  private func mend(
    _ fixture: DeskFixture, inputs: [String: String] = [:],
    queries: @escaping @Sendable (String) throws -> Bool
  ) async throws -> (desk: ReviewDesk, record: RemediationRecord) {
    let (now, folder) = (fixture.now, fixture.folder)
    var around = ReviewDesk.Surroundings(now: { now.withLock { $0 } })
    around.pollSeconds = 0.2
    around.queries = QuerySource { query in try await onOwnThread { try queries(query) } }
    let desk = try ReviewDesk(
      folder: folder + "/desk", guardrails: Guardrails(), around: around,
      runbook: { name in try RunbookLibrary(folder: folder + "/runbooks").runbooks.first { $0.name == name } })
    let id = try await fixture.approved(desk, fixture.proposal(fixture.runbook(), inputs: inputs))
    let record = try await desk.run(id)
    let memory = try await desk.board().memory
    let track = memory.record(runbook: "mend", fault: .memory, at: fixture.now.withLock { $0 })
    #expect(track.tryCount == 1 && track.helpedCount == 1)
    #expect(record.state == .verified, "\(record.state) \(record.run.map { "\($0.steps)" } ?? "")")
    return (desk, record)
  }

  @Test func aWedgedServiceIsRestarted() async throws {
    let fixture = try DeskFixture()
    let (pidFile, beat) = (fixture.path("pid"), fixture.path("beat"))
    // It works while the file is not there; then it stands still and hears no SIGTERM.
    let service = try fixture.script(
      "service",
      "trap '' TERM; echo $$ > \(pidFile); while [ ! -e \(fixture.path("wedge")) ]; do date +%s%N > \(beat); sleep 0.1; done; while :; do sleep 1; done"
    )
    let start = try fixture.script(
      "start", "rm -f \(fixture.path("wedge")); setsid -f \(service) > /dev/null 2>&1 < /dev/null")
    try await RealProcess.run([start])
    #expect(try await RealProcess.eventually { FileManager.default.fileExists(atPath: beat) })
    let old = fixture.text("pid")
    try fixture.write("", to: "wedge")
    #expect(
      try await RealProcess.eventually {
        let before = try? String(contentsOfFile: beat, encoding: .utf8)
        usleep(600_000)
        return before == (try? String(contentsOfFile: beat, encoding: .utf8))
      })
    let stop = try fixture.script("stop", "kill -9 $(cat \(pidFile)); rm -f \(beat)")
    try fixture.writeRunbook(
      preconditions: "  - {says: It stands still., query: still}",
      steps: """
          - {title: End it, kind: run, run: [\(stop)]}
          - {title: Start it, kind: run, run: [\(start)]}
        """)
    _ = try await mend(fixture) { query in
      let before = try? String(contentsOfFile: beat, encoding: .utf8)
      usleep(400_000)
      let after = try? String(contentsOfFile: beat, encoding: .utf8)
      return query == "still" ? before == after : before != after && after != nil
    }
    #expect(fixture.text("pid") != old)
    try await RealProcess.run([stop])
  }

  @Test(.enabled(if: getuid() == 0, "only root can mount a small file system"))
  func aFullDiskIsCleaned() async throws {
    let fixture = try DeskFixture()
    let disk = fixture.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    guard try await RealProcess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).0 == 0 else { return }
    try await RealProcess.run(["dd", "if=/dev/zero", "of=\(disk)/old.log", "bs=4096", "count=1000"])
    try fixture.writeRunbook(
      preconditions: "  - {says: It is full., query: full}",
      steps: "  - {title: Drop the old log, kind: run, run: [truncate, --size=0, \(disk)/old.log]}")
    _ = try await mend(fixture) { query in
      let space = try FileManager.default.attributesOfFileSystem(forPath: disk)
      let free = (space[.systemFreeSize] as? NSNumber)?.intValue ?? 0
      return query == "full" ? free < 4096 : free > 900_000
    }
    try await RealProcess.run(["umount", disk])
  }

  @Test(
    .enabled(
      if: InstalledProgram.path("redis-server") != nil, "redis-server is not installed; `make test-deps` does it"))
  func aMemoryLimitOfRedisIsRaised() async throws {
    let fixture = try DeskFixture()
    let port = "\(try InstalledProgram.freePort())"
    let server = try RealProcess.start([
      "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--maxmemory", "2mb", "--dir",
      fixture.folder,
    ])
    defer { RealProcess.end(server) }
    @Sendable func ask(_ words: String...) throws -> String {
      try RealProcess.runHere(["redis-cli", "-p", port] + words).1
    }
    #expect(try await RealProcess.eventually { (try? ask("ping").hasPrefix("PONG")) ?? false })
    let filler = String(repeating: "x", count: 64 << 10)
    try await onOwnThread { for number in 0..<60 { _ = try ask("set", "k\(number)", filler) } }
    try fixture.writeRunbook(
      inputs: """
          - {name: limit, type: text, from: reviewer, choices: [32mb, 64mb]}
          - {name: previousLimit, type: text, from: reviewer}

        """, preconditions: "  - {says: Writes are refused., query: refused}",
      steps: """
          - title: Raise the limit
            kind: run
            run: [redis-cli, -p, "\(port)", config, set, maxmemory, "{{limit}}"]
            undo: {title: Set it back, run: [redis-cli, -p, "\(port)", config, set, maxmemory, "{{previousLimit}}"]}
        """, reversible: true)
    let (desk, record) = try await mend(fixture, inputs: ["limit": "32mb", "previousLimit": "2mb"]) { query in
      (try ask("set", "probe", filler).contains("OOM")) == (query == "refused")
    }
    #expect(try await onOwnThread { try ask("config", "get", "maxmemory") }.contains("33554432"))
    _ = try await desk.undo(record.proposal.id, by: "ann", reason: "a test")
    #expect(try await onOwnThread { try ask("config", "get", "maxmemory") }.contains("2097152"))
  }

  @Test func aBadReleaseIsRolledBack() async throws {
    let fixture = try DeskFixture()
    for (version, answer) in [("1", "works"), ("2", "fails")] {
      try FileManager.default.createDirectory(atPath: fixture.path(version), withIntermediateDirectories: true)
      try fixture.write(answer, to: "\(version)/answer")
    }
    let link = fixture.path("current")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: fixture.path("2"))
    try fixture.writeRunbook(
      inputs: "  - {name: version, type: version, from: finding.previousVersion}\n",
      preconditions: "  - {says: It fails., query: fails}",
      steps: """
          - title: Point to the release before
            kind: run
            run: [ln, -sfn, "\(fixture.folder)/{{version}}", \(link)]
            undo: {title: Point to the new one, run: [ln, -sfn, \(fixture.path("2")), \(link)]}
        """, reversible: true)
    let (desk, record) = try await mend(fixture, inputs: ["version": "1"]) { query in
      try String(contentsOfFile: link + "/answer", encoding: .utf8) == query
    }
    _ = try await desk.undo(record.proposal.id, by: "ann", reason: "a test")
    #expect(fixture.text("current/answer") == "fails")
  }
}
