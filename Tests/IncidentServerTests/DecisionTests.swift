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

  /// A release of a service and then an alert about it, investigated and laid on the desk.
  private func fail(_ service: String, _ incident: String, _ harness: ServerHarness) async throws {
    let change = #"{"component":"\#(service)","summary":"rolled out 2","kind":"deploy","from":"1","to":"2"}"#
    #expect(try await harness.send(.post, "/hooks/changes", change).status == 202)
    harness.clock.advance(bySeconds: 30)
    try await fire("HighErrorRate", service, harness)
    try await investigated(incident, 1, harness)
  }

  private func fire(_ name: String, _ service: String, _ harness: ServerHarness) async throws {
    let labels = ["alertname": name, "service": service, "cluster": service, "severity": "critical"]
    let alert = ServerHarness.alert(labels)
    #expect(try await harness.send(.post, "/api/v2/alerts", "[\(alert)]").status == 200)
    harness.clock.advance(bySeconds: 2)
  }

  private func investigated(_ incident: String, _ count: Int, _ harness: ServerHarness) async throws {
    let number = try #require(IncidentRecord.number(incident))
    try await harness.until("investigation \(count) of \(incident) is concluded") {
      let made = try await harness.server.store.incident(number)?.investigations ?? []
      return made.count >= count && made.allSatisfy(\.isConcluded)
    }
    try await harness.server.decisions.follow()
  }

  @Test func whatIsFoundIsLaidDownOnceAndWithdrawnWhenItIsOver() async throws {
    let harness = try await ServerHarness()
    defer { harness.remove() }
    try await fail("web", "INC-1", harness)
    let advice = try await harness.server.queries.incident("INC-1")?.report?.remediations.compactMap(\.runbook) ?? []
    #expect(!advice.isEmpty)
    let queries = harness.server.queries
    #expect(try await queries.recommendations("INC-1").map(\.runbook) == advice)
    let shown = try await queries.recommendations("INC-1").map(\.shown)
    // Another alert, and the same is found: what people were shown still lies there, and is still what it was.
    harness.clock.advance(bySeconds: 60)
    try await fire("Errors", "web", harness)
    harness.clock.advance(bySeconds: 60)
    try await investigated("INC-1", 2, harness)
    #expect(try await queries.recommendations("INC-1").map(\.shown) == shown)
    #expect(try await queries.recommendations("INC-1").allSatisfy { $0.state == "proposed" })
    #expect(try await harness.send(.post, "/api/v1/incidents/INC-1/resolve").status == 200)
    try await harness.server.decisions.follow()
    #expect(try await queries.recommendations("INC-1").allSatisfy { $0.state == "expired" })
    await harness.stop()
  }

  @Test func whatIsRememberedRanksTheNextIncident() async throws {
    let harness = try await ServerHarness()
    defer { harness.remove() }
    try await fail("web", "INC-1", harness)
    let before = try await harness.server.queries.recommendations("INC-1")
    let first = try #require(before.first)
    try await harness.server.decisions.parts.desk.reject(
      ProposalID(first.id), kind: .wrongRunbook, reason: "it did harm", by: "ann")
    try await fail("pay", "INC-2", harness)
    let after = try await harness.server.queries.recommendations("INC-2")
    #expect(after.first?.fault == first.fault && after.first?.runbook != first.runbook, "\(after.map(\.runbook))")
    #expect(after.first { $0.runbook == first.runbook }.map { $0.reason.contains("it did harm") } ?? true)
    await harness.stop()
  }

  /// A file that cannot be read as a runbook must not keep away that an incident is over.
  @Test func aBrokenLibraryDoesNotHoldUpWhatIsOver() async throws {
    let fixture = try await DecisionFixture()
    try await fixture.recommend()
    try await fixture.harness.server.decisions.parts.desk.approve("P1", by: "ann")
    try await fire("Slow", "pay", fixture.harness)
    try await fixture.harness.until("it is investigated") {
      try await fixture.harness.server.store.incident(2)?.investigations.last?.isConcluded == true
    }
    try Data("name: [".utf8).write(to: URL(filePath: fixture.folder + "/runbooks/broken.yaml"))
    _ = try? await fixture.harness.server.decisions.follow()
    #expect(try await fixture.harness.send(.post, "/api/v1/incidents/INC-1/resolve").status == 200)
    await #expect(throws: (any Error).self) { try await fixture.harness.server.decisions.follow() }
    #expect(try await fixture.view().state == "expired")
    await fixture.end()
  }

  @Test func whatIsApprovedIsJudgedByThePolicyThatIsInForceWhenItBegins() async throws {
    let fixture = try await DecisionFixture()
    try await fixture.recommend()
    let ann = try await fixture.token("ann")
    let approval = "{\"shown\": \"\(try await fixture.view().shown)\"}"
    #expect(try await post(fixture, "approve", approval, token: ann).status == 200)
    var frozen = Guardrails()
    frozen.forbidden = [Guardrails.Prohibition(says: "a freeze", components: [Guardrails.Wildcard("w*")])]
    var strangers = Guardrails()
    strangers.people = [Guardrails.Person(name: "bob", roles: ["oncall"])]
    strangers.rules = [Guardrails.ApprovalRule(roles: ["oncall"], risk: .high)]
    var hasty = Guardrails()
    hasty.approvalSeconds = 60
    fixture.harness.clock.advance(bySeconds: 90)
    for (policy, says) in [(frozen, "a freeze"), (strangers, "ann is not known"), (hasty, "older than 60 s")] {
      try await fixture.harness.reload(policy)
      let refused = try await post(fixture, "run", token: ann)
      #expect(refused.status == 409 && refused.text.contains(says), "\(refused.text)")
    }
    #expect(try await fixture.view().state == "approved" && !fixture.isThere("done"))
    try await fixture.harness.reload(Guardrails())
    #expect(try await post(fixture, "run", token: ann).status == 200)
    try await fixture.harness.until("it is verified") { try await fixture.view().state == "verified" }
    await fixture.end()
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
    // After a long while a person has to say that the next step is still right.
    let end = try #require(lines.firstIndex { $0.contains("{\"runBegan\"") })
    try Data(lines[...end].map { $0 + "\n" }.joined().utf8).write(to: URL(filePath: journal))
    fixture.harness.clock.advance(bySeconds: 1801)
    let late = try await fixture.again()
    for _ in 0..<2 { try await late.server.decisions.follow() }
    let view = try #require(try await late.server.decisions.recommendation("P1"))
    #expect(view.state == "applying" && view.decisions == ["run", "halt"])
    #expect(view.hindrance?.contains("broken off") == true)
    let person = Caller(name: "ann", role: .approver)
    _ = try await late.server.decisions.decide(.run, on: "P1", by: person)
    try await late.until("it goes on") { try await late.server.decisions.recommendation("P1")?.state == "verified" }
    await late.stop()
    await fixture.end()
  }
}
