import Foundation
import IncidentModel
import TestSupport
import Testing

@testable import IncidentServer

/// Many alerts with one cause; how fast it has to be is asked by `Benchmarks/storm.sh`.
@Suite(.timeLimit(.minutes(5))) struct StormTests {
  private func alerts(_ clock: TestClock) -> [String] {
    (0..<1_000).map { number in
      let service = number % 20
      return ServerHarness.alert(
        [
          "alertname": "Slow\(number / 100)", "service": "s\(service)", "instance": "i\(number)",
          "severity": number % 20 == 0 ? "critical" : "warning",
        ], startsAt: clock.now.advanced(bySeconds: Double(service) - 60))
    }
  }

  @Test func aStormIsOneIncidentAndNothingOfItIsLost() async throws {
    let harness = try await ServerHarness()
    defer { harness.remove() }
    let alerts = alerts(harness.clock)
    try await withThrowingTaskGroup(of: Int.self) { group in
      for first in stride(from: 0, to: alerts.count, by: 100) {
        let body = "[" + alerts[first..<first + 100].joined(separator: ",") + "]"
        group.addTask { try await harness.send(.post, "/api/v2/alerts", body).status }
      }
      for try await status in group { #expect(status == 200) }
    }
    try await harness.until("all are counted") {
      try await harness.server.queries.incident("INC-1")?.item.alertCount == alerts.count
    }
    harness.clock.advance(bySeconds: 2)
    try await harness.until("there is a verdict") {
      try await harness.server.queries.incident("INC-1")?.item.verdict != nil
    }
    #expect(try await harness.server.queries.incidents(IncidentFilter()).items.count == 1)
    let detail = try #require(try await harness.server.queries.incident("INC-1"))
    #expect(detail.item.firingCount == alerts.count)
    #expect(detail.item.services.count == 20)
    await harness.stop()
  }

  /// Who asks again for a board that has not grown is answered from what was made for the last one.
  @Test func aBoardIsReadOnceAndItsReportMadeOnce() async throws {
    let harness = try await ServerHarness()
    defer { harness.remove() }
    let alert = ServerHarness.alert(["alertname": "A", "service": "web"])
    #expect(try await harness.send(.post, "/api/v2/alerts", "[\(alert)]").status == 200)
    harness.clock.advance(bySeconds: 2)
    try await harness.until("there is a verdict") {
      try await harness.server.queries.incident("INC-1")?.item.verdict != nil
    }
    let before = try #require(try await harness.server.queries.incident("INC-1"))
    try await harness.server.store.database.write { try $0.execute(sql: "DROP TABLE entry") }
    #expect(try await harness.server.queries.incident("INC-1")?.report == before.report)
    #expect(try await harness.server.queries.incident("INC-1")?.entries == before.entries)
    await harness.stop()
  }
}
