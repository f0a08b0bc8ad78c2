import IncidentModel
import Testing

@testable import Telemetry

@Suite struct StatusSumsTests {
  private static func series(_ metric: String, _ times: [Int64], _ values: [Double]) -> MetricSeries {
    MetricSeries(key: MetricKey(component: "cart", metric: metric), times: times, values: values)
  }

  @Test func failuresAddUpAndSharesHaveAWhole() {
    let summed = [
      Self.series("call_seconds_count|client=web|code=200", [1, 2, 3], [7, 7, 7]),
      Self.series("call_seconds_count|client=web|code=500", [1, 2, 3], [0, 1, 2]),
      Self.series("call_seconds_count|client=web|error_type=timeout|status=failed", [2, 3], [3, 4]),
      Self.series("call_seconds_count|client=job|code=404", [1], [5]),
      Self.series("call_seconds_sum|client=web|code=200", [1, 2], [1, 2]),
      Self.series("call_seconds_sum|client=web|error_type=timeout|status=failed", [2], [30]),
      Self.series("query_seconds_count|client=web", [1, 2, 3], [4, 5, 5]),
      Self.series("query_seconds_count|client=web|error_type=late|status=failed", [3], [2]),
      Self.series("other_total|code=200", [1], [5]), Self.series("other_total|code=404", [1], [6]),
    ].withStatusSums()
    let values = Dictionary(uniqueKeysWithValues: summed.map { ($0.key.metric, $0.values) })
    #expect(
      values == [
        "call_seconds_count|client=web|code=200": [7, 7, 7], "call_seconds_count|client=web": [7, 11, 13],
        "call_seconds_count|client=web|status=failed": [0, 4, 6],
        "call_seconds_count|client=job|code=404": [5], "call_seconds_count|client=job": [5],
        "query_seconds_count|client=web": [4, 5, 7], "query_seconds_count|client=web|status=failed": [0, 0, 2],
        "call_seconds_sum|client=web": [1, 32], "other_total|code=200": [5], "other_total|code=404": [6],
      ])
    #expect(summed.first { $0.key.metric.hasSuffix("failed") }?.metricClass == .errors)
  }
}
