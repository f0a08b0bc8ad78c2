import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

/// The cart looks for its store where there is none: its calls fail at once, and the store waits for them.
@Suite struct UnreachedCallsTests {
  private static let onset = 2400.0

  private static func series(
    _ component: ComponentID, _ metric: String, _ metricClass: MetricClass, before: Double, after: Double?
  ) -> MetricSeries {
    let unit = metricClass == .latency ? "s" : metricClass == .availability ? "" : "requests/s"
    return MadeUpMetrics.series(component, metric, metricClass, unit: unit, every: 15, until: 3600) {
      $0 < onset ? before : after
    }
  }

  private static func calls(of client: String, taking seconds: Double = 0.001) -> [MetricSeries] {
    [
      series("store", "peer_seconds_mean|client=\(client)", .latency, before: 0.03, after: seconds),
      series("store", "rate(peer_seconds_count)|client=\(client)", .throughput, before: 9, after: 9),
      series("store", "rate(peer_seconds_count)|client=\(client)|status=failed", .errors, before: 0, after: 9),
    ]
  }

  private static func store(counting requests: Double?, answering probes: Double = 1) -> [MetricSeries] {
    [
      series("store", "rate(requests_total)", .throughput, before: 9, after: requests),
      series("store", "up", .availability, before: 1, after: probes),
      series("cart", "rate(requests_total)", .throughput, before: 9, after: 9),
      series("cart", "rate(requests_total)|status=failed", .errors, before: 0, after: 9),
    ]
  }

  private static func failures(_ series: [MetricSeries]) -> [Signal] {
    let window = MadeUpMetrics.window(series, seconds: 3600)
    let comparison = ComparisonWindows.comparison(
      window, onset: MadeUpMetrics.begin.advanced(bySeconds: onset), end: window.incident.window.end, source: .alert)
    return CallExcessDetector().detect(in: window, comparing: comparison).filter { $0.metricClass == .errors }
  }

  @Test func callsThatDoNotArriveAreTheClients() throws {
    let found = Self.failures(Self.calls(of: "cart") + Self.store(counting: 0))
    #expect(!found.contains { $0.component == "store" })
    let lost = try #require(found.first { $0.peer == "store" })
    #expect(lost.component == "cart")
    #expect(lost.channel == .serviceLevel, "its failures are counted once, where its own callers see them")
    #expect(lost.evidence.statement.hasPrefix("cart's calls to store fail at once and do not arrive"))
  }

  @Test func whoCountsNoFailuresOfItsOwnGetsThose() throws {
    let uncounted = Self.store(counting: 0).filter { !$0.key.metric.hasSuffix("status=failed") }
    let lost = try #require(Self.failures(Self.calls(of: "cart") + uncounted).first)
    #expect(lost.component == "cart" && lost.channel == .errorExcess)
  }

  @Test func whoKeepsItsCallersWaitingIsReached() {
    let found = Self.failures(Self.calls(of: "cart", taking: 2) + Self.store(counting: 0))
    #expect(found.contains { $0.component == "store" && $0.channel == .errorExcess })
  }

  @Test(arguments: [(nil, 1.0), (0.0, 0.0), (9.0, 1.0)])
  func whoIsGoneOrCountsThemIsNotMissed(requests: Double?, probes: Double) {
    let found = Self.failures(Self.calls(of: "cart") + Self.store(counting: requests, answering: probes))
    #expect(found.contains { $0.component == "store" && $0.channel == .errorExcess })
    #expect(!found.contains { $0.peer != nil })
  }

  @Test func whomNobodyReachesDoesNotListen() {
    let found = Self.failures(Self.calls(of: "cart") + Self.calls(of: "front") + Self.store(counting: 0))
    #expect(found.count { $0.component == "store" && $0.channel == .errorExcess } == 2)
  }

  @Test func usersOutsideAreBelieved() {
    // Nobody calls the front but its users: an expired certificate there ends their calls at once.
    let found = Self.failures(Self.calls(of: "front") + Self.store(counting: 0))
    #expect(found.contains { $0.component == "store" && $0.channel == .errorExcess })
  }
}
