import Foundation
import HTTPTransport
import TestSupport
import TextReading

/// Real programs of one small system, a Prometheus that watches them every second, and a server that it tells of
/// alerts: on ports of the loopback and in a folder of its own, ended when the test ends.
final class FaultRig: @unchecked Sendable {
  let folder: String
  /// Where runbooks' programs are looked for first: stand-ins for machines that would be elsewhere.
  var programs: String { folder + "/bin" }
  private let lock = NSLock()
  private var children: [SpawnedProcess] = []
  private var clearing: [@Sendable () -> Void] = []
  private let monitor: Int
  private let http = HTTPClient()

  /// Runbooks for Kubernetes are left out, as a site without it would.
  init() throws {
    folder = NSTemporaryDirectory() + "tocsin-fault-" + UUID().uuidString.prefix(8)
    monitor = try InstalledProgram.freePort()
    for name in ["bin", "project/runbooks", "monitor"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    // Others, as the account of a database, have to reach their parts of it.
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
    for name in ["agents", "prompts"] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/project/\(name)", withDestinationPath: "\(ServerHarness.project)/\(name)")
    }
    let library = ServerHarness.project + "/runbooks"
    for name in try FileManager.default.contentsOfDirectory(atPath: library) where name.hasSuffix(".yaml") {
      let text = try String(contentsOfFile: "\(library)/\(name)", encoding: .utf8)
      if text.contains("kubectl") { continue }
      try write(text, to: "project/runbooks/\(name)")
    }
    try writePolicy("")
  }

  private func writePolicy(_ rules: String) throws {
    let searched = "searchPath: [\(programs), /usr/local/bin, /usr/bin, /bin, /usr/sbin, /sbin]"
    try write("\(searched)\n\(rules)\n", to: "project/guardrails.yaml")
  }

  /// Gives a server that runs another policy, as an operator does.
  func govern(_ rules: String, _ server: ServerProcess) async throws {
    @Sendable func count() async throws -> Int {
      let done = try await server.get("/api/v1/audit")["items"]?.array ?? []
      return done.count { $0["action"] == "configuration.reload" }
    }
    let before = try await count()
    try writePolicy(rules)
    kill(server.identifier, SIGHUP)
    try await server.until("the policy is in force") { _ in try await count() > before }
  }

  func path(_ name: String) -> String { folder + "/" + name }

