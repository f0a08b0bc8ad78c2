import AlertDesk
import Foundation
import IncidentModel
import TestSupport
import Testing

/// What each kind of receiver is sent: compared with recorded bodies.
@Suite struct ReceiverRequestTests {
  private static let secret = "T0P-S3CRET"

  private func policy(_ integration: String, _ rest: String = "") throws -> AlertPolicy {
    try AlertPolicy(
      yaml:
        "route: {receiver: a, group_by: [alertname], group_wait: 10s}\nreceivers:\n- name: a\n  \(integration)\n\(rest)",
      file: "p.yaml")
  }

  /// Two alerts, the second over, told at once.
  private func request(_ policy: AlertPolicy, ended: Bool = false) throws -> ReceiverRequest? {
    let start = MadeUpHistory.start
    var desk = Desk(policy: policy, startingAt: start)
    func receive(_ pod: String, _ seconds: Double, until end: Double) {
      let alert = IncomingAlert(
        labels: ["alertname": "HighLatency", "severity": "critical", "pod": pod],
        annotations: ["summary": "p95 above 1 s in \(pod) <now> & \"here\""], startsAt: start,
        endsAt: start.advanced(bySeconds: end))
      desk.receive(DeskEvent(at: start.advanced(bySeconds: seconds), .alert(alert)))
    }
    receive("pay-1", 0, until: 1e6)
    receive("pay-2", 1, until: 1e6)
    receive("pay-2", 5, until: 5)
    desk.advance(to: start.advanced(bySeconds: 12))
    if ended {
      _ = desk.takeNotifications()
      receive("pay-1", 20, until: 20)
      desk.advance(to: start.advanced(bySeconds: 400))
    }
    let notification = try #require(desk.takeNotifications().first)
    let integration = policy.alertmanager.receivers[0].integrations[notification.integration]
    return try ReceiverRequests(policy.alertmanager, externalURL: "https://tocsin.example/")
      .request(desk.content(of: notification), to: integration)
  }

  private static let kinds: [(name: String, integration: String)] = [
    ("webhook", "webhook_configs: [{url: 'http://hook.example/T0P-S3CRET'}]"),
    ("slack", "slack_configs: [{api_url: 'https://hooks.slack.com/T0P-S3CRET', channel: '#ops', send_resolved: true}]"),
    ("teams", "msteams_configs: [{webhook_url: 'https://teams.example/T0P-S3CRET'}]"),
    ("teams-workflow", "msteamsv2_configs: [{webhook_url: 'https://teams.example/T0P-S3CRET'}]"),
    ("pagerduty", "pagerduty_configs: [{routing_key: T0P-S3CRET, component: checkout}]"),
  ]

  @Test(arguments: kinds.map(\.name)) func bodiesAreAsRecorded(kind: String) throws {
    let integration = try #require(Self.kinds.first { $0.name == kind }?.integration)
    let firing = try #require(try request(policy(integration)))
    let over = try #require(try request(policy(integration), ended: true))
    let text = [firing, over].map { String(decoding: $0.body, as: UTF8.self) }.joined(separator: "\n") + "\n"
    try Golden("\(kind).json").expect(text)
    // Nothing that could be secret is shown by printing.
    #expect(!"\(firing)".contains(Self.secret) && !String(reflecting: firing).contains(Self.secret))
    var dumped = ""
    dump(firing, to: &dumped)
    #expect(!dumped.contains(Self.secret))
  }

  @Test func filesGetALine() throws {
    let policy = try policy("webhook_configs: []", "files: [{receiver: a, path: /var/log/pages.jsonl}]\n")
    let request = try #require(try request(policy))
    #expect(request.destination == .file(path: "/var/log/pages.jsonl") && request.headers.isEmpty)
    #expect(request.body.last == 10 && request.body.count { $0 == 10 } == 1)
  }

  @Test func secretsMayLieInFiles() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("https://hooks.slack.com/\(Self.secret)\n".utf8).write(to: folder.appending(path: "url"))
    try Data("\(Self.secret)\n".utf8).write(to: folder.appending(path: "token"))
    let slack = try request(
      policy("slack_configs: [{channel: '#a'}]", "global: {slack_api_url_file: '\(folder.path)/url'}\n"))
    #expect(slack?.destination == .web(url: "https://hooks.slack.com/\(Self.secret)"))
    let hook = try request(
      policy(
        "webhook_configs: [{url: 'http://x', http_config: {authorization: {credentials_file: '\(folder.path)/token'}}}]"
      ))
    #expect(hook?.headers.last == ReceiverRequest.Header(name: "Authorization", value: "Bearer \(Self.secret)"))
    let missing = try policy("webhook_configs: [{url_file: '\(folder.path)/none'}]")
    #expect(throws: ReceiverProblem.self) { try request(missing) }
  }

  @Test func whatCannotBeSentIsSaid() throws {
    let old = try policy("pagerduty_configs: [{service_key: x}]")
    #expect(throws: ReceiverProblem.self) { try request(old) }
    let telegram = try policy("telegram_configs: [{bot_token: x, chat_id: 1}]")
    #expect(throws: ReceiverProblem.self) { try request(telegram) }
  }
}
