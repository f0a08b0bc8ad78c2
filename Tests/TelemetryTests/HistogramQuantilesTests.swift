import IncidentModel
import Testing

@testable import Telemetry

@Suite struct HistogramQuantilesTests {
  private func series(_ metric: String, _ values: [Double]) -> MetricSeries {
    MetricSeries(
      key: MetricKey(component: "a", metric: metric), times: values.indices.map { Int64($0) * 10_000_000_000 },
      values: values)
  }

  @Test func bucketsSumAndCountBecomeMeanAndQuantile() {
    // The third step is a restart, the fourth has no events.
    let found = [
      series("lat_seconds_bucket|code=200|le=0.1", [0, 50, 150, 50, 50]),
      series("lat_seconds_bucket|code=200|le=1", [0, 100, 250, 100, 100]),
      series("lat_seconds_bucket|code=200|le=+Inf", [0, 100, 250, 100, 100]),
      series("lat_seconds_count|code=200", [0, 100, 250, 100, 100]),
      series("lat_seconds_sum|code=200", [0, 30, 90, 20, 20]), series("up", [1, 1, 1, 1, 1]),
    ].histogramsAsQuantiles()
    #expect(
      found.map(\.key.metric) == [
        "lat_seconds_count|code=200", "up", "lat_seconds_mean|code=200", "lat_seconds_p95|code=200",
      ])
    #expect(found[2].values.map(\.description) == ["nan", "0.3", "0.4", "0.2", "nan"])
    let quantiles = found[3].values
    #expect(quantiles[0].isNaN && quantiles[4].isNaN)
    #expect(abs(quantiles[1] - 0.91) < 1e-9)
    #expect(found[3].metricClass == .latency && found[3].unit == "s")
    #expect(found[0].metricClass == .throughput && found[0].unit == "count")
  }

  @Test func gaugesThatHaveTheNamesStayAsTheyAre() {
    let gauges = [series("thread_count", [5, 4, 5]), series("thread_sum", [1, 2, 1])]
    #expect(gauges.histogramsAsQuantiles().map(\.key) == gauges.map(\.key))
    let alone = [series("x_bucket|le=1", [1, 2, 3]), series("requests_count", [1, 2, 3])]
    #expect(alone.histogramsAsQuantiles().map(\.key) == alone.map(\.key))
  }

  @Test func theLastBucketHasNoUpperBound() {
    #expect(HistogramStep(bounds: [1, 2, .infinity], cumulative: [0, 0, 8]).quantile(0.95) == 2)
    #expect(HistogramStep(bounds: [1, 2], cumulative: [0, 0]).quantile(0.95).isNaN)
    #expect(HistogramStep(bounds: [1, 2], cumulative: [.nan, 4]).quantile(0.95).isNaN)
    #expect(HistogramStep(bounds: [.infinity], cumulative: [4]).quantile(0.95).isNaN)
  }
}