  func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: URL(filePath: path(name))) }

  func text(_ name: String) -> String { (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? "" }

  /// A program that runbooks find before any other of its name.
  func standIn(_ name: String, _ body: String) throws {
    try write("#!/bin/sh\n\(body)\n", to: "bin/" + name)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(programs)/\(name)")
  }

  /// What stands in for ssh to a machine that is this one: as ssh does, it hands on one line that a shell takes apart.
  /// - Parameter within: what carries the line out.
  func standInForSSH(to host: String, within: String) throws {
    try standIn(
      "ssh", "while [ \"$1\" != -- ]; do shift; done; [ \"$2\" = \(host) ] || exit 255; shift 2\n\(within)")
  }

  // MARK: Programs

  @discardableResult func start(_ vector: [String], environment: [String: String] = [:]) async throws -> SpawnedProcess
  {
    try await onOwnThread { [self] in
      let process = SpawnedProcess()
      process.executableURL = URL(filePath: InstalledProgram.path(vector[0]) ?? vector[0])
      process.arguments = Array(vector.dropFirst())
      process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"].merging(environment) { $1 }
      process.currentDirectoryURL = URL(filePath: folder)
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      lock.withLock { children.append(process) }
      return process
    }
  }

  /// What a program that ends wrote, and its status. What it leaves behind does not hold it up.
  @discardableResult func run(_ vector: [String]) async throws -> (status: Int32, output: String) {
    try await onOwnThread { [self] in
      let file = path("output-" + UUID().uuidString)
      _ = FileManager.default.createFile(atPath: file, contents: nil)
      let process = SpawnedProcess()
      process.executableURL = URL(filePath: InstalledProgram.path(vector[0]) ?? vector[0])
      process.arguments = Array(vector.dropFirst())
      process.currentDirectoryURL = URL(filePath: folder)
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = try FileHandle(forWritingTo: URL(filePath: file))
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      defer { try? FileManager.default.removeItem(atPath: file) }
      return (process.terminationStatus, try String(contentsOfFile: file, encoding: .utf8))
    }
  }

  /// A service of `service.py`.
  /// - Parameters:
  ///   - needs: whom it asks, as `name=kind:place`.
  ///   - behaviour: of its release, `works`, `fails` or `breaks`.
  @discardableResult func service(
    _ name: String, port: Int, needs: [String] = [], load: Int = 0, behaviour: String = "works"
  ) async throws -> SpawnedProcess {
    let home = "services/\(name)-\(port)"
    try FileManager.default.createDirectory(atPath: path("\(home)/current"), withIntermediateDirectories: true)
    try write(behaviour, to: "\(home)/current/behaviour")
    return try await start(
      ["python3", Self.service, name, "\(port)", path(home)] + needs + (load > 0 ? ["load=\(load)"] : []))
  }

  static let service = URL(filePath: #filePath).deletingLastPathComponent().path + "/service.py"

  func whenRemoved(_ work: @escaping @Sendable () -> Void) { lock.withLock { clearing.append(work) } }

  func remove() {
    let (children, clearing) = lock.withLock { (self.children, self.clearing) }
    for work in clearing.reversed() { work() }
    for child in children.reversed() where child.isRunning { child.terminate() }
    let end = ContinuousClock.now + .seconds(5)
    while children.contains(where: \.isRunning), ContinuousClock.now < end { usleep(20_000) }
    for child in children where child.isRunning { kill(child.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(atPath: folder)
  }

  // MARK: Watching

  /// One target of Prometheus.
  struct Target {
    var job: String
    var port: Int
    /// What it is called; its address where it is nil.
    var instance: String?
    /// Series that are kept or dropped, as `keep __name__ up`.
    var relabeling: String = ""
  }

  /// Starts a server, and a Prometheus that tells it where the requests of a service fail; returns when everything has
  /// been watched for long enough to know what is normal.
  /// - Parameter seconds: the last half minute before an alert does not count as normal.
  func watch(_ targets: [Target], alertingOn service: String, seconds: Int = 42) async throws -> ServerProcess {
    let server = try await ServerProcess.start(
      data: path("data"), ["--from", "prometheus=http://127.0.0.1:\(monitor)"], project: path("project"))
    whenRemoved { server.kill() }
    try write(
      configuration(targets, alertsTo: String(server.address.dropFirst("http://".count))), to: "monitor/prometheus.yml")
    try write(Self.rules(service), to: "monitor/rules.yml")
    try await start([
      "prometheus", "--config.file=\(path("monitor/prometheus.yml"))", "--storage.tsdb.path=\(path("monitor/data"))",
      "--web.listen-address=127.0.0.1:\(monitor)",
    ])
    // A busy machine may miss some.
    let normal = "min(count_over_time(up[2m])) >= \(seconds * 9 / 10) and count(up == 1) == \(targets.count)"
    do {
      try await server.until("normal is recorded", seconds: 180) { _ in await self.holds(normal) }
    } catch {
      // Which program is not there is what one has to know.
      throw Unwatched(targets: await answer("api/v1/targets?state=active")?.text ?? "no answer", cause: error)
    }
    return server
  }

  private struct Unwatched: Error {
    var targets: String
    var cause: any Error
  }

  func holds(_ query: String) async -> Bool {
    _ = try? await onOwnThread { usleep(200_000) }
    let words = query.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    return await answer("api/v1/query?query=\(words)")?["data"]?["result"]?.array?.isEmpty == false
  }

  /// What its Prometheus answers.
  private func answer(_ target: String) async -> JSONValue? {
    guard let answer = try? await http.send(HTTPRequest("http://127.0.0.1:\(monitor)/\(target)")) else { return nil }
    return try? JSONValue(parsing: answer.body, name: "answer")
  }

  private func configuration(_ targets: [Target], alertsTo address: String) -> String {
    let jobs = Dictionary(grouping: targets, by: \.job).sorted { $0.key < $1.key }.map { job, targets in
      let places = targets.map { target in
        let labels = target.instance.map { ", labels: {instance: '\($0)'}" } ?? ""
        return "{targets: ['127.0.0.1:\(target.port)']\(labels)}"
      }
      let relabeling = targets.map(\.relabeling).filter { !$0.isEmpty }.map { text in
        let words = text.split(separator: " ")
        return "{source_labels: [\(words[1])], regex: '\(words[2])', action: \(words[0])}"
      }
      return """
          - job_name: \(job)
            static_configs: [\(places.joined(separator: ", "))]
            metric_relabel_configs: [\(relabeling.joined(separator: ", "))]
        """
    }
    return """
      global: {scrape_interval: 1s, evaluation_interval: 1s}
      rule_files: [rules.yml]
      alerting: {alertmanagers: [{static_configs: [{targets: ['\(address)']}]}]}
      scrape_configs:
      \(jobs.joined(separator: "\n"))

      """
  }

  /// More than a fifth of the requests fails.
  private static func rules(_ service: String) -> String {
    let requests = "http_server_request_duration_seconds_count{job=\"\(service)\""
    return """
      groups:
        - name: pages
          rules:
            - alert: RequestsFail
              expr: sum(rate(\(requests),http_response_status_code="500"}[5s])) / sum(rate(\(requests)}[5s])) > 0.2
              for: 3s
              labels: {service: \(service), severity: critical}

      """
  }
}
