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

  @Test(
    .enabled(
      if: tools == nil && getuid() == 0 && FileManager.default.fileExists(atPath: "/dev/loop-control")
        && InstalledProgram.has("mkfs.ext4", "apt-get", "unshare", "prometheus-node-exporter"),
      "wants Prometheus, Python, a node exporter, mkfs.ext4, apt-get, and root to mount a disk from a loop device"))
  func aFullDiskIsCleaned() async throws {
    let rig = try FaultRig()
    defer { rig.remove() }
    let disk = try await rig.mountDisk()
    try FileManager.default.createDirectory(atPath: disk + "/archives/partial", withIntermediateDirectories: true)
    try rig.standInForSSH(to: "files-1", within: "exec sh -c \"$*\"")
    try rig.standIn("du", "exec /usr/bin/du --max-depth=1 \(disk)")
    for name in ["journalctl", "crictl"] { try rig.standIn(name, "exit 0") }
    try rig.standIn("apt-get", "exec /usr/bin/apt-get -o Dir::Cache::archives=\(disk)/archives \"$@\"")
    let ports = try (0..<2).map { _ in try InstalledProgram.freePort() }
    try await rig.service("files", port: ports[0], needs: ["disk=file:\(disk)"], load: 20)
    // It looks at the mounts of process 1, which is here itself: the test may have mounts of its own.
    try await rig.start([
      "unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "prometheus-node-exporter",
      "--web.listen-address=127.0.0.1:\(ports[1])", "--collector.disable-defaults", "--collector.filesystem",
      "--collector.meminfo", "--collector.filesystem.mount-points-exclude=^/(proc|sys|dev|run)($|/)",
    ])
    // Of the disks of this machine only this one is the other machine's.
    let server = try await rig.watch(
      [
        .init(job: "files", port: ports[0], instance: "files-1:8080"),
        .init(job: "node", port: ports[1], instance: "files-1:9100", relabeling: "keep mountpoint (\(disk))?"),
      ], alertingOn: "files")
    try await rig.run(["dd", "if=/dev/zero", "of=\(disk)/archives/old_1.0_all.deb", "bs=4096"])
    _ = try await FaultChain(
      component: "files-1", fault: "disk", runbook: "free-disk-space", found: ["component": "files-1"]
    ).carryThrough(server)
    #expect(!FileManager.default.fileExists(atPath: disk + "/archives/old_1.0_all.deb"))
  }

  @Test(
    .enabled(
      if: tools == nil && InstalledProgram.has("nginx", "prometheus-nginx-exporter"),
      "wants Prometheus, Python, nginx and its exporter; `make test-deps` installs them"))
  func anUpstreamOfNginxIsDrained() async throws {
    let rig = try FaultRig()
    defer { rig.remove() }
    let ports = try (0..<5).map { _ in try InstalledProgram.freePort() }
    let both = "server 127.0.0.1:\(ports[0]) max_fails=0;\nserver 127.0.0.1:\(ports[1]) max_fails=0;\n"
    try rig.write(both, to: "servers.conf")
    try rig.writeNginxConfiguration(port: ports[2])
    try rig.standInForSSH(to: "gateway-1", within: "exec sh -c \"$*\"")
    try rig.standIn("nginx", "exec /usr/sbin/nginx -c \(rig.path("nginx.conf")) -e \(rig.path("error.log")) \"$@\"")
    try await rig.service("web", port: ports[0])
    let second = try await rig.service("web", port: ports[1])
    try await rig.start(["nginx", "-c", rig.path("nginx.conf"), "-e", rig.path("error.log")])
    try await rig.service("users", port: ports[3], needs: ["web=http:\(ports[2])"], load: 20)
    try await rig.start([
      "prometheus-nginx-exporter", "-nginx.scrape-uri", "http://127.0.0.1:\(ports[2])/status", "-web.listen-address",
      "127.0.0.1:\(ports[4])",
    ])
    let server = try await rig.watch(
      [
        .init(job: "users", port: ports[3]), .init(job: "web", port: ports[0]), .init(job: "web", port: ports[1]),
        .init(job: "gateway", port: ports[4], instance: "gateway-1:9113"),
      ], alertingOn: "users")
    // One replica comes back broken: it answers as fast as before, and mostly that it cannot.
    second.terminate()
    try await onOwnThread { second.waitUntilExit() }
    try await rig.service("web", port: ports[1], behaviour: "breaks")
    let base = try await FaultChain(
      component: "web", fault: "code", runbook: "drain-nginx-upstream",
      found: ["service": "web", "address": "127.0.0.1:\(ports[1])"],
      given: ["gateway": "gateway-1", "file": rig.path("servers.conf"), "window": "10s"]
    ).carryThrough(server)
    #expect(rig.text("servers.conf").contains(":\(ports[1]) max_fails=0 down;"))
    #expect(rig.text("servers.conf").contains(":\(ports[0]) max_fails=0;"))
    try await FaultChain.undone(base, server) { rig.text("servers.conf") == both }
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
        .init(job: "node", port: ports[3], instance: "cache-1:9100"),
      ], alertingOn: "carts")
    // An import fills it up to its limit.
    try await rig.run([
      "redis-benchmark", "-p", "\(ports[0])", "-t", "set", "-c", "1", "-d", "4000", "-r", "1000000", "-n", "14000",
      "-q",
    ])
    let base = try await FaultChain(
      component: "cart-cache", fault: "memory", runbook: "raise-cache-memory", found: ["component": "cart-cache"],
      given: ["limit": "128mb", "previousLimit": "48mb"], forbidding: rig
    ).carryThrough(server)
    @Sendable func limit() async throws -> String {
      try await rig.run(["redis-cli", "-p", "\(ports[0])", "config", "get", "maxmemory"]).output
    }
    #expect(try await limit().contains("134217728"))
    try await FaultChain.undone(base, server) { try await limit().contains("50331648") }
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
    let server = try await rig.watch(
      [.init(job: "orders", port: ports[1]), .init(job: "orders-db", port: ports[2], instance: "orders-db")],
      alertingOn: "orders")
    let holder = try await rig.start(ask + ["-c", "begin; lock table carts; select pg_sleep(3600)"])
    let held =
      "select pid from pg_locks where relation = 'carts'::regclass and granted and mode = 'AccessExclusiveLock'"
    try await server.until("the lock is held") { _ in
      try await Int(rig.run(ask + ["-c", held]).output.trimmingCharacters(in: .whitespacesAndNewlines)) != nil
    }
    let pid = try await rig.run(ask + ["-c", held]).output.trimmingCharacters(in: .whitespacesAndNewlines)
    _ = try await FaultChain(
      component: "orders-db", fault: "code", runbook: "end-lock-holder", found: ["component": "orders-db"],
      given: ["pid": pid]
    ).carryThrough(server)
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
      // Other tests fill disks of their own on this machine.
      "--collector.filesystem", "--collector.filesystem.mount-points-exclude=^/.+",
    ])
    let server = try await rig.watch(
      [
        .init(job: "checkout", port: ports[1], instance: "shop-1:8001"),
        .init(job: "payment", port: ports[0], instance: "shop-1:8002"),
        .init(job: "node", port: ports[2], instance: "shop-1:9100"),
      ], alertingOn: "checkout")
    let change = #"{"component": "payment", "summary": "release 2", "kind": "deploy", "from": "1", "to": "2"}"#
    #expect(await server.post("/hooks/changes", change) == 202)
    try await release(2)
    let base = try await FaultChain(
      component: "payment", fault: "code", runbook: "roll-back-host-release",
      found: ["service": "payment", "node": "shop-1", "previousVersion": "1"],
      given: ["currentVersion": "2", "window": "10s"]
    ).carryThrough(server)
    @Sendable func current() -> String? {
      try? FileManager.default.destinationOfSymbolicLink(atPath: rig.path("srv/payment/current"))
    }
    #expect(current() == "/srv/payment/releases/1")
    try await FaultChain.undone(base, server) { current() == "/srv/payment/releases/2" }
  }
}

