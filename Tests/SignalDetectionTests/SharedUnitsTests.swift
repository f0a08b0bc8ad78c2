import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

/// The same trouble, measured in different ways.
@Suite struct SharedUnitsTests {
  private static let onset = 2400.0

  private static func series(
    _ component: ComponentID, _ metric: String, _ metricClass: MetricClass, _ unit: String, every seconds: Double = 15,
    _ value: @escaping (Double) -> Double
  ) -> MetricSeries {
    MadeUpMetrics.series(component, metric, metricClass, unit: unit, every: seconds, until: 3600, value)
  }

  private static func detect(_ detector: some Detector, _ series: [MetricSeries]) -> [Signal] {
    let window = MadeUpMetrics.window(series, seconds: 3600)
    let comparison = ComparisonWindows.comparison(
      window, onset: MadeUpMetrics.begin.advanced(bySeconds: onset), end: window.incident.window.end, source: .alert)
    return detector.detect(in: window, comparing: comparison)
  }

  /// A fifth of ten requests a second fails, whoever says so.
  @Test func failuresASecondCompareWithSharesOfRequests() throws {
    func requests(_ component: ComponentID) -> MetricSeries {
      Self.series(component, "requests_per_second", .throughput, "count/s") { _ in 10 }
    }
    let found = Self.detect(
      CallExcessDetector(),
      [
        requests("front"), requests("cart"),
        Self.series("front", "error_ratio", .errors, "ratio") { $0 < Self.onset ? 0 : 0.2 },
        Self.series("cart", "failures_per_second", .errors, "count/s") { $0 < Self.onset ? 0 : 2 },
        Self.series("store", "failures_per_second", .errors, "count/s", every: 60) { $0 < Self.onset ? 0 : 2 },
      ])
    let excess = ["front", "cart", "store"].map { name in found.first { $0.component == ComponentID(name) }?.strength }
    let share = try #require(excess[0])
    for count in excess.dropFirst() { #expect((0.9...1.1).contains(try #require(count) / share)) }
  }

  @Test func aCertificateMayBeGivenByItsEnd() throws {
    let begin = MadeUpMetrics.begin.seconds
    func ending(after seconds: Double) -> MetricSeries {
      let clock = Self.series("front", "cert_not_after", .certificate, "") { _ in 1 }
      return MetricSeries(
        key: clock.key, metricClass: .certificate, unit: "", times: clock.times,
        values: clock.times.map { _ in begin + seconds })
    }
    let expired = try #require(Self.detect(MetricShiftDetector(), [ending(after: Self.onset + 60)]).first)
    #expect(expired.metricClass == .certificate && expired.channel == .resource)
    #expect(Self.detect(MetricShiftDetector(), [ending(after: 86_400)]).isEmpty)
  }

  @Test func whatIsLeftOfADiskFillsItUp() throws {
    func left(_ share: Double) -> [MetricSeries] {
      [
        Self.series("store", "node_filesystem_avail_bytes", .disk, "bytes") { second in
          1e11 * (1 - (1 - share) * min(second / Self.onset, 1))
        }
      ]
    }
    let full = try #require(Self.detect(ResourceCreepDetector(), left(0.001)).first)
    #expect(full.isCreep && full.logRatio > 0)
    #expect(full.evidence.statement.contains("fell steadily"))
    #expect(Self.detect(ResourceCreepDetector(), left(0.6)).isEmpty)
  }
}
