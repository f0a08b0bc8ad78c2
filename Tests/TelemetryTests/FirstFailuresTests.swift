import IncidentModel
import Testing

@testable import Telemetry

/// Exporters know of a kind of failure only since its first.
@Suite struct FirstFailuresTests {
  private static func series(
    _ component: ComponentID, _ metric: String, _ times: [Int64], _ values: [Double]
  ) -> MetricSeries {
    MetricSeries(key: MetricKey(component: component, metric: metric), times: times, values: values)
  }

  @Test func beforeTheFirstFailureNothingFailed() {
    let filled = [
      Self.series("cart", "requests_per_second", [1, 2, 3, 4, 5, 6], [.nan, 5, 5, 5, 5, 5]),
      Self.series("cart", "errors_per_second", [1, 2, 3, 4, 5, 6], [.nan, .nan, .nan, .nan, 2, .nan]),
    ].withNoFailuresBeforeFirst()
    #expect(filled.map(\.metricClass) == [.throughput, .errors])
    // Not before anybody counted, and a hole after the first failure stays one.
    #expect(filled[1].times == [1, 2, 3, 4, 5, 6])
    #expect(filled[1].values[0].isNaN && filled[1].values[1...4] == [0, 0, 0, 2] && filled[1].values[5].isNaN)
  }

  @Test func aSeriesThatBeginsLaterIsLedBack() {
    let filled = [
      Self.series("cart", "requests_total", [10, 20, 30, 40], [1, 2, 3, 4]),
      Self.series("cart", "errors_total", [40], [4]), Self.series("store", "errors_total", [40], [4]),
    ].withNoFailuresBeforeFirst()
    #expect(filled[1].times == [10, 20, 30, 40] && filled[1].values == [0, 0, 0, 4])
    #expect(filled[2].times == [40], "of a component whose requests nobody counts nothing is known")
  }

  @Test func whatIsNoFailureStaysAsItWasAndSoDoesALostSample() {
    let filled = [
      Self.series("cart", "requests_per_second", [1, 2, 3, 4, 5], [5, 5, 5, 5, 5]),
      Self.series("cart", "latency_p50_seconds", [5], [0.1]),
      Self.series("cart", "errors_per_second", [2, 3], [1, 1]),
    ].withNoFailuresBeforeFirst()
    #expect(filled.map(\.times.count) == [5, 1, 2])
  }
}
