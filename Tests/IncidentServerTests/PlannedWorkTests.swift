import Foundation
import IncidentModel
import Testing

@testable import IncidentServer
@testable import Runbooks

/// Planned work through the same guardrails, by the server, under a clock that the test moves.
@Suite(.timeLimit(.minutes(5))) struct PlannedWorkTests {
  /// An hour from now, every day.
  private func fixture(_ clock: TestClock) async throws -> DecisionFixture {
    let at = clock.now.advanced(bySeconds: 3600).description.dropFirst(11).prefix(5)
    return try await DecisionFixture(
      clock: clock,
      schedule: """
        planned:
          - name: nightly
            runbook: mend
            inputs: {component: web, word: else}
            when: {at: "\(at)"}
            graceSeconds: 1800
            announceSeconds: 7200
            maintenance: {labels: {service: web}, minutes: 60}

        """)
  }

  private func why(_ fixture: DecisionFixture) async throws -> String {
    let alerts = try await fixture.harness.send(.get, "/api/v1/alerts").json
    let fingerprint = alerts["items"]?.array?.first?["fingerprint"]?.string ?? ""
    return try await fixture.harness.send(.get, "/api/v1/alerts/\(fingerprint)/explanation").text
  }

  @Test func approvedAheadBegunInTimeAndSilencedMeanwhile() async throws {
    let clock = TestClock()
    let fixture = try await fixture(clock)
    let (decisions, desk) = (fixture.harness.server.decisions, fixture.harness.server.decisions.parts.desk)
    for _ in 0..<3 {
      try await decisions.follow()
      clock.advance(bySeconds: 30)
    }
    #expect(try await decisions.recommendations().map(\.id) == ["P1"])
    let next = try await fixture.harness.send(.get, "/api/v1/planned").json["items"]?.array?.first
    #expect(next?["recommendation"] == "P1")
    // Approved ahead, for its time: nobody has to be awake then. Before it, it does not begin.
    try await desk.approve("P1", by: "ann")
    await #expect(throws: (any Error).self) { try await desk.run("P1") }
    try await decisions.follow()
    #expect(!fixture.isThere("else"))
    let alert = ServerHarness.alert(["alertname": "Slow", "service": "web"])
    clock.advance(bySeconds: 3600)
    #expect(try await fixture.harness.send(.post, "/api/v2/alerts", "[\(alert)]").status == 200)
    try await fixture.harness.until("the alert is known") { try await !self.why(fixture).contains("\"no such") }
    try await decisions.follow()
    try await fixture.harness.until("the work is done") { fixture.isThere("else") }
    try await fixture.harness.until("its alerts are silenced") {
      try await decisions.follow()
      return try await self.why(fixture).contains("planned-P1")
    }
    // What verifies it comes true, and with its end the window closes.
    try Data().write(to: URL(filePath: fixture.folder + "/done"))
    try await fixture.harness.until("it is verified") {
      try await decisions.follow()
      return try await fixture.view().state == "verified"
    }
    try await decisions.follow()
    #expect(try await !self.why(fixture).contains("silenced until"))
    #expect(try await desk.board().memory.trials.allSatisfy { $0.fault == .unknown })
    await fixture.end()
  }

  @Test func whatNobodyApprovedIsMissedAndNotMadeUpFor() async throws {
    let clock = TestClock()
    let fixture = try await fixture(clock)
    let decisions = fixture.harness.server.decisions
    try await decisions.follow()
    clock.advance(bySeconds: 3600 + 1801)
    try await decisions.follow()
    #expect(try await fixture.view().state == "expired")
    #expect(try await fixture.view().stateDetail.contains("missed"))
    #expect(try await decisions.recommendations().count == 1)
    // The next day's is another.
    clock.advance(bySeconds: 86_400 - 7200)
    try await decisions.follow()
    #expect(try await decisions.recommendations().map(\.state) == ["expired", "proposed"])
    await fixture.end()
  }

  /// Away for three days: what could not begin is not done, and a restart lays nothing down twice.
  @Test func aServerThatWasAwayDoesNotCatchUp() async throws {
    let clock = TestClock()
    let fixture = try await fixture(clock)
    try await fixture.harness.server.decisions.follow()
    try await fixture.harness.server.decisions.parts.desk.approve("P1", by: "ann")
    await fixture.harness.stop()
    clock.advance(bySeconds: 3 * 86_400)
    let again = try await fixture.again()
    try await again.server.decisions.follow()
    try await again.server.decisions.follow()
    #expect(try await again.server.decisions.recommendations().map(\.state) == ["expired", "proposed"])
    #expect(!fixture.isThere("else"))
    await again.stop()
    await fixture.end()
  }
}
