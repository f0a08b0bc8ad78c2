import AlertDesk
import IncidentModel
import Telemetry
import Testing
import TextReading

@testable import IncidentServer

@Suite struct IntakeFormatTests {
  private let now = Timestamp(nanoseconds: 1_795_600_000_000_000_000)

  private func alerts(_ format: AlertFormat, _ body: String) throws -> [IncomingAlert] {
    guard case .alerts(let alerts, _) = try format.read(Array(body.utf8), at: now) else { return [] }
    return alerts
  }

  @Test func readsWhatPrometheusPosts() throws {
    let found = try alerts(
      .alertmanager,
      #"""
      [{"labels":{"alertname":"Slow","n":1},"annotations":{"summary":"x"},"startsAt":"2026-11-25T10:00:00+01:00",
        "endsAt":"2026-11-25T09:04:00.5Z","generatorURL":"http://p/graph","unknown":[{}]},
       {"labels":{"alertname":"Down"}}]
      """#)
    #expect(found.map { $0.labels["alertname"] } == ["Slow", "Down"])
    #expect(found[0].labels["n"] == "1")
    #expect(found[0].startsAt == Timestamp(rfc3339: "2026-11-25T09:00:00Z"))
    #expect(found[0].endsAt == Timestamp(rfc3339: "2026-11-25T09:04:00.5Z"))
    #expect(found[1].endsAt == nil)
  }

  @Test func aWebhooksStatusSaysWhetherAnAlertIsOver() throws {
    let found = try alerts(
      .webhook,
      #"""
      {"version":"4","groupKey":"{}:{}","status":"firing","alerts":[
        {"status":"firing","labels":{"alertname":"A"},"startsAt":"2026-11-25T09:00:00Z","endsAt":"0001-01-01T00:00:00Z",
         "values":{"A":93.1}},
        {"status":"resolved","labels":{"alertname":"B"},"startsAt":"2026-11-25T08:00:00Z","endsAt":"2026-11-25T08:30:00Z"},
        {"status":"resolved","labels":{"alertname":"C"}}]}
      """#)
    #expect(found.map(\.endsAt) == [nil, Timestamp(rfc3339: "2026-11-25T08:30:00Z"), now])
  }

  @Test func pagerDutyEventsKeepTheirKeyAndLoseTheirSecret() throws {
    let body = #"""
      {"routing_key":"R0UT1NGK3Y","event_action":"trigger","dedup_key":"till-3","payload":{"summary":"Printer offline",
       "source":"pos-3","severity":"error","component":"printer","timestamp":"2026-11-25T07:44:05Z"}}
      """#
    let event = try PagerDutyEvent(Array(body.utf8))
    #expect(!String(decoding: event.kept, as: UTF8.self).contains("R0UT1NGK3Y"))
    let found = try alerts(.pagerDuty, body)
    #expect(found.first?.labels["component"] == "printer")
    #expect(found.first?.labels["dedup_key"] == "till-3")
    #expect(
      try AlertFormat.pagerDuty.read(Array(#"{"event_action":"resolve","dedup_key":"till-3"}"#.utf8), at: now)
        == .ended(label: "dedup_key", value: "till-3"))
  }

  @Test(arguments: [
    (AlertFormat.alertmanager, "{}"), (.alertmanager, "[{}]"),
    (.alertmanager, #"[{"labels":{"a":"b"},"startsAt":"noon"}]"#),
    (.alertmanager, #"[{"labels":{"a":"b"},"startsAt":"2026-11-25T09:00:00Z","endsAt":"2026-11-25T08:00:00Z"}]"#),
    (.alertmanager, #"[{"labels":{"a":"b"}}"#), (.alertmanager, ""), (.alertmanager, "[[[["), (.webhook, "[]"),
    (.webhook, #"{"version":"4"}"#), (.pagerDuty, "[]"), (.pagerDuty, #"{"event_action":"explode"}"#),
    (.pagerDuty, #"{"event_action":"resolve"}"#), (.pagerDuty, #"{"event_action":"trigger","payload":{}}"#),
  ])
  func whatCannotBeReadIsSaidSo(format: AlertFormat, body: String) {
    #expect(throws: DatasetError.self) { try format.read(Array(body.utf8), at: now) }
  }

  @Test func changesComeInThreeForms() throws {
    let structured = #"""
      {"specversion":"1.0","id":"dep-1","source":"/ci/checkout","type":"dev.acme.deploy.finished","subject":"checkout@1.42",
       "time":"2026-11-25T07:28:41Z","data":{"from":"1.41","to":"1.42"}}
      """#
    let one = try ChangeBodies.cloudEvents(Array(structured.utf8), at: now)
    #expect(one.map(\.component) == ["checkout"])
    #expect(one.first?.kind == .deploy)
    #expect(one.first?.to == "1.42")
    let batch = try ChangeBodies.cloudEvents(Array("[\(structured),\(structured)]".utf8), at: now)
    #expect(Set(batch.map(\.key)).count == 1)
    let attributes = ["specversion": "1.0", "id": "dep-1", "source": "/ci/checkout", "type": "config.changed"]
    let binary = try ChangeBodies.cloudEvent(
      Array(#"{"service":"cart"}"#.utf8), attribute: { attributes[$0] }, at: now)
    #expect(binary.key == one.first?.key)
    #expect(binary.component == "cart")
    #expect(binary.kind == .config)
    let plain = try ChangeBodies.plain(
      Array(#"{"component":"cart","summary":"scaled out","kind":"scale","time":1795599000}"#.utf8), at: now)
    #expect(plain.first?.time == Timestamp(seconds: 1_795_599_000))
    #expect(plain.first?.kind == .scale)
    for bad in ["{}", "[1]", #"{"component":"x"}"#, #"{"component":"x","summary":"y","time":"noon"}"#] {
      #expect(throws: DatasetError.self) { try ChangeBodies.plain(Array(bad.utf8), at: now) }
    }
  }

  @Test func telemetryIsCheckedWhenItComes() throws {
    let logs = #"""
      {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"ledger"}}]},
       "scopeLogs":[{"logRecords":[{"timeUnixNano":"1795599999000000000","severityNumber":17,
       "body":{"stringValue":"too many connections"}}]}]}]}
      """#
    let line = try OTLPRequests.line(Array(logs.utf8))
    #expect(!line.contains(10))
    let window = TimeWindow(start: now.advanced(bySeconds: -60), end: now)
    var assembly = WindowAssembly(incident: Incident(id: "x", title: "x", window: window))
    try OTLPRequests.add([line, line], within: window, to: &assembly)
    #expect(assembly.logs.count == 2)
    #expect(assembly.logs.componentNames == ["ledger"])
    #expect(throws: DatasetError.self) { try OTLPRequests.line(Array(#"{"resourceLogs":[{"scopeLogs":5}]}"#.utf8)) }
    #expect(throws: DatasetError.self) { try OTLPRequests.line(Array("[".utf8)) }
  }
}
