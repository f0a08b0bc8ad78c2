import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

@Suite struct LogPatternTests {
  /// Lines of ten healthy minutes and two bad ones, one a second where the closure gives one.
  private func signals(
    _ line: (_ second: Int) -> [(service: String, severity: LogSeverity, text: String)],
    calls: [ServiceMap.Call] = []
  ) -> [Signal] {
    var builder = LogTableBuilder()
    for second in 0..<720 {
      for item in line(second) {
        builder.append(
          time: Int64((MadeUpTraces.begin + Double(second)) * 1e9), component: item.service, severity: item.severity,
          body: item.text)
      }
    }
    let window = TelemetryWindow(
      incident: Incident(
        id: "logs", title: "Logs",
        window: TimeWindow(start: MadeUpTraces.onset.advanced(bySeconds: -600), end: MadeUpTraces.end)),
      logs: builder.build(), serviceMap: ServiceMap(calls: calls))
    return LogPatternDetector().detect(in: window, comparing: MadeUpTraces.comparison())
  }

  @Test func steadyLogsSayNothing() {
    #expect(signals { [("web", .info, "served request \($0) in \($0 % 7) ms")] }.isEmpty)
  }

  @Test func aNewErrorIsTheStrongestEvidence() throws {
    let signal = try #require(
      signals { second in
        var lines: [(service: String, severity: LogSeverity, text: String)] = [("web", .info, "served \(second)")]
        if second >= 600, second % 3 == 0 {
          lines.append(("web", .error, "connection to 10.0.0.\(second % 9) refused"))
        }
        return lines
      }.first)
    #expect(signal.component == "web")
    #expect(signal.strength == 30)
    #expect(signal.direction == .rise)
    #expect(signal.evidence.kind == .log)
    #expect(signal.evidence.statement.contains("is new: 40 lines"))
    #expect(signal.onset == MadeUpTraces.onset)
  }

  @Test func linesThatStopAreNoticed() throws {
    let signal = try #require(
      signals { $0 < 600 ? [("cron", .info, "job \($0) done")] : [("web", .info, "ok")] }
        .first { $0.component == "cron" })
    #expect(signal.direction == .fall)
    #expect(signal.evidence.value == 0)
  }

  @Test func aFewMoreLinesThanUsualAreChance() {
    #expect(signals { $0 % ($0 < 600 ? 10 : 8) == 0 ? [("web", .info, "cache miss")] : [] }.isEmpty)
  }

  @Test func aCallersErrorIsDiscountedByItsCallees() throws {
    let found = signals(
      { second in
        guard second >= 600 else { return [("web", .info, "ok"), ("db", .info, "ok")] }
        return [("web", .error, "query failed"), ("db", .error, "disk failed")]
      }, calls: [ServiceMap.Call(from: "web", to: "db")])
    let web = try #require(found.first { $0.component == "web" })
    let db = try #require(found.first { $0.component == "db" })
    #expect(db.strength > web.strength * 1.5)
  }

  /// Releases bring lines that were never logged before.
  @Test func aNewLineInPassingIsADoubtAtMost() throws {
    func strength(_ severity: LogSeverity, _ text: String) throws -> Double {
      try #require(
        signals { second in
          [("web", .info, "served \(second)")] + (second >= 600 ? [("web", severity, text)] : [])
        }.first
      ).strength
    }
    #expect(try strength(.info, "cache warmed") <= 7)
    #expect(try strength(.warning, "cache cold") == 30)
    #expect(try strength(.info, "request failed") == 30)
    #expect(try strength(.unknown, "cache warmed") == 30)
  }

  @Test func aComplaintNamesTheCalleeThatDidNotAnswer() throws {
    func peer(_ text: String) throws -> ComponentID? {
      try #require(
        signals(
          { $0 < 600 ? [("web", .info, "ok")] : [("web", .error, text)] },
          calls: [.init(from: "web", to: "stock"), .init(from: "web", to: "price")]
        ).first { $0.direction == .rise }
      ).peer
    }
    #expect(
      try peer("Post \"http://stock:8080/items\": dial tcp 10.0.0.7:8080: connect: connection refused") == "stock")
    #expect(try peer("timed out waiting for price") == "price")
    #expect(try peer("no item in stock") == nil)
    #expect(try peer("timed out waiting for stockroom") == nil)
    #expect(try peer("timed out waiting for stock and price") == nil)
  }
}
