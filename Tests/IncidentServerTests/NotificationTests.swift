import Foundation
import IncidentModel
import TestSupport
import Testing
import TextReading

@testable import IncidentServer

/// Who is told, by a server with a policy.
@Suite(.timeLimit(.minutes(8))) struct NotificationTests {
  private static let routingKey = "0123456789abcdef0123456789abcdef"

  /// A server with a policy that tells its receivers after a second.
  private func harness(
    _ receivers: String, _ more: String = "", folder: String? = nil, clock: TestClock = TestClock()
  ) async throws -> ServerHarness {
    let folder = folder ?? NSTemporaryDirectory() + "tocsin-server-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let policy = """
      route: {receiver: a, group_by: [alertname], group_wait: 1s, group_interval: 10s}
      receivers:
      \(receivers)
      \(more)

      """
    try Data(policy.utf8).write(to: URL(filePath: folder + "/policy.yaml"))
    var configuration = ServerConfiguration()
    configuration.policyFile = folder + "/policy.yaml"
    return try await ServerHarness(configuration, folder: folder, clock: clock)
  }

  /// An alert that lasts as long as the test, and time enough that it is told.
  private func fire(_ harness: ServerHarness, _ labels: [String: String]) async throws {
    let body = "[\(ServerHarness.alert(labels, endsAt: harness.clock.now.advanced(bySeconds: 90_000)))]"
    #expect(try await harness.send(.post, "/api/v2/alerts", body).status == 200)
  }

  private func states(_ harness: ServerHarness) async throws -> [String: Int] {
    try await harness.server.store.messageCounts()
  }

  @Test func withoutAPolicyNothingIsSent() async throws {
    let harness = try await ServerHarness()
    defer { harness.remove() }
    try await fire(harness, ["alertname": "Down"])
    try await harness.until("it was received") { await harness.server.loop.funnel().received == 1 }
    harness.clock.advance(bySeconds: 60)
    try await harness.until("the alert is decided on") { await harness.server.loop.funnel().paged == 1 }
    #expect(try await states(harness).isEmpty)
    let funnel = await harness.server.loop.funnel()
    #expect(!funnel.sends)
    await harness.stop()
  }

  @Test func eachKindOfReceiverTakesWhatItIsSent() async throws {
    let vendors = try VendorReceivers()
    let folder = NSTemporaryDirectory() + "tocsin-server-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data((Self.routingKey + "\n").utf8).write(to: URL(filePath: folder + "/key"))
    let harness = try await harness(
      """
      - name: a
        webhook_configs: [{url: '\(vendors.origin)/webhook', http_config: {authorization: {credentials: T0P-S3CRET}}}]
        slack_configs: [{api_url: '\(vendors.origin)/slack', send_resolved: true}]
        msteams_configs: [{webhook_url: '\(vendors.origin)/teams'}]
        pagerduty_configs: [{url: '\(vendors.origin)/v2/enqueue', routing_key_file: '\(folder)/key'}]
      """, "files: [{receiver: a, path: told.jsonl}]", folder: folder)
    defer { harness.remove() }
    try await fire(harness, ["alertname": "Down", "severity": "critical"])
    try await harness.until("the group waits") { await harness.server.loop.funnel().received == 1 }
    harness.clock.advance(bySeconds: 5)
    try await harness.until("all five are told") { try await states(harness) == ["sent": 5] }
    #expect(Set(vendors.messages.map(\.path)) == ["/webhook", "/slack", "/teams", "/v2/enqueue"])
    #expect(vendors.messages.allSatisfy { $0.status < 300 && !$0.key.isEmpty })
    #expect(vendors.delivered("/webhook").first?.authorization == "Bearer T0P-S3CRET")
    #expect(vendors.delivered("/v2/enqueue").first?.body["payload"]?["severity"]?.string == "critical")
    let lines = try String(contentsOfFile: folder + "/told.jsonl", encoding: .utf8)
    #expect(lines.split(separator: "\n").count == 1 && lines.contains("\"Down\""))
    // What is shown and logged has no secret in it.
    let shown = try await harness.send(.get, "/api/v1/notifications").text
    let audit = try await AuditLog(harness.server.store).entries(limit: 100)
    #expect(try JSONValue(parsing: shown, name: "n")["items"]?.array?.count == 5)
    #expect(audit.count { $0.action == "notification.send" } == 5)
    for secret in [Self.routingKey, "T0P-S3CRET"] { #expect(!(shown + "\(audit)").contains(secret)) }
    #expect(try await harness.send(.get, "/alerts").text.contains("sent to its receivers"))
    await harness.stop()
  }

  @Test func whatFailsIsSentAgainLaterWithTheSameKeyAndWhatIsRefusedIsNot() async throws {
    let vendors = try VendorReceivers(failing: ["/webhook": [503, 429], "/slack": [400]])
    let harness = try await harness(
      """
      - name: a
        webhook_configs: [{url: '\(vendors.origin)/webhook'}]
        slack_configs: [{api_url: '\(vendors.origin)/slack'}]
      """)
    defer { harness.remove() }
    try await fire(harness, ["alertname": "Down"])
    try await harness.until("the group waits") { await harness.server.loop.funnel().received == 1 }
    harness.clock.advance(bySeconds: 5)
    try await harness.until("one has failed for good") { try await states(harness) == ["waiting": 1, "failed": 1] }
    for count in 2...3 {
      harness.clock.advance(bySeconds: 3)
      try await harness.until("attempt \(count)") { vendors.messages.count { $0.path == "/webhook" } == count }
    }
    try await harness.until("it is sent") { try await states(harness) == ["sent": 1, "failed": 1] }
    #expect(Set(vendors.messages.filter { $0.path == "/webhook" }.map(\.key)).count == 1)
    #expect(vendors.messages.count { $0.path == "/slack" } == 1)
    let failed = try await AuditLog(harness.server.store).entries(limit: 100).filter {
      $0.action == "notification.fail"
    }
    #expect(failed.count == 1 && failed.first?.detail.hasSuffix("answered 400") == true)
    await harness.stop()
  }

  /// Nobody acknowledges the one alert; somebody does the other.
  @Test func whatNobodyAcknowledgesIsEscalated() async throws {
    let vendors = try VendorReceivers()
    let harness = try await harness(
      """
      - {name: a, webhook_configs: [{url: '\(vendors.origin)/webhook'}]}
      - {name: lead, slack_configs: [{api_url: '\(vendors.origin)/slack'}]}
      """, "escalation: [{after: 1m, receiver: lead}]")
    defer { harness.remove() }
    try await fire(harness, ["alertname": "Down"])
    try await fire(harness, ["alertname": "Slow", "cluster": "other"])
    try await harness.until("both groups wait") { await harness.server.loop.funnel().received == 2 }
    harness.clock.advance(bySeconds: 5)
    try await harness.until("both are told") { vendors.delivered("/webhook").count == 2 }
    #expect(try await harness.send(.post, "/api/v1/incidents/INC-2/acknowledge").status == 202)
    #expect(try await harness.send(.post, "/api/v1/incidents/INC-9/acknowledge").status == 404)
    try await harness.until("the acknowledgement is folded") {
      let fired = await harness.server.loop.live.desk.firing("alertname", "Slow")
      return await harness.server.loop.live.desk.outcome(of: fired[0].labels.fingerprint)?.acknowledgement != nil
    }
    harness.clock.advance(bySeconds: 70)
    try await harness.until("the first is escalated") { vendors.delivered("/slack").count == 1 }
    harness.clock.advance(bySeconds: 70)
    await harness.server.loop.tick()
    // The receiver has a message before it is on record that it has.
    try await harness.until("all that was sent is on record") { try await states(harness) == ["sent": 3] }
    // What the desk itself wrote into the journal has not come through the gate and does not leave it.
    #expect(
      await harness.server.queries.health().parts.first { $0.name == "intake" }?.statement == "0 requests in work")
    let text = vendors.delivered("/slack").first?.body.text ?? ""
    #expect(text.contains("Down") && text.contains("not acknowledged for 1m") && !text.contains("Slow"))
    await harness.stop()
  }

  /// What was decided is decided again from the journal where the state was not kept, and is told once.
  @Test func aRestartTellsNothingTwice() async throws {
    let vendors = try VendorReceivers()
    let clock = TestClock()
    let receivers = "- {name: a, webhook_configs: [{url: '\(vendors.origin)/webhook'}]}"
    let first = try await harness(receivers, clock: clock)
    defer { first.remove() }
    try await first.until("the desk's state is kept") { try await first.server.store.keptDesk() != nil }
    try await fire(first, ["alertname": "Down"])
    try await first.until("the group waits") { await first.server.loop.funnel().received == 1 }
    clock.advance(bySeconds: 5)
    try await first.until("it is told") { vendors.delivered("/webhook").count == 1 }
    try await first.until("that is on record") { try await states(first) == ["sent": 1] }
    // As a crash leaves it: the kept state knows nothing of the alert.
    #expect(try await first.server.store.keptDesk()?.sequence == 0)
    first.server.store.close()
    await first.stop()
    let second = try await harness(receivers, folder: first.folder, clock: clock)
    clock.advance(bySeconds: 30)
    try await second.until("the alert is decided on again") { await second.server.loop.funnel().paged == 1 }
    for _ in 0..<20 { await second.server.loop.tick() }
    #expect(vendors.messages.count == 1)
    #expect(try await states(second) == ["sent": 1])
    await second.stop()
    // In order, the state is kept; and the journal is cut.
    #expect(try await ServerStore(folder: first.folder).keptDesk()?.sequence ?? 0 > 0)
  }

  @Test func whatIsNearInTheServiceMapIsOneIncident() async throws {
    let folder = NSTemporaryDirectory() + "tocsin-server-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(
      """
      components: [{id: web, kind: service}, {id: api, kind: service}, {id: db, kind: service}, {id: mail, kind: service}]
      calls: [{from: web, to: api}, {from: api, to: db}]

      """.utf8
    ).write(to: URL(filePath: folder + "/topology.yaml"))
    let harness = try await harness(
      "- {name: a}", "correlation: {topology: topology.yaml, labels: [service], hops: 1, within: 5m}", folder: folder)
    defer { harness.remove() }
    for (name, service) in [("A", "web"), ("B", "mail"), ("C", "db"), ("D", "api")] {
      try await fire(harness, ["alertname": name, "service": service, "cluster": service])
    }
    try await harness.until("the two are one") {
      let living = await harness.server.loop.living()
      return living.map(\.alertCount) == [3, 1]
    }
    let fired = await harness.server.loop.live.desk.firing("service", "api")
    let steps = try await harness.server.queries.explanation(fired[0].labels.fingerprint.description)?.steps ?? []
    #expect(steps.contains { $0.statement.contains("is connected by api – ") })
    #expect(steps.last?.statement == "it belongs to INC-1")
    await harness.stop()
  }

  /// The program itself, killed again and again while it tells; receivers get each message, and none twice under two keys.
  @Test func aKilledServerTellsEverythingOnce() async throws {
    let vendors = try VendorReceivers()
    let folder = NSTemporaryDirectory() + "tocsin-serve-" + UUID().uuidString
    let project = folder + "/project"
    try FileManager.default.createDirectory(atPath: project, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["agents", "prompts", "runbooks"] {
      try FileManager.default.copyItem(
        atPath: "\(ServerHarness.project)/\(name)", toPath: "\(project)/\(name)")
    }
    try Data("server: {policy: policy.yaml}\n".utf8).write(to: URL(filePath: project + "/tocsin.yaml"))
    try Data(
      """
      route: {receiver: a, group_by: ['...'], group_wait: 0s}
      receivers: [{name: a, webhook_configs: [{url: '\(vendors.origin)/webhook'}]}]

      """.utf8
    ).write(to: URL(filePath: project + "/policy.yaml"))
    let end = Timestamp(seconds: Date().timeIntervalSince1970 + 86_400)
    var posted = 0
    for round in 0..<4 {
      let server = try await ServerProcess.start(data: folder, ["--project", project])
      for _ in 0..<5 {
        let body = "[\(ServerHarness.alert(["alertname": "A", "n": "\(posted)"], endsAt: end))]"
        if await server.post("/api/v2/alerts", body) == 200 { posted += 1 }
      }
      // Sooner or later after the first message of this round.
      let wanted = round * 5 + 1 + round
      if round < 3 {
        try await server.until("some are told") { _ in vendors.messages.count >= min(wanted, posted) }
        server.kill()
      } else {
        try await server.until("all are told") { _ in Set(vendors.messages.map(\.key)).count >= posted }
        server.terminate()
      }
      _ = try await server.ended()
    }
    var keys: [String: Set<String>] = [:]
    for message in vendors.delivered("/webhook") {
      let number = message.body["alerts"]?.array?.first?["labels"]?["n"]?.string ?? ""
      keys[number, default: []].insert(message.key)
    }
    #expect(keys.count == posted && keys.values.allSatisfy { $0.count == 1 })
  }
}
