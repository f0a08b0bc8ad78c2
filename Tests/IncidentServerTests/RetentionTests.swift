import BlackboardStore
import Foundation
import IncidentModel
import TestSupport
import Testing

@testable import IncidentServer

@Suite(.timeLimit(.minutes(5))) struct RetentionTests {
  /// Two incidents that are over, a day apart.
  private func twoThatAreOver() async throws -> ServerHarness {
    let harness = try await ServerHarness()
    for number in 1...2 {
      let alert = ServerHarness.alert(["alertname": "A", "service": "web", "cluster": "c\(number)"])
      #expect(try await harness.send(.post, "/api/v2/alerts", "[\(alert)]").status == 200)
      try await harness.until("it was received") {
        try await harness.server.queries.incident("INC-\(number)") != nil
      }
      harness.clock.advance(bySeconds: 2)
      try await harness.until("INC-\(number) has its verdict") {
        try await harness.server.queries.incident("INC-\(number)")?.item.verdict != nil
      }
      #expect(try await harness.send(.post, "/api/v1/incidents/INC-\(number)/resolve").status == 200)
      harness.clock.advance(bySeconds: 86_400)
    }
    return harness
  }

  private func clean(_ harness: ServerHarness, days: Int = 30, bytes: Int = 1 << 30) async throws -> Int {
    let retention = LoopSettings.Retention(days: days, incidentBytes: bytes)
    return try await harness.server.store.cleanIncidents(
      retention, casesFolder: harness.folder + "/incidents", at: harness.clock.now)
  }

  private func isThere(_ number: Int, _ harness: ServerHarness) async throws -> [Bool] {
    let boards = try await harness.server.store.boards.investigations()
    return [
      try await harness.server.queries.incident("INC-\(number)") != nil,
      boards.contains { $0.id.incident == "INC-\(number)" },
      FileManager.default.fileExists(atPath: "\(harness.folder)/incidents/INC-\(number)"),
      try await !harness.server.queries.alerts(AlertFilter(incident: "INC-\(number)")).items.isEmpty,
    ]
  }

  @Test func whatIsTooOldGoesWithItsBoardAndItsCase() async throws {
    let harness = try await twoThatAreOver()
    defer { harness.remove() }
    #expect(try await clean(harness, days: 30) == 0)
    #expect(try await isThere(1, harness) == [true, true, true, true])
    #expect(try await clean(harness, days: 2) == 1)
    #expect(try await isThere(1, harness) == [false, false, false, false])
    #expect(try await isThere(2, harness) == [true, true, true, true])
    await harness.stop()
  }

  @Test func theOldestGoWhileAllOfThemAreTooMuch() async throws {
    let harness = try await twoThatAreOver()
    defer { harness.remove() }
    #expect(try await clean(harness, bytes: 0) == 2)
    #expect(try await isThere(2, harness) == [false, false, false, false])
    await harness.stop()
  }

  /// An alert that fires again is of another incident; the one that it was of stays for as long as it should.
  @Test func anIncidentOutlivesThatItsAlertsAreOfAnother() async throws {
    let harness = try await twoThatAreOver()
    defer { harness.remove() }
    let alert = ServerHarness.alert(["alertname": "A", "service": "web", "cluster": "c1"])
    #expect(try await harness.send(.post, "/api/v2/alerts", "[\(alert)]").status == 200)
    try await harness.until("it opened another") { try await harness.server.queries.incident("INC-3") != nil }
    #expect(try await clean(harness, days: 30) == 0)
    #expect(try await harness.server.queries.incident("INC-1") != nil)
    await harness.stop()
  }
}
