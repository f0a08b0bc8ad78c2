import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

/// What is left of a resource is judged by how little it is, whichever way the series moves.
@Suite struct RemainderTests {
  private static let onset = 2400.0

  private func signal(_ metric: String, before: Double, after: Double) -> Signal? {
    let meaning = MetricMeaning(metric: metric)
    let series = MadeUpMetrics.series(
      "files", metric, meaning.metricClass, unit: meaning.unit, every: 15, until: 3600
    ) { $0 < Self.onset ? before : after }
    let window = MadeUpMetrics.window([series], seconds: 3600)
    let comparison = ComparisonWindows.comparison(
      window, onset: MadeUpMetrics.begin.advanced(bySeconds: Self.onset), end: window.incident.window.end,
      source: .alert)
    return MetricShiftDetector().detect(in: window, comparing: comparison).first
  }

  /// However full it was before.
  @Test(arguments: [0.95, 0.5, 0.15]) func aDiskWithNoRoomLeftIsUsedMore(usual: Double) throws {
    let full = try #require(signal("share(node_filesystem_avail_bytes)|mountpoint=/", before: usual, after: 0.001))
    #expect(full.metricClass == .disk && full.direction == .rise && full.logRatio > 2 && full.strength > 1)
  }

  @Test func roomThatWasMadeIsLessUse() throws {
    #expect(signal("node_filesystem_avail_bytes", before: 1e9, after: 9e9)?.direction == .fall)
    #expect(signal("node_filesystem_avail_bytes", before: 9e9, after: 1e6)?.direction == .rise)
  }

  @Test func aProcessorThatIsSeldomIdleIsBusy() throws {
    let busy = try #require(signal("rate(node_cpu_seconds_total)|cpu=0|mode=idle", before: 0.9, after: 0.05))
    #expect(busy.metricClass == .cpu && busy.direction == .rise)
    #expect(signal("rate(node_cpu_seconds_total)|cpu=0|mode=user", before: 0.9, after: 0.05)?.direction == .fall)
  }
}
