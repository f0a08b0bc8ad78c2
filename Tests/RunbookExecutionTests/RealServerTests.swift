import Foundation
import IncidentModel
import TestSupport
import Testing

@testable import RunbookExecution
@testable import Runbooks

/// PostgreSQL and nginx, of the test's own.
@Suite(.serialized) struct RealServerTests {
  private static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  private func desk(
    _ fixture: DeskFixture, _ guardrails: Guardrails = Guardrails(),
    _ queries: @escaping @Sendable (String) throws -> Bool
  ) throws -> ReviewDesk {
    let (now, folder) = (fixture.now, fixture.folder)
    var around = ReviewDesk.Surroundings(now: { now.withLock { $0 } })
    around.pollSeconds = 0.2
    around.queries = QuerySource { query in try await onOwnThread { try queries(query) } }
    return try ReviewDesk(
      folder: folder + "/desk", guardrails: guardrails, around: around,
      runbook: { name in try RunbookLibrary(folder: folder + "/runbooks").runbooks.first { $0.name == name } })
  }

  @Test(
    .enabled(
      if: InstalledProgram.postgresFolder != nil && getuid() == 0 && InstalledProgram.path("runuser") != nil,
      "wants PostgreSQL, and root to become its account; `make test-deps` installs it"))
  func aLockHolderOfPostgreSQLIsEnded() async throws {
    let fixture = try DeskFixture()
    let programs = try #require(InstalledProgram.postgresFolder)
    let (data, socket) = (fixture.path("data"), fixture.path("socket"))
    try await RealProcess.run(["install", "-d", "-o", "postgres", data, socket])
    try await RealProcess.run(["chmod", "755", fixture.folder])
    let port = "\(try InstalledProgram.freePort())"
    let asOwner = ["runuser", "-u", "postgres", "--"]
    let made = try await RealProcess.run(asOwner + ["\(programs)/initdb", "-D", data, "-A", "trust", "--no-sync"])
    guard made.0 == 0 else {
      Issue.record("initdb: \(made.1)")
      return
    }
    let options = "-p \(port) -k \(socket) -c listen_addresses= -c fsync=off"
    let start =
      asOwner + ["\(programs)/pg_ctl", "-D", data, "-l", "\(data)/log", "-w", "-t", "120", "-o", options, "start"]
    #expect(try await RealProcess.run(start).0 == 0)
    let ask = ["\(programs)/psql", "-U", "postgres", "-h", socket, "-p", port, "-X", "-A", "-t", "-q"]
    @Sendable func answer(_ statement: String) throws -> String {
      try RealProcess.runHere(ask + ["-c", statement]).1.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    _ = try await onOwnThread { try answer("create table carts (id int)") }
    let holder = try RealProcess.start(ask + ["-c", "begin; lock table carts; select pg_sleep(3600)"])
    let blocked = "select count(*) from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0"
    let locked =
      "select pid from pg_locks where relation = 'carts'::regclass and granted and mode = 'AccessExclusiveLock'"
    #expect(try await RealProcess.eventually { (try? Int(answer(locked)) != nil) ?? false })
    let waiter = try RealProcess.start(ask + ["-c", "select * from carts"])
    #expect(try await RealProcess.eventually { (try? answer(blocked)) == "1" })
    let pid = try await onOwnThread { try answer(locked) }
    try fixture.writeRunbook(
      inputs: "  - {name: pid, type: number, from: reviewer, minimum: 2, maximum: 4194304}\n",
      preconditions: "  - {says: Somebody waits for a lock., query: waits}",
      steps: """
          - title: End the session
            kind: run
            run: [\(programs)/psql, -U, postgres, -h, \(socket), -p, "\(port)", -X, -c, "select pg_terminate_backend({{pid}})"]
        """)
    let desk = try desk(fixture) { query in (try answer(blocked) == "0") == (query == "works") }
    let id = try await desk.propose([fixture.proposal(fixture.runbook(), inputs: ["pid": pid])])[0].proposal.id
    try await desk.approve(id, by: "ann")
    #expect(try await desk.run(id).state == .verified)
    try await onOwnThread {
      holder.waitUntilExit()
      waiter.waitUntilExit()
    }
    #expect(waiter.terminationStatus == 0 && holder.terminationStatus != 0)
    try await RealProcess.run(asOwner + ["\(programs)/pg_ctl", "-D", data, "-m", "immediate", "stop"])
  }

  @Test(
    .enabled(
      if: InstalledProgram.path("nginx") != nil && InstalledProgram.path("curl") != nil,
      "nginx or curl is not installed; `make test-deps` does it"))
  func anUpstreamOfNginxIsDrained() async throws {
    let fixture = try DeskFixture()
    let good = try LoopbackServer { _, connection in
      connection.answer(200, headers: [], "good")
      return false
    }
    let bad = try LoopbackServer { _, connection in
      connection.answer(500, headers: [], "bad")
      return false
    }
    defer {
      good.stop()
      bad.stop()
    }
    let port = try InstalledProgram.freePort()
    let servers = fixture.path("servers.conf")
    let both = "server 127.0.0.1:\(good.port) max_fails=0;\nserver 127.0.0.1:\(bad.port) max_fails=0;\n"
    try fixture.write(both, to: "servers.conf")
    try fixture.write(
      """
      daemon off; pid \(fixture.path("nginx.pid")); error_log \(fixture.path("error.log"));
      events {}
      http {
        access_log off;
        client_body_temp_path \(fixture.path("body")); proxy_temp_path \(fixture.path("proxy"));
        fastcgi_temp_path \(fixture.path("f")); uwsgi_temp_path \(fixture.path("u")); scgi_temp_path \(fixture.path("s"));
        upstream shop { include \(servers); }
        server { listen 127.0.0.1:\(port); location / { proxy_pass http://shop; } }
      }

      """, to: "nginx.conf")
    let server = try RealProcess.start(["nginx", "-c", fixture.path("nginx.conf"), "-e", fixture.path("error.log")])
    defer { server.terminate() }
    @Sendable func answers() throws -> [String] {
      try (0..<8).map { _ in
        try RealProcess.runHere(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:\(port)/"]).1
      }
    }
    #expect(try await RealProcess.eventually { ((try? answers()) ?? []).contains("500") })
    // The runbook of the library, on a machine that is this one: what stands in for ssh gives the line to a shell, as it does.
    let name = "drain-nginx-upstream"
    try fixture.write(
      String(contentsOfFile: Self.project + "/runbooks/\(name).yaml", encoding: .utf8), to: "runbooks/\(name).yaml")
    try FileManager.default.createDirectory(atPath: fixture.path("bin"), withIntermediateDirectories: true)
    _ = try fixture.script("bin/ssh", "while [ \"$1\" != -- ]; do shift; done; shift 2; exec sh -c \"$*\"")
    _ = try fixture.script(
      "bin/nginx", "exec /usr/sbin/nginx -c \(fixture.path("nginx.conf")) -e \(fixture.path("error.log")) \"$@\"")
    var guardrails = Guardrails()
    guardrails.searchPath.insert(fixture.path("bin"), at: 0)
    let desk = try desk(fixture, guardrails) { query in
      try query.hasPrefix("count(")
        || (query.hasPrefix("nginx_up") ? query.hasSuffix("== 1") : !answers().contains("500"))
    }
    let proposal = try fixture.proposal(
      fixture.runbook(name),
      inputs: [
        "service": "shop", "gateway": "gateway-1", "address": "127.0.0.1:\(bad.port)", "file": servers,
      ])
    #expect(throws: BoundRunbook.Refusal.self) {
      try BoundRunbook(fixture.runbook(name), inputs: proposal.plan.inputs.merging(["file": "x; id"]) { $1 })
    }
    let id = try await fixture.approved(desk, proposal)
    #expect(try await desk.run(id).state == .verified)
    _ = try await desk.undo(id, by: "ann", reason: "a test")
    #expect(fixture.text("servers.conf") == both)
  }
}
