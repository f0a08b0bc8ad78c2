import Foundation
import GRDB
import Hummingbird
import IncidentModel
import Testing
import TextReading

@testable import IncidentServer

@Suite(.timeLimit(.minutes(5))) struct InterfaceTests {
  private static let slow = ServerHarness.alert(["alertname": "Slow", "service": "web", "severity": "critical"])

  @Test func anAlertBecomesAnIncidentThatIsInvestigated() async throws {
    let harness = try await ServerHarness()
    defer { harness.remove() }
    let change = #"{"component":"web","summary":"rolled out 2","kind":"deploy"}"#
    #expect(try await harness.send(.post, "/hooks/changes", change).status == 202)
    harness.clock.advance(bySeconds: 30)
    #expect(try await harness.send(.post, "/api/v2/alerts", "[\(Self.slow)]").status == 200)
    harness.clock.advance(bySeconds: 2)
    try await harness.until("the investigation is concluded") {
      let detail = try await harness.server.queries.incident("INC-1")
      return detail?.item.verdict != nil && detail?.report?.conclusion.isEmpty == false
    }
    let incident = try await harness.send(.get, "/api/v1/incidents/INC-1")
    #expect(incident.status == 200)
    #expect(try incident.json["report"]?["ranking"]?.array?.contains("web") == true)
    let tag = try #require(incident.headers[.eTag])
    let again = try await harness.send(.get, "/api/v1/incidents/INC-1", headers: [("If-None-Match", tag)])
    #expect(again.status == 304)
    #expect(again.body.isEmpty)
    for part in ["entries", "findings", "recommendations", "alerts"] {
      let answer = try await harness.send(.get, "/api/v1/incidents/INC-1/\(part)")
      #expect(answer.status == 200)
      #expect(try answer.json["items"]?.array != nil)
    }
    let page = try await harness.send(.get, "/api/v1/incidents/INC-1/entries?limit=1").json
    #expect(page["items"]?.array?.count == 1)
    #expect(page["nextCursor"] == "1")
    let fingerprint = try #require(
      try await harness.send(.get, "/api/v1/alerts").json["items"]?.array?.first?["fingerprint"]?.string)
    let why = try await harness.send(.get, "/api/v1/alerts/\(fingerprint)/explanation").json
    #expect(why["steps"]?.array?.last?["statement"] == "it belongs to INC-1")
    #expect(try await harness.send(.get, "/api/v1/services").json["items"]?.array?.first?["id"] == "web")
    // What was read is a case of its own, on the disk.
    #expect(FileManager.default.fileExists(atPath: harness.folder + "/incidents/INC-1/1/case.yaml"))
    #expect(try await harness.send(.post, "/api/v1/incidents/INC-1/resolve").status == 200)
    #expect(try await harness.send(.post, "/api/v1/incidents/INC-1/resolve").status == 409)
    #expect(try await harness.send(.get, "/api/v1/audit").json["items"]?.array?.first?["action"] == "incident.resolve")
    await harness.stop()
  }

  @Test func theSameChangeIsTakenOnce() async throws {
    let harness = try await ServerHarness()
    defer { harness.remove() }
    let event = #"{"specversion":"1.0","id":"1","source":"/ci","type":"deploy","subject":"web@2"}"#
    #expect(try await harness.send(.post, "/hooks/cloudevents", event).json["new"] == 1)
    #expect(try await harness.send(.post, "/hooks/cloudevents", event).json["new"] == 0)
    await harness.stop()
  }

  @Test func errorsAreProblemDocuments() async throws {
    let harness = try await ServerHarness()
    defer { harness.remove() }
    for (method, path, body, status) in [
      (HTTPRequest.Method.get, "/api/v1/incidents/INC-9", "", 404),
      (.get, "/api/v1/incidents/INC-99999999999999999999", "", 404),
      (.get, "/api/v1/incidents?limit=0", "", 400), (.get, "/api/v1/incidents?state=lost", "", 400),
      (.get, "/api/v1/alerts?cursor=x", "", 400), (.get, "/nowhere", "", 404), (.post, "/api/v2/alerts", "{", 400),
      (.post, "/v1/logs", "[]", 400), (.get, "/api/v1/alerts/zz/explanation", "", 404),
    ] {
      let answer = try await harness.send(method, path, body)
      #expect(answer.status == status, "\(path)")
      #expect(answer.headers[.contentType] == "application/problem+json", "\(path)")
      #expect(try answer.json["status"]?.integer == status)
    }
    let wrong = try await harness.send(.post, "/api/v2/alerts", "[\n  {\"labels\": 5}]")
    #expect(try wrong.json["detail"]?.string?.contains("line 2, column 14") == true)
    await harness.stop()
  }

  @Test func whatIsFullIsRefusedAndWorksAgain() async throws {
    let harness = try await ServerHarness(isWorking: false)
    defer { harness.remove() }
    let store = harness.server.store
    let pages = try await store.write { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
    try await store.write { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
    let large = "[" + (0..<2_000).map { ServerHarness.alert(["alertname": "A\($0)"]) }.joined(separator: ",") + "]"
    let refused = try await harness.send(.post, "/api/v2/alerts", large)
    #expect(refused.status == 503)
    #expect(refused.headers[.retryAfter] != nil)
    let ready = try await harness.send(.get, "/readyz")
    #expect(ready.status == 503)
    #expect(ready.text.contains("the disk of the store is full"))
    #expect(try await harness.send(.get, "/metrics").text.contains("\ntocsin_store_up 0\n"))
    try await store.write { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
    harness.clock.advance(bySeconds: 2)
    try await harness.until("it is ready again") { try await harness.send(.get, "/readyz").status == 200 }
    #expect(try await harness.send(.post, "/api/v2/alerts", large).status == 200)
    await harness.stop()
  }

  @Test func aQueueThatIsFullSaysWhenToComeAgain() async throws {
    let gate = IntakeGate(maximumRequestCount: 2, maximumBytes: 100)
    #expect(gate.enter(bytes: 60))
    #expect(!gate.enter(bytes: 60))
    #expect(gate.enter(bytes: 40))
    gate.leave(bytes: 60)
    #expect(gate.current == IntakeGate.Load(requestCount: 1, bytes: 40))
    let answer = try Problem.overloaded.response(
      from: Request(
        head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/"), body: RequestBody(buffer: ByteBuffer())
      ),
      context: ServerContext(logger: .init(label: "test")))
    #expect(answer.status == .tooManyRequests)
    #expect(answer.headers[.retryAfter] == "1")
  }

  @Test func everyAcknowledgedAlertIsThereAfterAStop() async throws {
    let clock = TestClock()
    // A loop that does not work leaves everything in the journal, as a sudden end would.
    let first = try await ServerHarness(clock: clock, isWorking: false)
    defer { first.remove() }
    for number in 0..<50 {
      let body = "[" + ServerHarness.alert(["alertname": "A", "n": "\(number)"]) + "]"
      #expect(try await first.send(.post, "/api/v2/alerts", body).status == 200)
    }
    first.server.store.close()
    let second = try await ServerHarness(folder: first.folder, clock: clock)
    try await second.until("all alerts are in the store") {
      try await second.server.queries.alerts(AlertFilter(limit: 1_000)).items.count == 50
    }
    #expect(try await second.server.queries.incident("INC-1")?.item.alertCount == 50)
    await second.stop()
    let third = try await ServerHarness(folder: first.folder, clock: clock)
    #expect(try await third.server.queries.alerts(AlertFilter(limit: 1_000)).items.count == 50)
    await third.stop()
  }
}
