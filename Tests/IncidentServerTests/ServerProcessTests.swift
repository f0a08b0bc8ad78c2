import Agents
import BlackboardStore
import Foundation
import IncidentModel
import Runbooks
import Supervision
import Telemetry
import TestSupport
import Testing
import TextReading

@testable import IncidentServer

/// The program itself over loopback.
@Suite(.timeLimit(.minutes(8))) struct ServerProcessTests {
  private func folder() -> String { NSTemporaryDirectory() + "tocsin-serve-" + UUID().uuidString }

  private func batch(_ first: Int, _ count: Int, cluster: String = "one") -> String {
    let alerts = (first..<first + count).map {
      ServerHarness.alert(["alertname": "A", "service": "s\($0 % 20)", "n": "\($0)", "cluster": cluster])
    }
    return "[" + alerts.joined(separator: ",") + "]"
  }

  /// How often the server is killed; `Benchmarks/crashes.sh` asks for more than can be waited for here.
  static let crashCount = ProcessInfo.processInfo.environment["TOCSIN_TEST_CRASHES"].flatMap { Int($0) } ?? 5

  /// Killed at random moments under load, while an incident of each life is about to be investigated: what was
  /// acknowledged is there after each start, every investigation is led to its end, and each board is what an
  /// investigation that nobody interrupts leaves.
  @Test(.timeLimit(.minutes(60))) func nothingThatWasAcknowledgedIsLost() async throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var generator = SplitMix64(state: 7)
    var acknowledged: Set<Int> = []
    var next = 0
    for life in 0..<Self.crashCount {
      let server = try await ServerProcess.start(data: folder)
      try await allAreThere(acknowledged, server)
      let arrived = try await load(
        server, from: next, cluster: "c\(life)", untilKilledAfter: 1 + Int(generator.next() % 300))
      next += 100_000
      _ = try await server.ended()
      for first in arrived { acknowledged.formUnion(first..<first + 10) }
    }
    #expect(!acknowledged.isEmpty)
    let server = try await ServerProcess.start(data: folder)
    try await allAreThere(acknowledged, server)
    try await server.until("every incident has its verdict", seconds: 90 + 20 * Self.crashCount) {
      let items = try await $0.get("/api/v1/incidents?limit=500")["items"]?.array ?? []
      return items.count == Self.crashCount
        && items.allSatisfy { $0["verdict"] != nil && $0["isInvestigating"] == false }
    }
    server.terminate()
    #expect(try await server.ended() == 0)
    try await everyBoardIsThatOfAnUninterruptedRun(folder)
  }

  /// Sends from four connections until the server is killed.
  /// - Returns: the first numbers of the batches that were acknowledged.
  private func load(
    _ server: ServerProcess, from start: Int, cluster: String, untilKilledAfter count: Int
  ) async throws -> [Int] {
    let arrived = Guarded<[Int]>([])
    await withTaskGroup(of: Void.self) { group in
      for sender in 0..<4 {
        group.addTask {
          for request in 0..<2_000 {
            let first = start + (request * 4 + sender) * 10
            guard await server.post("/api/v2/alerts", batch(first, 10, cluster: cluster)) == 200 else { return }
            let isTime = arrived.withLock {
              $0.append(first)
              return $0.count == count
            }
            if isTime { server.kill() }
          }
        }
      }
    }
    server.kill()
    return arrived.withLock { $0 }
  }

  private func everyBoardIsThatOfAnUninterruptedRun(_ folder: String) async throws {
    let project = ServerHarness.project
    let catalog = try AgentCatalog(
      agentsFolder: project + "/agents", promptsFolder: project + "/prompts",
      runbooks: try RunbookLibrary(folder: project + "/runbooks"))
    let stored = try await SQLiteStorage(file: folder + "/tocsin.sqlite")
    var compared = 0
    for investigation in try await stored.investigations() {
      let entries = try await stored.entries(of: investigation.id)
      let opening = try #require(BlackboardSnapshot(entries: entries).opening)
      let cases = "\(folder)/incidents/\(investigation.id.incident)"
      for generation in try FileManager.default.contentsOfDirectory(atPath: cases).sorted() {
        let dataset = try CaseFolderAdapter(folder: "\(cases)/\(generation)")
        let reference = try #require(try dataset.cases().first)
        let telemetry = try dataset.read(reference, options: ReadOptions())
        let investigator = Investigator(catalog: catalog, version: opening.version)
        guard try InvestigationID(investigator.opening(telemetry)) == investigation.id else { continue }
        let uninterrupted = try await investigator.investigate(telemetry, storage: MemoryStorage())
        #expect(uninterrupted.entries == entries, "\(investigation.id.incident)")
        compared += 1
      }
    }
    #expect(compared >= Self.crashCount)
  }

  /// The list is up to a moment behind what was acknowledged.
  private func allAreThere(_ acknowledged: Set<Int>, _ server: ServerProcess) async throws {
    try await server.until("every acknowledged alert is listed") {
      acknowledged.subtracting(try await all($0)).isEmpty
    }
  }

  private func all(_ server: ServerProcess) async throws -> Set<Int> {
    var numbers: Set<Int> = []
    var cursor = ""
    while true {
      let page = try await server.get("/api/v1/alerts?limit=1000" + (cursor.isEmpty ? "" : "&cursor=\(cursor)"))
      for alert in page["items"]?.array ?? [] {
        if let number = (alert["labels"]?["n"]?.string).flatMap({ Int($0) }) { numbers.insert(number) }
      }
      guard let next = page["nextCursor"]?.string else { return numbers }
      cursor = next
    }
  }

  /// Two servers would fold one journal twice.
  @Test func aSecondServerOnTheSameFolderDoesNotStart() async throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try await ServerProcess.start(data: folder)
    await #expect { _ = try await ServerProcess.start(data: folder) } throws: { "\($0)".contains("another server") }
    server.terminate()
    #expect(try await server.ended() == 0)
  }

  @Test func anEndInOrderEndsOpenStreamsAndAStreamGoesOnWhereItWas() async throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try await ServerProcess.start(data: folder)
    let stream = try await server.open("/api/v1/stream")
    #expect(await server.post("/api/v2/alerts", batch(0, 1)) == 200)
    var text = ""
    while !text.contains("\"id\":\"INC-1\""), let bytes = try await stream.next() {
      text += String(decoding: bytes, as: UTF8.self)
    }
    #expect(text.contains("event: incident\n"))
    try await server.until("the verdict is in") {
      try await $0.get("/api/v1/incidents/INC-1")["item"]?["verdict"] != nil
    }
    let entries = try await server.open("/api/v1/incidents/INC-1/stream")
    var log = ""
    while !log.contains("\"conclusion\""), let bytes = try await entries.next() {
      log += String(decoding: bytes, as: UTF8.self)
    }
    #expect(log.contains("event: entry\n"))
    server.terminate()
    #expect(try await server.ended() == 0)
    while let bytes = try await stream.next() { text += String(decoding: bytes, as: UTF8.self) }
  }

  private static let isPrometheusThere = FileManager.default.isExecutableFile(atPath: "/usr/bin/prometheus")

  /// A rule of a real Prometheus fires; the server hears of it from that Prometheus, asks it, and names the cause.
  @Test(.enabled(if: isPrometheusThere, "prometheus is not installed (Debian's prometheus)"))
  func aRuleOfARealPrometheusFiresAndTheCauseIsFound() async throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let port = try InstalledProgram.freePort()
    let server = try await ServerProcess.start(
      data: folder + "/data", ["--from", "prometheus=http://127.0.0.1:\(port)"])
    let prometheus = try await onOwnThread {
      try FiringPrometheus(folder: folder, port: port, alertsTo: String(server.address.dropFirst(7)))
    }
    defer { prometheus.stop() }
    try await server.until("a verdict names the cause") {
      let incident = try await $0.get("/api/v1/incidents?limit=1")["items"]?.array?.first
      return incident?["verdict"]?["component"] == "payment"
    }
    let detail = try await server.get("/api/v1/incidents/INC-1")
    #expect(detail["report"]?["outcome"] == "cause-found")
    #expect(detail["report"]?["findings"]?.array?.first?["fault"] == "cpu")
    #expect(detail["alerts"]?.array?.first?["labels"]?["alertname"] == "CheckoutSlow")
    server.terminate()
    #expect(try await server.ended() == 0)
  }

  private static let python = ServerHarness.project + "/.build/python/browser/bin/python"
  private static let chromium = "/usr/bin/chromium"
  private static let isWholeChainThere =
    isPrometheusThere
    && [chromium, python, "/usr/bin/prometheus-alertmanager"].allSatisfy {
      FileManager.default.isExecutableFile(atPath: $0)
    }

  private static let slowRule =
    "'sum(rate(http_request_duration_seconds_sum{job=\"gateway\"}[5m]))"
    + " / sum(rate(http_request_duration_seconds_count{job=\"gateway\"}[5m])) > 0.5'"

  /// The rule of a real Prometheus fires, a real Alertmanager tells the server, which asks that Prometheus; a browser in
  /// which the list is open sees the incident, its evidence and what is recommended.
  @Test(
    .enabled(
      if: isWholeChainThere,
      "prometheus, prometheus-alertmanager, chromium or the package playwright in .build/python/browser is missing"))
  func anIncidentIsSeenFromTheRuleToTheBrowser() async throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (prometheusPort, alertmanagerPort) = (try InstalledProgram.freePort(), try InstalledProgram.freePort())
    let server = try await ServerProcess.start(
      data: folder + "/data", ["--from", "prometheus=http://127.0.0.1:\(prometheusPort)"])
    let (prometheus, alertmanager) = try await onOwnThread {
      (
        try FiringPrometheus(
          folder: folder, port: prometheusPort, alertsTo: "127.0.0.1:\(alertmanagerPort)", rule: Self.slowRule),
        try ForwardingAlertmanager(
          folder: folder, port: alertmanagerPort, webhook: server.address + "/hooks/alertmanager")
      )
    }
    defer {
      prometheus.stop()
      alertmanager.stop()
    }
    let said = try await onOwnThread {
      let process = SpawnedProcess()
      let output = Pipe()
      process.executableURL = URL(filePath: Self.python)
      process.arguments = [
        URL(filePath: #filePath).deletingLastPathComponent().path + "/Pages/browser.py", server.address, Self.chromium,
        "--live", "payment",
      ]
      process.standardOutput = output
      process.standardError = output
      try process.run()
      let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return said
    }
    for check in [
      "the incident appears in the open list", "the verdict names the cause", "the evidence is drawn",
      "the evidence says what was measured", "something is recommended", "the alert is listed", "no console errors",
    ] {
      #expect(said.contains("ok \(check)\n") && !said.contains("not ok \(check)"), "\(check):\n\(said)")
    }
    server.terminate()
    #expect(try await server.ended() == 0)
  }
}

private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
