import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

@Suite struct MeshEdgeTests {
  private func series(_ side: String, _ callee: String, _ seconds: (Int) -> Double) -> MetricSeries {
    let count = 12
    return MetricSeries(
      key: MetricKey(component: "web", metric: "edge-latency-p50|side=\(side)|callee=\(callee)"),
      metricClass: .latency, unit: "s",
      times: (0..<count).map { Int64((MadeUpTraces.begin + Double($0) * 60) * 1e9) },
      values: (0..<count).map(seconds))
  }

  private func window(_ metrics: [MetricSeries]) -> TelemetryWindow {
    TelemetryWindow(
      incident: Incident(
        id: "mesh", title: "Mesh",
        window: TimeWindow(start: MadeUpTraces.onset.advanced(bySeconds: -600), end: MadeUpTraces.end)),
      metrics: metrics)
  }

  @Test func aGapThatOpensBetweenTheSidesIsFound() throws {
    let signals = MeshEdgeDetector().detect(
      in: window([
        series("destination", "db") { _ in 0.02 }, series("destination", "cache") { _ in 0.003 },
        series("source", "db") { $0 < 10 ? 0.022 : 0.32 }, series("source", "cache") { _ in 0.004 },
      ]), comparing: MadeUpTraces.comparison())
    let signal = try #require(signals.first)
    #expect(signals.count == 1)
    #expect(signal.component == "db")
    #expect(signal.peer == "web")
    #expect(signal.channel == .traceEdgeGap)
    #expect(abs(signal.strength - 298) < 1)
  }

  @Test func aCalleeThatIsSlowItselfOpensNoGap() {
    let signals = MeshEdgeDetector().detect(
      in: window([
        series("destination", "db") { $0 < 10 ? 0.02 : 0.3 }, series("source", "db") { $0 < 10 ? 0.021 : 0.302 },
      ]), comparing: MadeUpTraces.comparison())
    #expect(signals.isEmpty)
  }
}
