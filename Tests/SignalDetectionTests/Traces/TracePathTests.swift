import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

@Suite struct TracePathTests {
  private func order(
    charge: [String] = ["charging card", "card charged"], ships: Bool = true, warehouse: Double = 5
  ) -> Step {
    Step(
      service: "checkout", operation: "PlaceOrder",
      calls: [Step(service: "payment", operation: "Charge", lines: charge)]
        + (ships
          ? [
            Step(
              service: "shipping", operation: "Ship",
              calls: [Step(service: "warehouse", operation: "Pick", ownMilliseconds: warehouse)])
          ] : []))
  }

  @Test func anEarlyReturnIsFoundWhereItHappens() throws {
    let signals = MadeUpTraces(
      normal: { _ in order() }, incident: { _ in order(charge: ["charging card"]) }
    ).signals().of(.tracePath)
    let signal = try #require(signals.first)
    #expect(signal.component == "payment")
    #expect(signal.strength == 40)
    #expect(signal.evidence.kind == .trace)
    #expect(signal.evidence.statement.hasPrefix("payment/Charge: after `charging card` the span ends"))
    #expect(signal.evidence.statement.contains("usually `card charged` follows (60 of 60 against 0 of "))
    #expect(signal.onset.map { $0 >= MadeUpTraces.onset } == true)
  }

  @Test func aCallThatIsNoLongerMadeShowsAsTheEndThatTakesItsPlace() throws {
    let signals = MadeUpTraces(normal: { _ in order() }, incident: { _ in order(ships: false) }).signals()
    let signal = try #require(signals.strongest(.tracePath))
    #expect(signal.component == "checkout")
    #expect(signal.evidence.statement.contains("the span ends"))
    #expect(signal.evidence.statement.contains("usually the call of shipping/Ship follows"))
  }

  @Test func whatComesFirstInATraceExplainsTheRest() {
    // Payment answers without charging, and therefore checkout does not ship.
    let signals = MadeUpTraces(
      normal: { _ in order() }, incident: { _ in order(charge: ["charging card"], ships: false) }
    ).signals().of(.tracePath)
    #expect(Set(signals.map(\.component)) == ["payment"])
  }

  @Test func waitingForASlowServiceExplainsACallersDetour() {
    func request(_ slow: Bool) -> Step {
      var step = order(warehouse: slow ? 900 : 5)
      if slow { step.lines = ["retrying"] }
      return step
    }
    let signals = MadeUpTraces(normal: { _ in request(false) }, incident: { _ in request(true) }).signals()
    #expect(signals.of(.tracePath).isEmpty)
    #expect(signals.strongest(.traceSelfTime)?.component == "warehouse")
  }

  @Test func linesThatOnlyTheIncidentHasAreNotNews() {
    // Logs were collected during the incident alone.
    let signals = MadeUpTraces(normal: { _ in order(charge: []) }, incident: { _ in order() }).signals()
    #expect(signals.isEmpty)
  }

  @Test func valuesInLinesDoNotMakeThemNew() {
    var number = 0
    let signals = MadeUpTraces(
      normal: { _ in order(charge: ["charging card", "card charged"]) },
      incident: { _ in
        number += 1
        return order(charge: ["charging card", "card charged"])
      }
    ).signals()
    #expect(signals.isEmpty)
    let withValues = MadeUpTraces(
      normal: { order(charge: ["charging card \($0)", "amount=\($0 * 7) done"]) },
      incident: { order(charge: ["charging card \($0)", "amount=\($0 * 7) done"]) }
    ).signals()
    #expect(withValues.isEmpty)
  }

  @Test func whatSometimesHappenedBeforeIsLittleEvidence() {
    let now = MadeUpTraces(
      normal: { order(ships: $0 % 3 != 0) }, incident: { order(ships: $0 % 2 != 0) }
    ).signals()
    #expect(now.of(.tracePath).isEmpty)
  }
}

/// Client libraries give every call a span of the same name.
@Suite struct ClientSpanTests {
  /// A service that calls first one and then another through `HTTP POST` spans, or stops after the first.
  private func window(stopsEarly: @escaping (Int) -> Bool) -> TelemetryWindow {
    var builder = SpanTableBuilder()
    for number in 0..<360 {
      let start = Int64((MadeUpTraces.begin + Double(number) * 2) * 1e9)
      let trace = "t\(number)"
      func add(_ span: String, _ parent: String?, _ component: String, _ operation: String, _ from: Int64, _ to: Int64)
      {
        builder.append(
          trace: trace, span: span, parent: parent, component: component, operation: operation,
          start: start + from * 1_000_000, end: start + to * 1_000_000, failed: false)
      }
      let stops = number >= 300 && stopsEarly(number)
      add("root", nil, "travel", "query", 0, stops ? 12 : 24)
      add("c1", "root", "travel", "HTTP POST", 1, 10)
      add("s1", "c1", "basic", "lookup", 2, 9)
      if !stops {
        add("c2", "root", "travel", "HTTP POST", 12, 22)
        add("s2", "c2", "seat", "left", 13, 21)
      }
    }
    var window = MadeUpTraces(normal: { _ in Step(service: "a") }, incident: { _ in Step(service: "a") }).window()
    window.spans = builder.build().table
    return window
  }

  @Test func aCallIsKnownByWhatIsCalled() throws {
    let signals = TraceDetector().detect(in: window { _ in true }, comparing: MadeUpTraces.comparison())
    let signal = try #require(signals.first)
    #expect(signals.count == 1)
    #expect(signal.subject == "query: the call of basic/lookup → the end of the span")
    #expect(signal.evidence.statement.contains("usually the call of seat/left follows (60 of 60 against 0 of "))
  }
}
