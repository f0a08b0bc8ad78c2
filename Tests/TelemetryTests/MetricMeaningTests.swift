import IncidentModel
import Testing

@testable import Telemetry

@Suite struct MetricMeaningTests {
  @Test(arguments: [
    ("cpu", MetricClass.cpu, ""), ("container_cpu_usage_seconds", .cpu, "s"), ("CpuUsage(m)", .cpu, "millicores"),
    ("NodeCpuUsageRate(%)", .cpu, "%"), ("rate(process_cpu_seconds_total)", .cpu, "cores"),
    ("mem", .memory, ""), ("heapUsedBytes", .memory, "bytes"), ("MemoryUsage(Mi)", .memory, "MB"),
    ("node_memory_MemAvailable_bytes", .memory, "bytes"), ("jvm_gc_pause_seconds", .memory, "s"),
    ("lat_90", .latency, "s"), ("diskio", .disk, ""), ("node_disk_io_time_seconds", .disk, "s"),
    ("socket", .connections, "count"),
    ("db_connections", .connections, "count"), ("network_receive_bytes", .network, "bytes"),
    ("rate(node_network_receive_packets_total)", .network, "count/s"), ("tcp_retransmits", .network, ""),
    ("packet_loss", .network, ""), ("latency-50", .latency, "s"), ("latency|stat=p95", .latency, "s"),
    ("http_request_duration_ms", .latency, "ms"), ("PodServerLatencyP95(ms)", .latency, "ms"),
    ("request_time", .latency, "s"), ("error", .errors, "count"), ("http_5xx", .errors, "count"),
    ("rate(http_requests_errors_total)|code=500", .errors, "count/s"), ("error_rate", .errors, ""),
    ("messages_dropped", .errors, "count"), ("availability|stat=Average", .availability, "%"),
    ("PodSuccessRate(%)", .availability, "%"), ("up", .availability, ""), ("redis_up", .availability, ""),
    ("warmed_up_replicas", .other, ""), ("evicted_keys_per_second", .memory, "count/s"),
    ("requests|code=200", .throughput, "count"),
    ("workload", .throughput, "count"), ("rate(grpc_success_total)", .throughput, "count/s"),
    ("qps", .throughput, "count/s"),
    ("queue_length", .saturation, ""), ("node_load5", .saturation, ""), ("thread_pool_active", .saturation, ""),
    ("certificate_expiry_days", .certificate, ""), ("process_start_time_seconds", .other, "s"), ("foo", .other, ""),
    ("", .other, ""),
  ]) func classAndUnit(_ metric: String, _ metricClass: MetricClass, _ unit: String) {
    let meaning = MetricMeaning(metric: metric)
    #expect(meaning.metricClass == metricClass)
    #expect(meaning.unit == unit)
  }

  private func series(_ metric: String, _ values: [Double], component: ComponentID = "a") -> MetricSeries {
    MetricSeries(
      key: MetricKey(component: component, metric: metric), times: values.indices.map { Int64($0) * 10_000_000_000 },
      values: values)
  }

  @Test func countersBecomeRatesThroughResetsAndGaps() {
    let rates = [series("requests_total|code=200", [100, 150, .nan, 250, 20, 40])].countersAsRates()
    #expect(rates[0].key.metric == "rate(requests_total)|code=200")
    #expect(rates[0].unit == "count/s")
    #expect(rates[0].values.map(\.description) == ["nan", "5.0", "nan", "5.0", "2.0", "2.0"])
    #expect(rates.countersAsRates()[0].values.map(\.description) == rates[0].values.map(\.description))
  }

  /// One of the replicas that are added up began anew: nobody knows what was counted in that step.
  @Test func aShallowFallOfATotalIsAGap() {
    let rates = [series("requests_total", [300, 330, 230, 260])].countersAsRates()
    #expect(rates[0].values.map(\.description) == ["nan", "3.0", "nan", "3.0"])
  }

  @Test func gaugesStayAsTheyAre() {
    let gauges = [
      series("thread_count", [10, 11, 10, 12]), series("memory_total", [8, 8, 8]), series("requests", [1, 2, 3]),
      series("pod_count", [3, 3, 3, 4]), series("balance_total", [-1, 2, 3]),
    ]
    #expect(gauges.countersAsRates().map(\.key) == gauges.map(\.key))
  }

  @Test func whatEndedInAWayThatWasNeverSeenWasNothingBefore() {
    let right = series("requests_total|code=200|path=/", [0, 100, 200, 300])
    let whole = series("requests_total|code=500|path=/", [0, 0, 30, 50])
    let late = MetricSeries(key: whole.key, times: Array(whole.times[2...]), values: [30, 50])
    let rate = [right, late].countersAsRates()[1]
    #expect(rate.times == whole.times)
    #expect(rate.values.map(\.description) == ["nan", "0.0", "3.0", "2.0"])
    // Another path may have been another process.
    let other = MetricSeries(
      key: MetricKey(component: "a", metric: "requests_total|code=500|path=/b"), times: late.times, values: [30, 50])
    #expect([right, other].countersAsRates()[1].values.map(\.description) == ["nan", "2.0"])
  }

  @Test func theWordTotalMayStandAnywhere() {
    let counter = series("redis_total_writes_processed", [100, 140, 140, 260])
    #expect([counter].countersAsRates().first?.key.metric == "rate(redis_total_writes_processed)")
    for values in [[100.0, 140, 120, 260], [100, 100, 100, 140]] {
      let gauge = series("memory_total_bytes", values)
      #expect([gauge].countersAsRates().first?.key.metric == "memory_total_bytes")
    }
  }

  @Test func allSeriesOfAMetricAreTreatedAlike() {
    let both = [series("errors_total", [0, 0, 0]), series("errors_total", [0, 1, 2], component: "b")]
    #expect(both.countersAsRates().map(\.key.metric) == ["rate(errors_total)", "rate(errors_total)"])
  }
}
