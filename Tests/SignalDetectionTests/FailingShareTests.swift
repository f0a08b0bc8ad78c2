import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

/// Failures as counts, as ratios and as availability come down to the same share of requests.
@Suite struct FailingShareTests {
  private static func share(_ series: [MetricSeries]) throws -> Double? {
    let window = MadeUpMetrics.window(series, seconds: 3600)
    let onset = MadeUpMetrics.begin.advanced(bySeconds: 2400)
    let comparison = ComparisonWindows.comparison(
      window, onset: onset, end: window.incident.window.end, source: .alert)
    let signals = MetricShiftDetector().detect(in: window, comparing: comparison)
    return try #require(signals.first { $0.channel == .serviceLevel }).failingShare
  }

  private static func series(
    _ metric: String, _ metricClass: MetricClass, unit: String, before: Double, after: Double
  ) -> MetricSeries {
    MadeUpMetrics.series("store", metric, metricClass, unit: unit, every: 15, until: 3600) {
      $0 < 2400 ? before : after
    }
  }

  @Test func countsAreDividedByRequests() throws {
    let found = try Self.share([
      Self.series("error", .errors, unit: "count", before: 1, after: 21),
      Self.series("workload", .throughput, unit: "count", before: 100, after: 100),
    ])
    #expect(abs(try #require(found) - 0.2) < 0.02)
  }

  @Test func ratiosAndAvailabilityAreShares() throws {
    let ratio = try Self.share([Self.series("error_percent", .errors, unit: "%", before: 1, after: 31)])
    #expect(abs(try #require(ratio) - 0.3) < 0.02)
    let available = try Self.share([Self.series("availability", .availability, unit: "%", before: 100, after: 60)])
    #expect(abs(try #require(available) - 0.4) < 0.06)
  }

  @Test func withoutRequestsInTheSameUnitNobodyKnows() throws {
    let errors = Self.series("error", .errors, unit: "count", before: 1, after: 21)
    #expect(try Self.share([errors]) == nil)
    let rate = Self.series("requests_per_second", .throughput, unit: "count/s", before: 9, after: 9)
    #expect(try Self.share([errors, rate]) == nil)
  }

  @Test func moreFailuresThanRequestsAreAllOfThem() throws {
    let found = try Self.share([
      Self.series("error", .errors, unit: "count", before: 1, after: 900),
      Self.series("workload", .throughput, unit: "count", before: 100, after: 100),
    ])
    #expect(found == 1)
  }
}
