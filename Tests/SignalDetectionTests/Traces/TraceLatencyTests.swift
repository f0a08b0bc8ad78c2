import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

@Suite struct TraceLatencyTests {
  /// A shop: the front calls cart and checkout, checkout calls payment and mail.
  private func shop(
    payment: Double = 8, paymentGap: Double = 1, cartGap: Double = 1, mailGap: Double = 1
  ) -> Step {
    Step(
      service: "front",
      calls: [
        Step(service: "cart", gapMilliseconds: cartGap),
        Step(
          service: "checkout",
          calls: [
            Step(service: "payment", ownMilliseconds: payment, gapMilliseconds: paymentGap),
            Step(service: "mail", gapMilliseconds: mailGap),
          ]),
      ])
  }

  @Test func nothingIsSaidOfAnUnchangedSystem() {
    #expect(MadeUpTraces(normal: { _ in shop() }, incident: { _ in shop() }).signals().isEmpty)
  }

  @Test func ownTimeIsBlamedOnTheServiceThatSpendsIt() throws {
    let signals = MadeUpTraces(normal: { _ in shop() }, incident: { _ in shop(payment: 60) }).signals()
    #expect(signals.map(\.component) == ["payment"])
    let signal = try #require(signals.first)
    #expect(signal.channel == .traceSelfTime)
    #expect(abs(signal.strength - 52) < 4)
    #expect(signal.deviationSigmas > 6)
    #expect(signal.evidence.unit == "ms")
    #expect(signal.evidence.statement.hasPrefix("payment: `handle` takes "))
    #expect(signal.evidence.statement.contains("(n=60 against "))
    #expect(signal.onset.map { $0 >= MadeUpTraces.onset && $0.seconds(until: MadeUpTraces.end) > 110 } == true)
  }

  @Test func timeLostOnTheWayIsBlamedOnTheCalleeThatIsTheOnlySlowOne() throws {
    let signals = MadeUpTraces(normal: { _ in shop() }, incident: { _ in shop(paymentGap: 300) }).signals()
    let signal = try #require(signals.strongest(.traceEdgeGap))
    #expect(signal.component == "payment")
    #expect(signal.peer == "checkout")
    #expect(abs(signal.strength - 299) < 15)
    #expect(signals.of(.traceSelfTime).isEmpty)
  }

  /// The map knows of a proxy between the two that leaves no spans: what they do not spend, it does.
  @Test func timeLostInFrontOfAServiceIsThatOfTheUnrecordedOneBetween() throws {
    var window = MadeUpTraces(normal: { _ in shop() }, incident: { _ in shop(paymentGap: 300) }).window()
    func gap(_ calls: [ServiceMap.Call]) throws -> Signal {
      window.serviceMap = ServiceMap(calls: calls)
      let signals = TraceDetector().detect(in: window, comparing: MadeUpTraces.comparison())
      return try #require(signals.strongest(.traceEdgeGap))
    }
    let passedOn = [ServiceMap.Call(from: "checkout", to: "proxy"), .init(from: "proxy", to: "payment")]
    let blamed = try gap(passedOn)
    #expect(blamed.component == "proxy")
    #expect(blamed.evidence.statement.hasSuffix("; between them is proxy, which leaves no spans."))
    #expect(try gap(passedOn + [.init(from: "checkout", to: "payment")]).component == "payment")
    // Mail is recorded: had the call gone through it, it would show.
    #expect(try gap([.init(from: "checkout", to: "mail"), .init(from: "mail", to: "payment")]).component == "payment")
    // Of two nobody knows which.
    let other = [ServiceMap.Call(from: "checkout", to: "queue"), .init(from: "queue", to: "payment")]
    #expect(try gap(passedOn + other).component == "payment")
  }

  @Test func timeLostOnEveryCallOfAServiceIsItsOwn() {
    let signals = MadeUpTraces(
      normal: { _ in shop() }, incident: { _ in shop(paymentGap: 300, mailGap: 280) }
    ).signals()
    #expect(Set(signals.of(.traceEdgeGap).map(\.component)) == ["checkout"])
  }

  @Test func twoCallersWaitingForOneCalleePointAtIt() {
    func request(_ gap: Double, _ number: Int) -> Step {
      Step(
        service: number % 2 == 0 ? "web" : "app",
        calls: [Step(service: "db", gapMilliseconds: gap), Step(service: "cache")])
    }
    let signals = MadeUpTraces(normal: { request(1, $0) }, incident: { request(200, $0) }).signals()
    #expect(Set(signals.of(.traceEdgeGap).map(\.component)) == ["db"])
  }

