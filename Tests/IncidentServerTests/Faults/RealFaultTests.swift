import Foundation
import TestSupport
import Testing
import TextReading

@testable import IncidentServer

/// Real faults of real programs, each from what a real Prometheus records of them: an alert, an investigation that names
/// component and kind of fault, the library's runbook first among those that fit, leave, execution, the verification
/// query, and what is remembered. `AlertToVerifiedEndTests` does the same with a worker that hangs.
@Suite(.timeLimit(.minutes(8))) struct RealFaultTests {
  private static let tools =
    InstalledProgram.has("prometheus", "python3") ? nil : "wants Prometheus and Python; `make test-deps` installs them"

  /// What an engineer does with the first recommendation.
  private struct Case {
    var component: String
    var fault: String
    var runbook: String
    /// Inputs that the finding has to give.
    var found: [String: String] = [:]
    /// Inputs that a person gives.
    var given: [String: String] = [:]
  }

  /// Amends, approves and runs the first recommendation, and sees it verified and remembered.
  /// - Returns: The address of the recommendation.
  private func carryThrough(_ expected: Case, _ server: ServerProcess) async throws -> String {
    do {
      try await server.until("something is recommended", seconds: 60) {
        try await $0.get("/api/v1/recommendations")["items"]?.array?.isEmpty == false
      }
    } catch {
      let found = try await server.get("/api/v1/incidents/INC-1")["report"]?["findings"]?.array ?? []
      let says = found.map {
        "\($0["component"]?.string ?? "") \($0["fault"]?.string ?? ""): \($0["statement"]?.string ?? "")"
      }
      Issue.record("nothing is recommended; found \(says)")
      throw error
    }
    let advice = try #require(try await server.get("/api/v1/recommendations")["items"]?.array?.first)
    let summary =
      "\(advice["component"]?.string ?? "") \(advice["fault"]?.string ?? ""): \(advice["statement"]?.string ?? "")"
    #expect(advice["component"]?.string == expected.component, "\(summary)")
    #expect(advice["fault"]?.string == expected.fault, "\(summary)")
    #expect(advice["runbook"]?.string == expected.runbook, "\(summary)")
    let inputs = advice["inputs"]?.array ?? []
    for (name, value) in expected.found {
      #expect(inputs.first { $0["name"]?.string == name }?["value"]?.string == value, "\(name)")
    }
    let base = "/api/v1/recommendations/\(try #require(advice["id"]?.string))"
    if !expected.given.isEmpty {
      let given = JSONValue.object(["inputs": .object(expected.given.mapValues { .string($0) })]).text
      #expect(await server.post(base + "/amend", given) == 200)
    }
    #expect(await server.post(base + "/run", "{}") == 409, "nobody has approved it")
    let shown = try #require(try await server.get(base)["shown"]?.string)
    #expect(await server.post(base + "/approve", "{\"shown\": \"\(shown)\"}") == 200)
    #expect(await server.post(base + "/run", "{}") == 200)
    try await server.until("it has ended", seconds: 120) {
      let now = try await $0.get(base)
      if now["question"]?["step"] != nil { _ = await $0.post(base + "/answer", "{\"answer\": \"done\"}") }
      return ["verified", "failed", "expired"].contains(now["state"]?.string)
    }
    let end = try await server.get(base)
    #expect(
      end["state"] == "verified" && end["outcome"] == "helped",
      "\(end["stateDetail"]?.string ?? "") \(end["steps"]?.text ?? "")")
    let remembered = try await server.get("/api/v1/runbooks/\(expected.runbook)")["tracks"]?.array?.first
    #expect(remembered?["fault"]?.string == expected.fault && remembered?["helped"]?.integer == 1)
    try await server.until("the alert is over") {
      try await $0.get("/api/v1/alerts?alertname=RequestsFail")["items"]?.array?.first?["state"] == "resolved"
    }
    return base
  }

  private func undone(_ base: String, _ server: ServerProcess, _ isSo: @escaping @Sendable () async throws -> Bool)
    async throws
  {
    #expect(await server.post(base + "/undo", "{\"reason\": \"a test\"}") == 200)
    try await server.until("it is taken back") { _ in try await isSo() }
  }

  @Test(
    .enabled(
      if: tools == nil
        && InstalledProgram.has(
          "redis-server", "redis-cli", "redis-benchmark", "prometheus-redis-exporter", "prometheus-node-exporter"),
      "wants Prometheus, Python, Redis and its exporter; `make test-deps` installs them"))
  func aMemoryLimitOfRedisIsRaised() async throws {
    let rig = try FaultRig()
    defer { rig.remove() }
    let ports = try (0..<4).map { _ in try InstalledProgram.freePort() }
    try rig.standIn(
      "redis-cli",
      "[ \"$1 $2 $3\" = '-e -h cart-cache' ] || exit 64; shift 3; exec /usr/bin/redis-cli -e -p \(ports[0]) \"$@\"")
    try await rig.start([
      "redis-server", "--port", "\(ports[0])", "--bind", "127.0.0.1", "--save", "", "--maxmemory", "48mb",
    ])
    try await rig.service("carts", port: ports[1], needs: ["cart-cache=redis:\(ports[0])"], load: 20)
    try await rig.start([
      "prometheus-redis-exporter", "-redis.addr", "redis://127.0.0.1:\(ports[0])", "-web.listen-address",
      "127.0.0.1:\(ports[2])",
    ])
    try await rig.start([
      "prometheus-node-exporter", "--web.listen-address=127.0.0.1:\(ports[3])", "--collector.disable-defaults",
      "--collector.meminfo",
    ])
    let server = try await rig.watch(
      [
        .init(job: "carts", port: ports[1]), .init(job: "cart-cache", port: ports[2], instance: "cart-cache"),
        .init(
          job: "node", port: ports[3], instance: "cache-1:9100",
          relabeling: "keep __name__ (up|node_memory_MemAvailable_bytes)"),
      ], alertingOn: "carts")
    // An import fills it up to its limit.
    try await rig.run([
      "redis-benchmark", "-p", "\(ports[0])", "-t", "set", "-c", "1", "-d", "4000", "-r", "1000000", "-n", "14000",
      "-q",
    ])
    let base = try await carryThrough(
      Case(
        component: "cart-cache", fault: "memory", runbook: "raise-cache-memory", found: ["component": "cart-cache"],
        given: ["limit": "128mb", "previousLimit": "48mb"]), server)
    @Sendable func limit() async throws -> String {
      try await rig.run(["redis-cli", "-p", "\(ports[0])", "config", "get", "maxmemory"]).output
    }
    #expect(try await limit().contains("134217728"))
    try await undone(base, server) { try await limit().contains("50331648") }
  }

  @Test(
    .enabled(
      if: tools == nil && getuid() == 0 && InstalledProgram.postgresFolder != nil
        && InstalledProgram.has("runuser", "psql", "prometheus-postgres-exporter"),
      "wants Prometheus, Python, PostgreSQL with its exporter, and root to become its account"))
  func aLockHolderOfPostgreSQLIsEnded() async throws {
    let rig = try FaultRig()
    defer { rig.remove() }
    let ports = try (0..<3).map { _ in try InstalledProgram.freePort() }
    try await rig.startPostgres(port: ports[0])
    let ask = ["psql", "-h", "127.0.0.1", "-p", "\(ports[0])", "-U", "postgres", "-X", "-A", "-t", "-q"]
    try await rig.run(ask + ["-c", "create table carts (id int, count int); insert into carts values (1, 0)"])
    // Names are resolved elsewhere: the port stands for the host.
    try rig.standIn(
      "psql",
      """
      n=$#; while [ $n -gt 0 ]; do [ "$1" = --host=orders-db ] || set -- "$@" "$1"; shift; n=$((n - 1)); done
      exec /usr/bin/psql -h 127.0.0.1 -p \(ports[0]) -U postgres "$@"
      """)
    try rig.write(
      """
      pg_lock:
        query: "SELECT count(*) AS waiting FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        metrics: [{waiting: {usage: GAUGE, description: sessions that wait for a lock}}]

      """, to: "queries.yml")
    try await rig.service("orders", port: ports[1], needs: ["orders-db=postgres:\(ports[0])"], load: 20)
    try await rig.start(
      [
        "prometheus-postgres-exporter", "--web.listen-address=127.0.0.1:\(ports[2])",
        "--extend.query-path=\(rig.path("queries.yml"))",
      ],
      environment: [
        "DATA_SOURCE_NAME": "postgresql://postgres@127.0.0.1:\(ports[0])/postgres?sslmode=disable"
      ])
    // How many sessions are active is read as how much is asked of it, and more sessions wait here because less is done.
    let server = try await rig.watch(
      [
        .init(job: "orders", port: ports[1]),
        .init(
          job: "orders-db", port: ports[2], instance: "orders-db", relabeling: "drop __name__ pg_stat_activity_count"),
      ], alertingOn: "orders")
    let holder = try await rig.start(ask + ["-c", "begin; lock table carts; select pg_sleep(3600)"])
    let held =
      "select pid from pg_locks where relation = 'carts'::regclass and granted and mode = 'AccessExclusiveLock'"
    try await server.until("the lock is held") { _ in
      try await Int(rig.run(ask + ["-c", held]).output.trimmingCharacters(in: .whitespacesAndNewlines)) != nil
    }
    let pid = try await rig.run(ask + ["-c", held]).output.trimmingCharacters(in: .whitespacesAndNewlines)
    _ = try await carryThrough(
      Case(
        component: "orders-db", fault: "code", runbook: "end-lock-holder", found: ["component": "orders-db"],
        given: ["pid": pid]), server)
    try await onOwnThread { holder.waitUntilExit() }
    #expect(holder.terminationStatus != 0)
  }

  @Test(
    .enabled(
      if: tools == nil && getuid() == 0 && InstalledProgram.has("unshare", "setsid", "prometheus-node-exporter"),
      "wants Prometheus, Python, a node exporter, and root to have a /srv of its own"))
  func aBadReleaseIsRolledBack() async throws {
    let rig = try FaultRig()
    defer { rig.remove() }
    let ports = try (0..<3).map { _ in try InstalledProgram.freePort() }
    for (release, behaviour) in [(1, "works"), (2, "fails")] {
      let folder = "srv/payment/releases/\(release)"
      try FileManager.default.createDirectory(atPath: rig.path(folder), withIntermediateDirectories: true)
      try rig.write(behaviour, to: folder + "/behaviour")
    }
    // The machine has a /srv of its own, and a unit that runs what its link points to.
    try rig.standInForSSH(
      to: "shop-1",
      within: "exec unshare -m sh -c 'mount --bind \(rig.path("srv")) /srv && exec sh -c \"$1\"' sh \"$*\"")
    try rig.standIn(
      "systemctl",
      """
      [ "$*" = 'restart payment.service' ] || exit 5
      [ ! -e \(rig.path("pid")) ] || kill $(cat \(rig.path("pid")))
      exec setsid -f sh -c 'echo $$ > \(rig.path("pid"))
        exec python3 \(FaultRig.service) payment \(ports[0]) /srv/payment' > /dev/null 2>&1 < /dev/null
      """)
    rig.whenRemoved {
      if let pid = Int32(rig.text("pid").trimmingCharacters(in: .whitespacesAndNewlines)) { kill(pid, SIGKILL) }
    }
    let machine = ["env", "PATH=\(rig.programs):/usr/bin:/bin:/usr/sbin:/sbin", "\(rig.programs)/ssh", "--", "shop-1"]
    // Not waited for: what it leaves running would hold that up.
    func release(_ number: Int) async throws {
      let before = rig.text("pid")
      let line = "ln -sfn /srv/payment/releases/\(number) /srv/payment/current && systemctl restart payment.service"
      try await rig.start(machine + [line])
      for _ in 0..<600 where rig.text("pid") == before { _ = try await onOwnThread { usleep(50_000) } }
      #expect(rig.text("pid") != before)
    }
    try await release(1)
    try await rig.service("checkout", port: ports[1], needs: ["payment=http:\(ports[0])"], load: 20)
    try await rig.start([
      "prometheus-node-exporter", "--web.listen-address=127.0.0.1:\(ports[2])", "--collector.disable-defaults",
      "--collector.filesystem",
    ])
    let server = try await rig.watch(
      [
        .init(job: "checkout", port: ports[1], instance: "shop-1:8001"),
        .init(job: "payment", port: ports[0], instance: "shop-1:8002"),
        .init(
          job: "node", port: ports[2], instance: "shop-1:9100",
          relabeling: "keep __name__ (up|node_filesystem_size_bytes)"),
      ], alertingOn: "checkout")
    let change = #"{"component": "payment", "summary": "release 2", "kind": "deploy", "from": "1", "to": "2"}"#
    #expect(await server.post("/hooks/changes", change) == 202)
    try await release(2)
    let base = try await carryThrough(
      Case(
        component: "payment", fault: "code", runbook: "roll-back-host-release",
        found: ["service": "payment", "node": "shop-1", "previousVersion": "1"],
        given: ["currentVersion": "2", "window": "10s"]), server)
    @Sendable func current() -> String? {
      try? FileManager.default.destinationOfSymbolicLink(atPath: rig.path("srv/payment/current"))
    }
    #expect(current() == "/srv/payment/releases/1")
    try await undone(base, server) { current() == "/srv/payment/releases/2" }
  }
}

extension FaultRig {
  fileprivate func startPostgres(port: Int) async throws {
    let programs = InstalledProgram.postgresFolder ?? ""
    let (data, socket) = (path("data-pg"), path("socket"))
    let asOwner = ["runuser", "-u", "postgres", "--"]
    try await run(["install", "-d", "-o", "postgres", data, socket])
    try await run(asOwner + ["\(programs)/initdb", "-D", data, "-A", "trust", "--no-sync"])
    try await start(
      asOwner + [
        "\(programs)/postgres", "-D", data, "-p", "\(port)", "-k", socket, "-c", "listen_addresses=127.0.0.1", "-c",
        "fsync=off",
      ])
    whenRemoved {
      let stop = asOwner + ["\(programs)/pg_ctl", "-D", data, "-m", "immediate", "stop"]
      let process = try? Process.run(URL(filePath: "/usr/sbin/runuser"), arguments: Array(stop.dropFirst()))
      process?.waitUntilExit()
    }
    for _ in 0..<600 {
      if try await run(["psql", "-h", "127.0.0.1", "-p", "\(port)", "-U", "postgres", "-c", "select 1"]).status == 0 {
        return
      }
    }
  }
}
