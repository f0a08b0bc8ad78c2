import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

/// Whose time it is that a caller waits: the callee's, the way's, or the caller's own.
@Suite struct OneSidedCallTests {
  @Test func waitingForAnAnswerThatIsNotRecordedIsNoWorkOfOnesOwn() throws {
    func request(answered: Bool) -> Step {
      Step(
        service: "web", fails: !answered,
        calls: [
          Step(service: "pay", ownMilliseconds: answered ? 5 : 900, fails: !answered, isRecorded: answered),
          Step(service: "stock"),
        ])
    }
    let signals = MadeUpTraces(
      normal: { _ in request(answered: true) }, incident: { _ in request(answered: false) }
    ).signals()
    #expect(signals.of(.traceSelfTime).isEmpty)
    #expect(signals.of(.tracePath).isEmpty)
    let gap = try #require(signals.strongest(.traceEdgeGap))
    #expect(gap.component == "pay")
    #expect(gap.evidence.value > 500)
  }

  /// Two callers of a store, each asking it two kinds of questions by turns; spans of the store are its callers'.
  private func signals(slow: @escaping (String, String) -> Bool) -> [Signal] {
    func request(_ number: Int, _ isIncident: Bool) -> Step {
      let caller = number % 2 == 0 ? "cart" : "pay"
      let question = number / 2 % 2 == 0 ? "read" : "write"
      return Step(
        service: caller, ownMilliseconds: 4,
        calls: [
          Step(
            service: "db", operation: question,
            ownMilliseconds: isIncident && slow(caller, question) ? 400 : 4)
        ])
    }
    let traces = MadeUpTraces(
      everySeconds: 0.5, normal: { request($0, false) }, incident: { request($0, true) })
    var window = traces.window()
    window.spans = window.spans.withoutClientSpans()
    return TraceDetector().detect(in: window, comparing: MadeUpTraces.comparison()).of(.traceSelfTime)
  }

  @Test func aStoreThatServesOthersIsHalfAcquitted() {
    let own = signals { caller, _ in caller == "cart" }
    #expect(Set(own.map(\.component)) == ["db", "cart"])
    #expect(own.contains { $0.component == "cart" && $0.peer == "db" && $0.evidence.statement.contains("Only cart") })
  }

  @Test func aStoreThatServesNobodyIsNot() {
    #expect(Set(signals { _, _ in true }.map(\.component)) == ["db"])
  }

  @Test func aSlowKindOfQuestionIsTheStores() {
    #expect(Set(signals { caller, question in caller == "cart" && question == "read" }.map(\.component)) == ["db"])
  }
}

extension SpanTable {
  /// The same traces as a client library without spans of its own would record them.
  fileprivate func withoutClientSpans() -> SpanTable {
    var builder = SpanTableBuilder()
    func isClient(_ row: Int) -> Bool { operationNames[Int(operations[row])].hasPrefix("call ") }
    for row in 0..<count where !isClient(row) {
      var parent = Int(parents[row])
      if parent >= 0, isClient(parent) { parent = Int(parents[parent]) }
      builder.append(
        trace: traceNames[Int(traces[row])], span: "\(row)", parent: parent < 0 ? nil : "\(parent)",
        component: componentNames[Int(components[row])].rawValue, operation: operationNames[Int(operations[row])],
        start: starts[row], end: ends[row], failed: failed[row])
    }
    return builder.build().table
  }
}
