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

extension TraceErrorTests {
  @Test func aCallThatIsNotAnsweredIsTheCallees() throws {
    let traces = MadeUpTraces(
      normal: { _ in Step(service: "web", calls: [Step(service: "db")]) },
      incident: { _ in Step(service: "web", calls: [Step(service: "db")]) })
    var window = traces.window()
    // The caller's view fails, the callee's span is missing.
    let client = try #require(window.spans.operationNames.firstIndex(of: "call db"))
    let callee = try #require(window.spans.componentNames.firstIndex(of: "db"))
    let kept = (0..<window.spans.count).filter { row in
      Int(window.spans.components[row]) != callee || window.spans.starts[row] < MadeUpTraces.onset.nanoseconds
    }
    var spans = SpanTableBuilder()
    for row in kept {
      let parent = Int(window.spans.parents[row])
      let isLost =
        Int(window.spans.operations[row]) == client && window.spans.starts[row] >= MadeUpTraces.onset.nanoseconds
      spans.append(
        trace: window.spans.traceNames[Int(window.spans.traces[row])], span: "\(row)",
        parent: parent < 0 ? nil : "\(parent)",
        component: window.spans.componentNames[Int(window.spans.components[row])].rawValue,
        operation: window.spans.operationNames[Int(window.spans.operations[row])], start: window.spans.starts[row],
        end: window.spans.ends[row], failed: isLost)
    }
    window.spans = spans.build().table
    let signals = TraceDetector().detect(in: window, comparing: MadeUpTraces.comparison()).of(.traceErrors)
    let signal = try #require(signals.first)
    #expect(signal.component == "db")
    #expect(signal.peer == "web")
    #expect(signal.evidence.statement.hasPrefix("db, as web sees it: `call db` fails in 60 of 60 calls"))
  }
}
