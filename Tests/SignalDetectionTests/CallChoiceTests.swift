import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

/// Which of a component's series measures its calls.
@Suite struct CallChoiceTests {
  private func chosen(_ dimension: CallDimension, _ series: [(String, Double)]) -> [String] {
    let metrics = series.map { name, value in
      MetricSeries(
        key: MetricKey(component: "pay", metric: name), times: [0, 15_000_000_000], values: [value, value])
    }
    return CallSeries.select(dimension, symptomMetric: nil, from: metrics.sorted { $0.key < $1.key })
      .map(\.measure.key.metric)
  }

  /// A code of 500 is no median.
  @Test func aStatusIsNoStatistic() {
    let failed = "rate(http_requests_total)|code=500"
    #expect(chosen(.failure, [(failed, 0.1), ("rate(container_restarts_total)", 3)]) == [failed])
    #expect(chosen(.failure, [(failed, 0.1), ("rate(aws_sdk_client_errors_total)", 3)]) == [failed])
  }

  @Test func ofOneMetricTheStatusThatCountsMostIsTaken() {
    let name = "rate(http_requests_total)|code="
    #expect(chosen(.failure, [(name + "500", 0.01), (name + "503", 7)]) == [name + "503"])
    #expect(chosen(.failure, [(name + "500", 7), (name + "503", 0.01)]) == [name + "500"])
  }

  @Test func whatIsAskedComesBeforeWhatIsAskedOfOthers() {
    let own = "http_server_request_duration_seconds_mean"
    #expect(chosen(.latency, [(own, 1), ("db_client_operation_duration_seconds_mean", 1)]) == [own])
    #expect(chosen(.latency, [(own, 1), ("cache_lookup_duration_seconds_mean", 1)]) == [own])
  }

  @Test func meansComeBeforeMediansBeforeTails() {
    #expect(
      chosen(.latency, [("latency|stat=p50", 1), ("latency|stat=p95", 1), ("latency|stat=Average", 1)])
        == ["latency|stat=Average"])
    #expect(chosen(.latency, [("latency_p50_ms", 1), ("latency_p95_ms", 1)]) == ["latency_p50_ms"])
  }
}