  /// One request in three meets it, which moves no median of the service.
  @Test func oneSlowReplicaOfThreeIsBlamedItself() throws {
    func request(_ number: Int, slow: Double) -> Step {
      Step(
        service: "front",
        calls: [Step(service: "cart-\(number % 3)", ownMilliseconds: number % 3 == 1 ? slow : 8)])
    }
    var window = MadeUpTraces(normal: { request($0, slow: 8) }, incident: { request($0, slow: 200) }).window()
    window.serviceMap = ServiceMap(
      components: (0..<3).map { Component(id: ComponentID("cart-\($0)"), kind: .instance, instanceOf: "cart") },
      calls: [.init(from: "front", to: "cart")])
    let signals = TraceDetector().detect(in: window, comparing: MadeUpTraces.comparison())
    #expect(signals.of(.traceSelfTime).map(\.component) == ["cart-1"])
    #expect(try #require(signals.first).evidence.statement.hasPrefix("cart-1: `handle` takes "))
  }

  @Test func oneSlowCallIsNotAnIncident() {
    let signals = MadeUpTraces(
      normal: { _ in shop() }, incident: { shop(payment: $0 == 330 ? 5000 : 8) }
    ).signals()
    #expect(signals.isEmpty)
  }

  @Test func whatVariesFromWindowToWindowIsNotAnIncident() {
    // Each stretch of two minutes has a level of its own.
    let levels = [10.0, 40, 18, 55, 25, 45]
    let signals = MadeUpTraces(
      normal: { shop(payment: levels[$0 * 2 / 125 % levels.count]) }, incident: { _ in shop(payment: 48) }
    ).signals()
    #expect(signals.isEmpty)
  }

  @Test func rareCallsCountLessThanBusyOnes() throws {
    func request(_ slow: Double, _ number: Int) -> Step {
      Step(service: "front", calls: number % 10 == 0 ? [Step(service: "rare", ownMilliseconds: slow)] : [])
    }
    let signal = try #require(
      MadeUpTraces(normal: { request(5, $0) }, incident: { request(105, $0) }).signals().first)
    #expect(signal.component == "rare")
    #expect(signal.strength > 20 && signal.strength < 40)
  }

  @Test func renamingEverythingChangesNothingButNames() {
    let traces = MadeUpTraces(normal: { _ in shop() }, incident: { _ in shop(payment: 60, mailGap: 90) })
    let names = ["front": "zeta", "cart": "beta", "checkout": "omega", "payment": "alpha", "mail": "mu"]
    var renamed = traces.window()
    renamed.spans.componentNames = renamed.spans.componentNames.map { ComponentID(names[$0.rawValue] ?? "?") }
    let before = traces.signals()
    let after = TraceDetector().detect(in: renamed, comparing: MadeUpTraces.comparison())
    #expect(before.map { names[$0.component.rawValue] ?? "?" } == after.map(\.component.rawValue))
    #expect(before.map(\.strength) == after.map(\.strength))
  }

  @Test func replicasCountWithTheirService() {
    var window = MadeUpTraces(normal: { _ in shop() }, incident: { _ in shop(payment: 60) }).window()
    window.spans.componentNames = window.spans.componentNames.map { $0 == "payment" ? "payment-0" : $0 }
    window.serviceMap = ServiceMap(
      components: [Component(id: "payment"), Component(id: "payment-0", kind: .instance, instanceOf: "payment")])
    let signals = TraceDetector().detect(in: window, comparing: MadeUpTraces.comparison())
    #expect(signals.map(\.component) == ["payment"])
  }

  @Test func withoutHistoryNothingIsSaid() {
    let traces = MadeUpTraces(normal: { _ in shop() }, incident: { _ in shop(payment: 60) })
    var comparison = MadeUpTraces.comparison()
    comparison.reference = []
    #expect(TraceDetector().detect(in: traces.window(), comparing: comparison).isEmpty)
  }

  @Test func timesAtTheEndOfTheRangeDoNotTrap() {
    var builder = SpanTableBuilder()
    for number in 0..<40 {
      builder.append(
        trace: "t\(number)", span: "a", parent: nil, component: "a", operation: "x", start: .min + Int64(number),
        end: .max, failed: number % 2 == 0)
      builder.append(
        trace: "t\(number)", span: "b", parent: "a", component: "b", operation: "y", start: .max, end: .max,
        failed: false)
    }
    var window = MadeUpTraces(normal: { _ in shop() }, incident: { _ in shop() }).window()
    window.spans = builder.build().table
    var comparison = MadeUpTraces.comparison()
    comparison.reference = [
      TimeWindow(start: Timestamp(nanoseconds: .min), end: Timestamp(nanoseconds: .min + 20))
    ]
    comparison.onset = Timestamp(nanoseconds: .min + 20)
    comparison.observed = TimeWindow(start: comparison.onset, end: Timestamp(nanoseconds: .max))
    for signal in TraceDetector().detect(in: window, comparing: comparison) { #expect(signal.strength.isFinite) }
  }
}
