import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

@Suite struct TraceErrorTests {
  private func request(fails: Bool) -> Step {
    Step(
      service: "web", fails: fails,
      calls: [Step(service: "orders", fails: fails, calls: [Step(service: "stock", fails: fails)])])
  }

  @Test func failuresAreBlamedOnTheDeepestSpan() throws {
    let signals = MadeUpTraces(
      normal: { request(fails: $0 % 50 == 0) }, incident: { request(fails: $0 % 2 == 0) }
    ).signals().of(.traceErrors)
    #expect(signals.map(\.component) == ["stock"])
    let signal = try #require(signals.first)
    #expect(signal.strength > 25 && signal.strength < 31)
    #expect(signal.metricClass == .errors)
    #expect(signal.evidence.statement.contains("fails in 30 of 60 calls"))
  }

  @Test func aRareFailureIsNoIncident() {
    let signals = MadeUpTraces(
      normal: { request(fails: $0 % 50 == 0) }, incident: { request(fails: $0 % 40 == 0) }
    ).signals()
    #expect(signals.of(.traceErrors).isEmpty)
  }

  @Test func anOperationThatIsNewAndFailsCounts() {
    let signals = MadeUpTraces(
      normal: { _ in Step(service: "web") },
      incident: { _ in Step(service: "web", calls: [Step(service: "fresh", operation: "new", fails: true)]) }
    ).signals()
    #expect(signals.of(.traceErrors).map(\.component) == ["fresh"])
  }
}
