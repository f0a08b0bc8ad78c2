import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

/// What is usual and no incident although it moves, and what is an incident although it happened before.
@Suite struct UsualCourseTests {
  private static func front(
    _ metric: String, _ metricClass: MetricClass, _ unit: String, until last: Double, _ value: (Double) -> Double
  ) -> MetricSeries {
    MadeUpMetrics.series("front", metric, metricClass, unit: unit, every: 60, until: last, value)
  }

  /// Users come by day: three times as many, of whom one in two hundred meets an error as ever.
  private static func day(failing share: @escaping (Double) -> Double) -> TelemetryWindow {
    func users(_ second: Double) -> Double { 20_000 + 40_000 * max(0, min(1, (second - 20_000) / 8000)) }
    return MadeUpMetrics.window(
      [
        front("requests", .throughput, "count", until: 36_000, users),
        front("failures", .errors, "count", until: 36_000) { users($0) * share($0) },
      ], seconds: 36_000)
  }

  @Test func moreUsersMeetMoreErrorsAndNothingIsWrong() {
    #expect(!SignalScan(Self.day { _ in 0.005 }).detection.isAnomalous)
    #expect(SignalScan(Self.day { $0 < 30_000 ? 0.005 : 0.03 }).detection.isAnomalous)
  }

  private static func outages(_ minutes: [Range<Double>], pagedAt minute: Double, lasting: Double = 120)
    -> TelemetryWindow
  {
    func isDown(_ second: Double) -> Bool { minutes.contains { $0.contains(second / 60) } }
    var window = MadeUpMetrics.window(
      [
        MadeUpMetrics.series("front", "requests", .throughput, unit: "count", every: 15, until: lasting * 60) { _ in
          1000
        },
        MadeUpMetrics.series("front", "failures", .errors, unit: "count", every: 15, until: lasting * 60) {
          isDown($0) ? 400 : 0
        },
      ], seconds: lasting * 60)
    window.incident.alertedAt = MadeUpMetrics.begin.advanced(bySeconds: minute * 60)
    window.incident.symptom = .init(component: "front")
    return window
  }

  @Test func anOutageThatCameBeforeIsStillAnOutage() {
    #expect(SignalScan(Self.outages([60..<64, 100..<110], pagedAt: 102)).detection.isAnomalous)
  }

  @Test func whatHappensHalfOfTheTimeIsUsual() {
    let often = stride(from: 0.0, to: 100, by: 10).map { $0..<$0 + 5 }
    #expect(!SignalScan(Self.outages(often + [100..<105], pagedAt: 102)).detection.isAnomalous)
  }

  /// Nobody was called for it, and it ended long before the window did: what moved meanwhile is compared meanwhile.
  @Test func whatIsOverIsComparedWhileItLasted() throws {
    var window = Self.outages([60..<75], pagedAt: 60)
    window.incident.alertedAt = nil
    window.incident.symptom = nil
    let comparison = try #require(ComparisonWindows.candidates(window).first)
    let end = MadeUpMetrics.begin.seconds(until: comparison.observed.end) / 60
    #expect((73...80).contains(end))
  }

  /// The same where somebody was called and did not say what suffers, and where users see nothing at all.
  @Test func whatEndedAfterACallIsComparedWhileItLasted() throws {
    var window = Self.outages([100..<106], pagedAt: 100)
    window.incident.symptom = nil
    #expect((104...108).contains(try Self.minutesToEnd(of: window)))
    window.metrics = [
      MadeUpMetrics.series("front", "latency_p50_ms", .latency, unit: "ms", every: 15, until: 7200) { _ in 50 },
      MadeUpMetrics.series("cart", "cpu_ratio", .cpu, unit: "ratio", every: 15, until: 7200) {
        (6000..<6360).contains($0) ? 0.95 : 0.1
      },
    ]
    #expect((104...108).contains(try Self.minutesToEnd(of: window)))
  }

  @Test func whatComesAndGoesIsNotOverAfterItsFirstTime() throws {
    var window = Self.outages([100..<104, 108..<112, 116..<120], pagedAt: 100)
    window.incident.symptom = nil
    #expect(try Self.minutesToEnd(of: window) == 120)
  }

  private static func minutesToEnd(of window: TelemetryWindow) throws -> Double {
    let comparison = try #require(ComparisonWindows.candidates(window).first)
    return MadeUpMetrics.begin.seconds(until: comparison.observed.end) / 60
  }

  /// A few minutes into the recording something rarely asked for is slow; the page comes much later, and all is well.
  @Test(arguments: [(5.0..<8.0, false), (70.0..<90.0, true)])
  func hindsightNeedsANormalToStandOutFrom(_ minutes: Range<Double>, isFound: Bool) {
    let window = Self.outages([minutes], pagedAt: 100)
    #expect(SignalScan(window).detection.isAnomalous == isFound)
  }
}
