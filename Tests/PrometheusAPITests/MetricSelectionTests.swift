import IncidentModel
import Telemetry
import Testing

@testable import PrometheusAPI

@Suite struct MetricSelectionTests {
  private static func series(_ name: String, _ job: String, _ instance: String) -> SampledSeries {
    SampledSeries(labels: ["__name__": name, "job": job, "instance": instance], times: [0], values: [1])
  }

  @Test func whatExportersSayOfThemselvesIsLeftOut() {
    let kept = MetricSelection.aboutComponents([
      Self.series("redis_exporter_build_info", "redis", "a:9121"), Self.series("go_goroutines", "redis", "a:9121"),
      Self.series("process_cpu_seconds_total", "redis", "a:9121"),
      Self.series("redis_memory_used_bytes", "redis", "a:9121"),
      Self.series("nginxexporter_build_info", "nginx", "a:9113"),
      Self.series("promhttp_requests_total", "nginx", "a:9113"),
      // Services say it of themselves.
      Self.series("go_goroutines", "cart", "c:8080"), Self.series("cart_build_info", "cart", "c:8080"),
      Self.series("process_cpu_seconds_total", "redis", "b:8080"),
    ])
    #expect(
      kept.map(\.name) == ["redis_memory_used_bytes", "go_goroutines", "cart_build_info", "process_cpu_seconds_total"])
  }

  @Test func versionsAreAskedForAndWhatTheKernelHoldsIsNot() {
    let names = MetricSelection.names([
      "redis_exporter_build_info", "cart_build_info", "scrape_duration_seconds", "node_memory_Dirty_bytes",
      "node_memory_MemAvailable_bytes", "node_memory_AnonHugePages_bytes",
    ]).chosen
    #expect(names == ["cart_build_info", "node_memory_MemAvailable_bytes", "redis_exporter_build_info"])
  }

  @Test func countersAreNamedAsSuch() throws {
    let metadata = #"""
      {"status":"success","data":{"nginx_connections_accepted":[{"type":"counter","help":"","unit":""}],
      "queue":[{"help":"x","type":"gauge"}],"hits_total":[{"type":"counter"}]}}
      """#
    let counters = try PrometheusAnswer.counters([UInt8](metadata.utf8))
    #expect(counters == ["nginx_connections_accepted", "hits_total"])
    let named = ["nginx_connections_accepted", "queue", "hits_total"].map { Self.series($0, "a", "a:1") }
      .withCountersNamed(counters)
    #expect(named.map(\.name) == ["nginx_connections_accepted_total", "queue", "hits_total"])
  }

  @Test func aVersionThatAppearsIsARelease() {
    func mark(_ pod: String, _ version: String, _ times: [Int64]) -> SampledSeries {
      SampledSeries(
        labels: ["__name__": "cart_build_info", "app": "cart", "pod": pod, "version": version], times: times,
        values: times.map { _ in 1 })
    }
    let series = [
      mark("cart-5d8f7c9b4-x2x9z", "1.4", [0, 10, 20]), mark("cart-7c9b45d8f-abcde", "1.5", [30, 40]),
      mark("cart-7c9b45d8f-fghij", "1.5", [20, 30]),
      SampledSeries(labels: ["__name__": "pay_build_info", "app": "pay", "version": "3"], times: [20], values: [1]),
    ]
    let changes = ReleaseMarks.changes(series, SeriesNaming(series.map(\.labels)))
    #expect(changes.map(\.component) == ["cart"])
    #expect(changes.first?.time.nanoseconds == 20)
    #expect(changes.first?.from == "1.4" && changes.first?.to == "1.5")
  }
}
