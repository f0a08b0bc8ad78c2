import Foundation
import HTTPTransport
import TestSupport
import Testing
import TextReading

@testable import IncidentServer

/// One real fault, from the alert to what is remembered: a worker process hangs, a real Prometheus notices it and tells
/// the server, which finds it, is given leave, ends and starts the process, and asks the Prometheus whether that helped.
@Suite(.timeLimit(.minutes(8))) struct AlertToVerifiedEndTests {
  private static var hasPrometheus: Bool {
    ["/usr/bin/prometheus", "/usr/bin/promtool", "/usr/bin/setsid"].allSatisfy(
      FileManager.default.isExecutableFile(atPath:))
  }

  @Test(.enabled(if: hasPrometheus, "wants a Prometheus; `make test-deps` installs it"))
  func foundApprovedExecutedVerifiedRemembered() async throws {
    let worker = try await onOwnThread { try HangingWorker() }
    defer { worker.remove() }
    let ports = try (0..<2).map { _ in try InstalledProgram.freePort() }
    // One knows the past and how the services call each other, the other sees the worker. Queries go to the first.
    let server = try await ServerProcess.start(
      data: worker.path("data"),
      ports.flatMap { ["--from", "prometheus=http://127.0.0.1:\($0)"] }, project: worker.path("project"))
    defer { server.kill() }
    let target = String(server.address.dropFirst("http://".count))
    let watching = try await onOwnThread { try worker.watch(port: ports[0], alertsTo: target) }
    defer { kill(watching.processIdentifier, SIGKILL) }
    let prometheus = try await onOwnThread {
      try FiringPrometheus(folder: worker.path("past"), port: ports[1], alertsTo: target)
    }
    defer { prometheus.stop() }
    try await onOwnThread { try worker.hang() }
    try await server.until("the fault is found and something is recommended") {
      try await $0.get("/api/v1/recommendations")["items"]?.array?.isEmpty == false
    }
    let advice = try #require(try await server.get("/api/v1/recommendations")["items"]?.array?.first)
    let id = try #require(advice["id"]?.string)
    #expect(advice["component"] == "payment" && advice["runbook"] == "restart-worker")
    let base = "/api/v1/recommendations/\(id)"
    #expect(await server.post(base + "/run", "{}") == 409)
    let shown = try #require(advice["shown"]?.string)
    #expect(await server.post(base + "/approve", "{\"shown\": \"\(shown)\"}") == 200)
    #expect(await server.post(base + "/run", "{}") == 200)
    try await server.until("it is verified") { try await $0.get(base)["state"] == "verified" }
    let end = try await server.get(base)
    #expect(end["outcome"] == "helped" && end["track"]?["helped"]?.integer == 1)
    #expect(try worker.isBeating())
    let runbook = try await server.get("/api/v1/runbooks/restart-worker")
    #expect(runbook["tracks"]?.array?.first?["tried"]?.integer == 1)
    try await server.until("the alert is over") {
      try await $0.get("/api/v1/alerts?alertname=WorkerHangs")["items"]?.array?.first?["state"] == "resolved"
    }
  }
}

/// A process that says every moment that it lives, and can be made to hang.
private final class HangingWorker: @unchecked Sendable {
  let folder: String
  let exporter: LoopbackServer
  /// The first; the runbook starts another.
  private let worker = SpawnedProcess()

  init() throws {
    let folder = NSTemporaryDirectory() + "tocsin-worker-" + UUID().uuidString
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder + "/project/runbooks", withIntermediateDirectories: true)
    for name in ["agents", "prompts"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/project/" + name, withDestinationPath: ServerHarness.project + "/" + name)
    }
    exporter = try LoopbackServer { _, connection in
      let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/beat")
      let age = (attributes?[.modificationDate] as? Date).map { -$0.timeIntervalSinceNow } ?? 1e6
      connection.answer(
        200, headers: ["Content-Type: text/plain; version=0.0.4"],
        "# TYPE worker_beat_age_seconds gauge\nworker_beat_age_seconds \(age)\n")
      return false
    }
    try script("worker.sh", "echo $$ > \(folder)/pid\nwhile [ -d \(folder) ]; do touch \(folder)/beat; sleep 0.3; done")
    try script(
      "restart.sh",
      "kill -KILL $(cat \(folder)/pid)\nexec setsid -f \(folder)/worker.sh < /dev/null > /dev/null 2>&1")
    try write(
      "project/runbooks/restart-worker.yaml",
      """
      name: restart-worker
      title: Restart the worker of {{component}}
      purpose: For a worker that hangs.
      owner: tests
      appliesTo: {faults: [cpu, code, dependency, memory], roles: [application], kinds: [service], minimumConfidence: 0}
      inputs:
        - {name: component, type: component, from: finding.component}
      preconditions:
        - {says: 'The worker of {{component}} says nothing.', query: 'worker_beat_age_seconds{job="{{component}}"} > 3'}
      steps:
        - title: End it and start another
          kind: run
          run: [\(folder)/restart.sh]
          undo: {title: "Nothing to take back, since the same program runs again"}
      expectedEffect: It lives again.
      verification: {says: It lives., query: 'worker_beat_age_seconds{job="{{component}}"} < 3', withinSeconds: 120}
      blastRadius: component
      risk: low
      reversible: true
      approvals: one

      """)
    worker.executableURL = URL(filePath: folder + "/worker.sh")
    worker.standardInput = FileHandle.nullDevice
    worker.standardOutput = FileHandle.nullDevice
    worker.standardError = FileHandle.nullDevice
    try worker.run()
  }

  func path(_ name: String) -> String { folder + "/" + name }

  /// A Prometheus that looks at the worker each second, with a rule.
  func watch(port: Int, alertsTo target: String) throws -> SpawnedProcess {
    try FileManager.default.createDirectory(atPath: path("watch"), withIntermediateDirectories: true)
    try write(
      "watch/rules.yml",
      """
      groups:
        - name: worker
          interval: 1s
          rules:
            - {alert: WorkerHangs, expr: worker_beat_age_seconds > 3, labels: {service: payment, severity: critical}}
      """)
    try write(
      "watch/prometheus.yml",
      """
      global: {scrape_interval: 1s}
      rule_files: [rules.yml]
      alerting: {alertmanagers: [{static_configs: [{targets: ['\(target)']}]}]}
      scrape_configs: [{job_name: payment, static_configs: [{targets: ['127.0.0.1:\(exporter.port)']}]}]
      """)
    let process = SpawnedProcess()
    process.executableURL = URL(filePath: "/usr/bin/prometheus")
    process.arguments = [
      "--config.file=\(path("watch/prometheus.yml"))", "--storage.tsdb.path=\(path("watch/tsdb"))",
      "--web.listen-address=127.0.0.1:\(port)",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  private func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path(name))) }

  private func script(_ name: String, _ body: String) throws {
    try write(name, "#!/bin/sh\n" + body + "\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path(name))
  }

  private var pid: Int32? {
    (try? String(contentsOfFile: path("pid"), encoding: .utf8)).flatMap {
      Int32($0.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  func hang() throws {
    while pid == nil || !FileManager.default.fileExists(atPath: path("beat")) { usleep(20_000) }
    if let pid { kill(pid, SIGSTOP) }
  }

  func isBeating() throws -> Bool {
    let attributes = try FileManager.default.attributesOfItem(atPath: path("beat"))
    return (attributes[.modificationDate] as? Date).map { -$0.timeIntervalSinceNow < 10 } ?? false
  }

  func remove() {
    if let pid { kill(pid, SIGKILL) }
    exporter.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }
}