extension FaultRig {
  /// A small disk of its own.
  fileprivate func mountDisk() async throws -> String {
    let (disk, image) = (path("disk"), path("disk.img"))
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    try await run(["truncate", "--size=24M", image])
    try await run(["mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", image])
    try #require(try await run(["mount", "-o", "loop", image, disk]).status == 0)
    whenRemoved { _ = try? Process.run(URL(filePath: "/bin/umount"), arguments: ["-l", disk]).waitUntilExit() }
    return disk
  }

  fileprivate func writeNginxConfiguration(port: Int) throws {
    try write(
      """
      daemon off; pid \(path("nginx.pid")); error_log \(path("error.log"));
      events {}
      http {
        access_log off;
        client_body_temp_path \(path("body")); proxy_temp_path \(path("proxy"));
        fastcgi_temp_path \(path("f")); uwsgi_temp_path \(path("u")); scgi_temp_path \(path("s"));
        upstream shop { include \(path("servers.conf")); }
        server {
          listen 127.0.0.1:\(port);
          location / { proxy_pass http://shop; }
          location /status { stub_status; }
        }
      }

      """, to: "nginx.conf")
  }

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
      _ = try await onOwnThread { usleep(50_000) }
    }
    throw POSIXError(.ETIMEDOUT)
  }
}
