import IncidentModel
import Testing

@testable import Telemetry

/// Samples that are missing in one of several counters which are added up or divided.
@Suite struct CounterGapTests {
  private static let gap = Double.nan

  private static func series(_ metric: String, _ values: [Double]) -> MetricSeries {
    MetricSeries(
      key: MetricKey(component: "cart", metric: metric), times: values.indices.map { Int64($0) * 10_000_000_000 },
      values: values)
  }

  private static func measured(_ given: [MetricSeries]) -> [String: [String]] {
    Dictionary(
      uniqueKeysWithValues: given.asMeasures().map { ($0.key.metric, $0.values.map(\.description)) })
  }

  /// Without the part that is missing, the sum would fall to a tenth and count as begun anew.
  @Test func aSumOfCountersIsNotKnownWhereOneOfThemIsNot() {
    let measured = Self.measured([
      Self.series("http_requests_total|code=200", [900, Self.gap, 1100, 1200]),
      Self.series("http_requests_total|code=500", [100, 100, 100, 100]),
    ])
    #expect(measured["rate(http_requests_total)"] == ["nan", "nan", "10.0", "10.0"])
  }

  @Test func whatBeginsLaterOrEndsEarlierIsNoGap() {
    let measured = Self.measured([
      Self.series("http_requests_total|code=200", [900, 1000, 1100, 1200]),
      Self.series("http_requests_total|code=500", [Self.gap, 10, 20, Self.gap]),
    ])
    #expect(measured["rate(http_requests_total)"]?.prefix(3) == ["nan", "11.0", "11.0"])
  }

  /// Exporters of changes leave out what did not happen.
  @Test func aGapInWhatIsNoCounterAddsNothing() {
    let measured = Self.measured([
      Self.series("http_requests_per_second|code=200", [9, 8, 9, 8]),
      Self.series("http_requests_per_second|code=500", [2, Self.gap, 1, 2]),
    ])
    #expect(measured["http_requests_per_second"] == ["11.0", "8.0", "10.0", "10.0"])
  }

  /// Half a second each, whichever of the two is missing.
  @Test func secondsAreDividedByTheRequestsOfTheSameTime() {
    let measured = Self.measured([
      Self.series("http_seconds_sum", [0, 5, Self.gap, 15, 20, 25]),
      Self.series("http_seconds_count", [0, 10, 20, 30, Self.gap, 50]),
    ])
    #expect(measured["http_seconds_mean"] == ["nan", "0.5", "nan", "0.5", "nan", "0.5"])
  }

  @Test func bucketsAreRankedByTheRequestsOfTheSameTime() {
    let measured = Self.measured([
      Self.series("http_seconds_bucket|le=1", [0, 100, Self.gap, 300]),
      Self.series("http_seconds_bucket|le=+Inf", [0, 100, 200, 300]),
      Self.series("http_seconds_count", [0, 100, 200, 300]),
    ])
    #expect(measured["http_seconds_p95"] == ["nan", "0.95", "nan", "0.95"])
  }
}
