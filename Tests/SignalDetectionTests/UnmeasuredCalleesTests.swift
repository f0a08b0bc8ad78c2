import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

/// The front asks the cart, and the cart its store.
@Suite struct UnmeasuredCalleesTests {
  private static func series(_ component: ComponentID, _ metric: String, _ metricClass: MetricClass) -> MetricSeries {
    MadeUpMetrics.series(component, metric, metricClass, unit: "", every: 15, until: 900) { _ in 1 }
  }

  private static func unmeasured(_ series: [MetricSeries]) -> [ComponentID]? {
    UnmeasuredCallees.of(MadeUpMetrics.window(series, seconds: 900))
  }

  @Test func whoOnlyAnswersAndIsNotTimedIsUnmeasured() {
    let cart = Self.series("cart", "latency_seconds", .latency)
    #expect(Self.unmeasured([cart]) == ["store"])
    // What it uses, and how many it counts, tells nothing of its answers.
    #expect(
      Self.unmeasured([cart, Self.series("store", "cpu", .cpu), Self.series("store", "requests", .throughput)])
        == ["store"])
  }

  @Test func whoeverIsTimedByAnybodyIsMeasured() {
    for metricClass in [MetricClass.latency, .errors] {
      #expect(Self.unmeasured([Self.series("store", "x", metricClass)]) == nil)
      #expect(Self.unmeasured([Self.series("store", "x|client=cart", metricClass)]) == nil)
    }
  }

  @Test func aReplicaOrASpanIsEnough() {
    var window = MadeUpMetrics.window([], seconds: 900)
    window.spans.componentNames = ["store"]
    #expect(UnmeasuredCallees.of(window) == nil)
    window.spans.componentNames = ["store-1"]
    #expect(UnmeasuredCallees.of(window) == ["store"])
    window.serviceMap = ServiceMap(
      components: [Component(id: "store-1", kind: .instance, instanceOf: "store")], calls: window.serviceMap.calls)
    #expect(UnmeasuredCallees.of(window) == nil)
  }
}
