import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

/// A network delay in front of the store: its client waits, and the store itself notices nothing.
@Suite struct ClientTimingTests {
  private static let onset = 2400.0

  private static func series(
    _ component: ComponentID, _ metric: String, _ metricClass: MetricClass = .latency, before: Double, after: Double
  ) -> MetricSeries {
    let unit = metricClass == .latency ? "s" : "requests/s"
    return MadeUpMetrics.series(component, metric, metricClass, unit: unit, every: 15, until: 3600) {
      $0 < onset ? before : after
    }
  }

  private static func excess(_ series: [MetricSeries]) -> [Signal] {
    let window = MadeUpMetrics.window(series, seconds: 3600)
    let comparison = ComparisonWindows.comparison(
      window, onset: MadeUpMetrics.begin.advanced(bySeconds: onset), end: window.incident.window.end, source: .alert)
    return CallExcessDetector().detect(in: window, comparing: comparison)
  }

  private static let own = [
    series("front", "request_seconds_mean", before: 0.09, after: 0.49),
    series("cart", "request_seconds_mean", before: 0.08, after: 0.48),
    series("store", "request_seconds_mean", before: 0.02, after: 0.02),
    series("cart", "rate(requests_total)", .throughput, before: 9, after: 9),
    series("store", "rate(requests_total)", .throughput, before: 9, after: 9),
  ]

  @Test func whatAClientTimedCountsBeforeWhatTheComponentTimedItself() throws {
    #expect(!Self.excess(Self.own).contains { $0.component == "store" })
    let seen = Self.excess(
      Self.own + [
        Self.series("store", "zz_peer_seconds_mean|client=cart", before: 0.03, after: 0.43),
        Self.series("store", "rate(zz_peer_seconds_count)|client=cart", .throughput, before: 9, after: 9),
      ])
    let store = try #require(seen.first { $0.component == "store" })
    let cart = try #require(seen.first { $0.component == "cart" })
    #expect(store.strength > 0.9 * cart.strength)
  }

  @Test func eachClientCountsWithItsOwnRequests() throws {
    let seen = Self.excess(
      Self.own + [
        Self.series("store", "peer_seconds_mean|client=cart", before: 0.03, after: 0.43),
        Self.series("store", "peer_seconds_mean|client=front", before: 0.03, after: 0.43),
        Self.series("store", "rate(peer_seconds_count)|client=cart", .throughput, before: 8, after: 8),
        Self.series("store", "rate(peer_seconds_count)|client=front", .throughput, before: 1, after: 1),
      ]
    ).filter { $0.component == "store" }
    #expect(seen.map(\.subject) == ["peer_seconds_mean|client=cart", "peer_seconds_mean|client=front"])
    let ratio = try #require(seen.first).strength / (try #require(seen.last).strength)
    #expect((7...9).contains(ratio))
  }

  @Test func aTailThatClientsTimedDoesNotReplaceAMean() {
    let seen = Self.excess(Self.own + [Self.series("store", "peer_seconds_p99|client=cart", before: 0.1, after: 0.9)])
    #expect(!seen.contains { $0.component == "store" })
  }
}
