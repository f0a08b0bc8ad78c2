import Foundation
import Hummingbird
import IncidentModel
import TestSupport
import Testing
import TextReading

@testable import IncidentServer
@testable import Runbooks

/// Decisions over the interface and with forms: the same desk as at the terminal, behind the server's own door.
@Suite(.timeLimit(.minutes(5))) struct DecisionTests {
  private func post(
    _ fixture: DecisionFixture, _ act: String, _ body: String = "{}", token: String, id: String = "P1"
  ) async throws -> ServerHarness.Answer {
    try await fixture.harness.send(
      .post, "/api/v1/recommendations/\(id)/\(act)", body, headers: [("Authorization", "Bearer \(token)")])
  }

  @Test func approvedRunVerifiedAndNoted() async throws {
    let fixture = try await DecisionFixture()
    try await fixture.recommend()
    let (ann, viewer) = (try await fixture.token("ann"), try await fixture.token("vera", .viewer))
    let shown = try await fixture.view().shown
    #expect(try await post(fixture, "approve", "{\"shown\": \"\(shown)\"}", token: viewer).status == 403)
    #expect(try await post(fixture, "run", token: ann).status == 409)
    #expect(try await post(fixture, "approve", token: ann).status == 400)
    #expect(try await post(fixture, "approve", "{\"shown\": \"sha256:0\"}", token: ann).status == 409)
    #expect(try await post(fixture, "approve", "{\"shown\": \"\(shown)\"}", token: ann).json["state"] == "approved")
    #expect(try await post(fixture, "run", token: ann).status == 200)
    try await fixture.harness.until("it is verified") { try await fixture.view().state == "verified" }
    #expect(fixture.isThere("done"))
    #expect(try await fixture.view().track.tried == 1)
    for (path, shape) in [("recommendations/P1", "DeskRecommendation"), ("recommendations", "DeskRecommendations")] {
      let text = try await fixture.harness.send(
        .get, "/api/v1/\(path)", headers: [("Authorization", "Bearer \(viewer)")]
      ).text
      let misfits = try SchemaReading.misfits(text, shape)
      #expect(misfits.isEmpty, "\(misfits)")
    }
    // The same approval carries no second run.
    #expect(try await post(fixture, "run", token: ann).status == 409)
    #expect(try await post(fixture, "undo", "{\"reason\": \"no good\"}", token: ann).status == 200)
    try await fixture.harness.until("it is taken back") { !fixture.isThere("done") }
    let audit = try await AuditLog(fixture.harness.server.store).entries(limit: 20)
    #expect(
      audit.filter { $0.actor == "ann" }.map(\.action) == [
        "recommendation.undo", "recommendation.run", "recommendation.approve",
      ])
    await fixture.end()
  }

  @Test func twoApprovalsAreTwoPeopleAndAStopHoldsEverything() async throws {
    let fixture = try await DecisionFixture(approvals: "two")
    try await fixture.recommend()
    let (ann, bob) = (try await fixture.token("ann"), try await fixture.token("bob"))
    func approval() async throws -> String { "{\"shown\": \"\(try await fixture.view().shown)\"}" }
    #expect(try await post(fixture, "approve", approval(), token: ann).json["missingApprovals"]?.integer == 1)
    let again = try await post(fixture, "approve", approval(), token: try await fixture.token("Ann"))
    #expect(again.status == 403 && again.text.contains("another person's"))
    #expect(try await post(fixture, "approve", approval(), token: bob).json["state"] == "approved")
    func desk(_ act: String, _ body: String = "{}") async throws -> Int {
      try await fixture.harness.send(
        .post, "/api/v1/desk/\(act)", body, headers: [("Authorization", "Bearer \(bob)")]
      ).status
    }
    #expect(try await desk("stop", "{\"reason\": \"failing over\"}") == 200)
    let held = try await post(fixture, "run", token: ann)
    #expect(held.status == 409 && held.text.contains("failing over"))
    #expect(try await fixture.view().hindrance?.contains("failing over") == true)
    #expect(try await desk("release") == 200)
    fixture.harness.clock.advance(bySeconds: 1801)
    #expect(try await post(fixture, "run", token: ann).status == 409)
    #expect(try await fixture.view().decisions == ["renew"])
    #expect(!fixture.isThere("done"))
    await fixture.end()
  }

  @Test func rejectedWithAReasonAndAmended() async throws {
    let fixture = try await DecisionFixture()
    try await fixture.recommend(["mend", "other"])
    let ann = try await fixture.token("ann")
    #expect(try await post(fixture, "reject", token: ann).status == 403)
    #expect(try await post(fixture, "reject", "{\"because\": \"mood\", \"reason\": \"x\"}", token: ann).status == 400)
    let no = try await post(fixture, "reject", "{\"because\": \"too-risky\", \"reason\": \"peak\"}", token: ann)
    #expect(try no.json["state"] == "rejected" && no.json["stateDetail"] == "ann, too-risky: peak")
    let hostile = try await post(fixture, "amend", "{\"inputs\": {\"word\": \"$(id)\"}}", token: ann, id: "P2")
    #expect(hostile.status == 403)
    let amended = try await post(fixture, "amend", "{\"inputs\": {\"word\": \"else\"}}", token: ann, id: "P2")
    #expect(amended.text.contains("\(fixture.folder)/else"))
    #expect(try await post(fixture, "approve", token: ann, id: "P9").status == 404)
    await fixture.end()
  }

  @Test func aFormNeedsItsSessionsTokenAndThePageOfThisServer() async throws {
    let fixture = try await DecisionFixture()
    try await fixture.recommend()
    let signedIn = try await fixture.harness.send(.post, "/sign-in", "token=\(try await fixture.token("ann"))")
    let cookie = ("Cookie", String(try #require(signedIn.headers[.setCookie]).prefix { $0 != ";" }))
    let page = try await fixture.harness.send(.get, "/incidents/INC-1", headers: [cookie, ("Accept", "text/html")])
    let csrf = String(try #require(page.text.firstMatch(of: /name="csrf" value="([^"]+)"/)).1)
    func send(_ fields: String, _ more: [(String, String)] = []) async throws -> ServerHarness.Answer {
      try await fixture.harness.send(.post, "/recommendations/P1", fields, headers: [cookie] + more)
    }
    let approve = "decision=approve&shown=\(try await fixture.view().shown)"
    #expect(try await send(approve).status == 403)
    #expect(try await send(approve + "&csrf=wrong").status == 403)
    // A page in a sandbox on another site.
    #expect(
      try await send(approve + "&csrf=\(csrf)", [("Origin", "null"), ("Sec-Fetch-Site", "cross-site")]).status == 403)
    #expect(try await send(approve + "&csrf=\(csrf)", [("Origin", "null")]).status == 403)
    #expect(try await fixture.view().state == "proposed")
    let done = try await send(
      approve + "&csrf=\(csrf)", [("Origin", "null"), ("Sec-Fetch-Site", "same-origin")])
    #expect(done.status == 303 && done.headers[.location] == "/incidents/INC-1#P1")
    #expect(try await fixture.view().state == "approved")
    // What is refused is told on a page that leads back.
    let twice = try await send(approve + "&csrf=\(csrf)")
    #expect(twice.status == 409 && twice.text.contains("href=\"/incidents/INC-1\""))
    await fixture.end()
  }

  @Test func whatIsFoundIsLaidDownAndWithdrawnWhenItIsOver() async throws {
    let harness = try await ServerHarness()
    defer { harness.remove() }
    let change = #"{"component":"web","summary":"rolled out 2","kind":"deploy","from":"1","to":"2"}"#
    #expect(try await harness.send(.post, "/hooks/changes", change).status == 202)
    harness.clock.advance(bySeconds: 30)
    let alert = ServerHarness.alert(["alertname": "Slow", "service": "web", "severity": "critical"])
    #expect(try await harness.send(.post, "/api/v2/alerts", "[\(alert)]").status == 200)
    harness.clock.advance(bySeconds: 2)
    try await harness.until("the investigation is concluded") {
      try await harness.server.queries.incident("INC-1")?.item.verdict != nil
    }
    let advice = try await harness.server.queries.incident("INC-1")?.report?.remediations.compactMap(\.runbook) ?? []
    for _ in 0..<2 {
      try await harness.server.decisions.follow()
      #expect(try await harness.server.queries.recommendations("INC-1").map(\.runbook) == advice)
    }
    #expect(try await harness.send(.post, "/api/v1/incidents/INC-1/resolve").status == 200)
    try await harness.server.decisions.follow()
    #expect(try await harness.server.queries.recommendations("INC-1").allSatisfy { $0.state == "expired" })
    await harness.stop()
  }

  /// Killed in the middle of a run, the server goes on with it; what was interrupted is asked for.
  @Test func whatARestartBrokeOffIsGoneOnWith() async throws {
    let fixture = try await DecisionFixture()
    try await fixture.recommend()
    let desk = fixture.harness.server.decisions.parts.desk
    try await desk.approve("P1", by: "ann")
    try await desk.run("P1")
    await fixture.harness.stop()
    let journal = fixture.harness.folder + "/desk/journal.jsonl"
    let lines = try String(contentsOfFile: journal, encoding: .utf8).split(separator: "\n")
    for (word, state) in [("runBegan", "verified"), ("stepBegan", "applying"), ("stepEnded", "verified")] {
      let end = try #require(lines.firstIndex { $0.contains("{\"\(word)\"") })
      try Data(lines[...end].map { $0 + "\n" }.joined().utf8).write(to: URL(filePath: journal))
      let again = try await fixture.again()
      try await again.server.decisions.follow()
      try await again.until("it goes on after \(word)") {
        let view = try await again.server.decisions.recommendation("P1")
        return view?.state == state && (state == "verified" || view?.question?.isInterrupted == true)
      }
      await again.stop()
    }
    await fixture.end()
  }
}
