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

  @Test func theMarkOfAnExporterIsAskedFor() {
    let names = MetricSelection.names(["redis_exporter_build_info", "cart_build_info", "scrape_duration_seconds"])
      .chosen
    #expect(names == ["redis_exporter_build_info"])
  }
}
