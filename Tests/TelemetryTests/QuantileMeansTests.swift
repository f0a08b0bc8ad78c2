import IncidentModel
import Testing

@testable import Telemetry

@Suite struct QuantileMeansTests {
  private func series(_ component: ComponentID, _ metric: String, _ values: [Double]) -> MetricSeries {
    MetricSeries(
      key: MetricKey(component: component, metric: metric),
      times: values.indices.map { Int64($0) * 10_000_000_000 }, values: values)
  }

  private func added(_ metrics: [MetricSeries]) -> [MetricSeries] {
    Array(metrics.withMeansOfQuantiles().dropFirst(metrics.count))
  }

  @Test func besideMeansOfOthersQuantilesTellOneToo() throws {
    let found = added([
      series("web", "latency_p50_seconds", [0.1, 0.1]), series("web", "latency_p95_seconds", [0.2, 1.2]),
      series("store", "request_duration_seconds_mean", [0.05, 0.4]),
    ])
    let mean = try #require(found.first)
    #expect(found.count == 1)
    #expect(mean.key == MetricKey(component: "web", metric: "latency_seconds_mean_of_quantiles"))
    #expect(mean.metricClass == .latency && mean.unit == "s")
    // 0.725 of the median and 0.275 of the rest.
    #expect(zip(mean.values, [0.1275, 0.4025]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func labelsSayWhichQuantileToo() {
    let found = added([
      series("web", "rpc_duration_seconds|quantile=0.5", [1]), series("web", "rpc_duration_seconds|quantile=0.99", [3]),
      series("store", "request_duration_seconds_mean", [0.05]),
    ])
    #expect(found.map(\.key.metric) == ["rpc_duration_seconds|mean_of_quantiles"])
    #expect(found.allSatisfy { abs($0.values[0] - 1.51) < 1e-12 })
  }

  @Test func whereAllAreQuantilesNothingIsAdded() {
    let quantiles = ["web", "store"].flatMap { component in
      [series(ComponentID(component), "latency-50", [1, 1]), series(ComponentID(component), "latency-90", [1, 2])]
    }
    #expect(added(quantiles).isEmpty)
    // What somebody does for himself is no mean of calls that he is asked.
    #expect(added(quantiles + [series("store", "jvm_gc_pause_seconds_mean", [0.1, 0.1])]).isEmpty)
  }

  @Test func whoHasAMeanOrOneQuantileKeepsIt() {
    let mean = series("store", "request_duration_seconds_mean", [1, 1])
    #expect(added([mean, series("web", "latency_p95_seconds", [1, 2])]).isEmpty)
    #expect(
      added([mean, series("store", "latency_p50_seconds", [1, 2]), series("store", "latency_p95_seconds", [1, 2])])
        .isEmpty)
  }

  @Test func quantilesOfDifferentTimesAreNotMixed() {
    let mean = series("store", "request_duration_seconds_mean", [1, 1])
    #expect(
      added([mean, series("web", "latency_p50_seconds", [1, 2]), series("web", "latency_p95_seconds", [1, 2, 3])])
        .isEmpty)
  }

  @Test func aGapInOneQuantileIsAGapInTheMean() {
    let found = added([
      series("web", "latency_p50_seconds", [0.1, .nan]), series("web", "latency_p95_seconds", [0.2, 1.2]),
      series("store", "request_duration_seconds_mean", [0.05, 0.4]),
    ])
    #expect(found.map { $0.values.map(\.isNaN) } == [[false, true]])
  }
}
