import IncidentModel
import Testing

@testable import Telemetry

/// Counters of one component's requests under several labels, and what is measured of all of them.
@Suite struct RouteSumsTests {
  private static func series(_ metric: String, _ values: [Double]) -> MetricSeries {
    MetricSeries(
      key: MetricKey(component: "cart", metric: metric), times: values.indices.map { Int64($0) * 10_000_000_000 },
      values: values)
  }

  private static func measured(_ given: [MetricSeries]) -> [String: [Double]] {
    Dictionary(uniqueKeysWithValues: given.asMeasures().map { ($0.key.metric, $0.values.filter(\.isFinite)) })
  }

  /// One second each for one slow request among nine quick ones of a health check.
  @Test func aComponentTakesAsLongAsAllOfItsRequestsDo() {
    let measured = Self.measured([
      Self.series("http_seconds_sum|http.route=/health|method=GET", [0, 0.9, 1.8]),
      Self.series("http_seconds_count|http.route=/health|method=GET", [0, 9, 18]),
      Self.series("http_seconds_sum|http.route=/main|method=POST", [0, 1.1, 2.2]),
      Self.series("http_seconds_count|http.route=/main|method=POST", [0, 1, 2]),
    ])
    #expect(measured["http_seconds_mean"] == [0.2, 0.2])
    #expect(measured["http_seconds_mean|http.route=/health|method=GET"] == [0.1, 0.1])
    #expect(measured["rate(http_seconds_count)"] == [1, 1])
  }

  @Test func endingsAddUpOnceAndFailuresStayApart() {
    let measured = Self.measured([
      Self.series("requests_total|path=/a|status=200", [0, 40, 80]),
      Self.series("requests_total|path=/b|status=200", [0, 30, 60]),
      Self.series("requests_total|path=/a|status=500", [0, 10, 20]),
      Self.series("requests_total|path=/b|status=503", [0, 20, 40]),
    ])
    #expect(measured["rate(requests_total)"] == [10, 10])
    #expect(measured["rate(requests_total)|status=failed"] == [3, 3])
  }

  /// All that is known of one route are its failures.
  @Test func whatOnlyFailsCountsAsRequestsToo() {
    let measured = Self.measured([
      Self.series("requests_total|exception=None|path=/a|status=200", [0, 40]),
      Self.series("requests_total|exception=Timeout|path=/a|status=500", [0, 10]),
      Self.series("requests_total|exception=Timeout|path=/b|status=500", [0, 20]),
    ])
    #expect(measured["rate(requests_total)"] == [7])
    #expect(measured["rate(requests_total)|status=failed"] == [3])
    let alone = [Self.series("requests|code=500", [1, 2])].asMeasures()
    #expect(alone.map(\.key.metric) == ["requests|code=500"])
  }

  @Test func whoAskedOrWasAskedIsNeverAddedUp() {
    let measured = Self.measured([
      Self.series("requests_total|client=web|method=GET", [0, 10]),
      Self.series("requests_total|client=web|method=PUT", [0, 20]),
      Self.series("requests_total|client=job|method=GET", [0, 40]),
      Self.series("bytes_read_total|device=a", [0, 10]), Self.series("bytes_read_total|device=b", [0, 10]),
    ])
    #expect(measured["rate(requests_total)|client=web"] == [3])
    #expect(measured["rate(requests_total)"] == nil)
    #expect(measured["rate(bytes_read_total)"] == nil)
  }

  @Test func aSumThatIsThereStaysAsItIs() {
    let measured = Self.measured([
      Self.series("requests_total|path=/a", [0, 10]), Self.series("requests_total|path=/b", [0, 10]),
      Self.series("requests_total", [0, 50]),
    ])
    #expect(measured["rate(requests_total)"] == [5])
  }

  /// An empty cell of a table is no count, and before the first failure there was none.
  @Test func failuresThatBeginBelowEmptyCellsBeganAtNothing() {
    let measured = Self.measured([
      Self.series("requests_total|status=200", [0, 10, 20, 30]),
      Self.series("requests_total|status=500", [.nan, .nan, .nan, 10]),
    ])
    #expect(measured["rate(requests_total)|status=failed"] == [0, 0, 1])
  }

  @Test(arguments: [
    ("rpc_server_calls_total|rpc_grpc_status_code=14", MetricClass.errors),
    ("rpc_server_calls_total|rpc_grpc_status_code=5", .throughput), ("grpc_handled_total|grpc_code=OK", .throughput),
    ("grpc_handled_total|grpc_code=DEADLINE_EXCEEDED", .errors),
    ("envoy_cluster_upstream_rq_xx|envoy_response_code_class=5", .errors),
    ("envoy_cluster_upstream_rq_xx|envoy_response_code_class=2", .throughput),
    ("response_total|classification=failure", .errors), ("requests_total|code=5", .throughput),
    ("http_requests_total|http.response.status_code=503", .errors), ("http.server.active_requests", .saturation),
  ]) func endingsAreReadAsTheirProtocolsCountThem(_ metric: String, _ metricClass: MetricClass) {
    #expect(MetricMeaning(metric: metric).metricClass == metricClass)
  }
}

@Suite struct LikelyUnitsTests {
  private static func unit(_ metric: String, _ values: [Double], beside others: [Double] = []) -> String? {
    let series = [("a", values), ("b", others)].map { component, values in
      MetricSeries(
        key: MetricKey(component: ComponentID(component), metric: metric),
        times: values.indices.map { Int64($0) * 10_000_000_000 }, values: values)
    }
    return series.withLikelyUnits().first?.unit
  }

  @Test func nobodyWaitsForMinutes() {
    #expect(Self.unit("latency", [120, 130, 900]) == "ms")
    #expect(Self.unit("latency", [2, 3, 2], beside: [140, 150, 160]) == "ms")
    #expect(Self.unit("latency", [0.2, 0.3, 40]) == "s")
    #expect(Self.unit("latency_seconds", [120, 130, 900]) == "s")
  }

  @Test func aShareNeverExceedsOne() {
    #expect(Self.unit("availability", [1, 0.98, 0.4]) == "ratio")
    #expect(Self.unit("availability", [100, 99.8, 40]) == "%")
    #expect(Self.unit("availability", [0, 0, 0]) == "%")
    #expect(Self.unit("availability_percent", [1, 0.98]) == "%")
  }

  @Test func aRateOfErrorsIsAShareUnlessItExceedsAHundred() {
    #expect(Self.unit("error_rate", [0.01, 0.3]) == "ratio")
    #expect(Self.unit("error_rate", [0.5, 35]) == "%")
    #expect(Self.unit("error_rate", [0.5, 0.6], beside: [3, 250]) == "")
    #expect(Self.unit("error_rate", [0, 0]) == "")
  }
}
