import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

/// What a caller does because a call of its failed is the callee's doing.
@Suite struct FailedCallTests {
  /// Checkout asks payment, up to so many times while that fails, waits longer each time, and ships only what was paid.
  private func order(attempts: Int = 1, paymentFails: Bool = false, waiting: Double = 5) -> Step {
    let payment = Step(service: "payment", operation: "Charge", fails: paymentFails)
    return Step(
      service: "checkout", operation: "PlaceOrder", ownMilliseconds: waiting, fails: paymentFails,
      calls: [Step](repeating: payment, count: attempts)
        + (paymentFails ? [] : [Step(service: "shipping", operation: "Ship")]))
  }

  @Test func waitingToAskAgainAndGivingUpAreNoFindings() {
    let signals = MadeUpTraces(
      normal: { _ in order() },
      incident: { $0 % 2 == 0 ? order() : order(attempts: 3, paymentFails: true, waiting: 200) }
    ).signals()
    #expect(signals.of(.traceSelfTime, .tracePath).isEmpty)
    #expect(signals.strongest(.traceErrors)?.component == "payment")
  }

  @Test func whatIsSlowByItselfStaysSo() {
    let signals = MadeUpTraces(
      normal: { _ in order() },
      incident: { $0 % 2 == 0 ? order(waiting: 200) : order(attempts: 3, paymentFails: true, waiting: 200) }
    ).signals()
    #expect(signals.strongest(.traceSelfTime)?.component == "checkout")
  }

  /// A new call that fails was the caller's choice.
  @Test func theStepToTheCallThatFailsStays() {
    var detour = order()
    detour.calls.insert(Step(service: "fraud", operation: "Check", fails: true), at: 0)
    let signals = MadeUpTraces(normal: { _ in order() }, incident: { _ in detour }).signals()
    #expect(signals.strongest(.tracePath)?.component == "checkout")
  }
}
