import IncidentModel
import KubernetesObjects
import Telemetry
import Testing

@testable import SignalDetection

/// An hour of series, nobody was alerted; what happens, happens after forty minutes.
@Suite struct BlindDetectionTests {
  private static let onset = 2400.0
  private static let end = 3600.0

  private static func latency(
    _ component: ComponentID, every seconds: Double = 15, from first: Double = 0, slow factor: Double = 1
  ) -> MetricSeries {
    MadeUpMetrics.series(
      component, "latency_p50_ms", .latency, unit: "ms", every: seconds, from: first, until: end
    ) { $0 < onset ? 50 : 50 * factor }
  }

  private static func secondsLate(_ scan: SignalScan) -> Double? {
    scan.detection.onset.map { MadeUpMetrics.begin.advanced(bySeconds: onset).seconds(until: $0) }
  }

  @Test func quietSeriesAreNoIncident() {
    let scan = SignalScan(
      MadeUpMetrics.window([Self.latency("front"), Self.latency("cart"), Self.latency("store")], seconds: Self.end))
    #expect(!scan.detection.isAnomalous)
  }

  @Test func seriesOnDifferentClocksAgreeOnTheOnset() throws {
    let scan = SignalScan(
      MadeUpMetrics.window(
        [
          Self.latency("front", every: 60, from: 7, slow: 3), Self.latency("cart", every: 10, from: 3, slow: 4),
          Self.latency("store", every: 25, from: 11, slow: 8),
        ], seconds: Self.end))
    #expect(scan.detection.isAnomalous)
    #expect((-30...30).contains(try #require(Self.secondsLate(scan))))
  }

  @Test func aSpikeOfOneSampleIsNoIncident() {
    let spike = MadeUpMetrics.series(
      "front", "latency_p50_ms", .latency, unit: "ms", every: 15, until: Self.end
    ) { $0 == Self.onset ? 900 : 50 }
    #expect(!SignalScan(MadeUpMetrics.window([spike, Self.latency("cart")], seconds: Self.end)).detection.isAnomalous)
  }

  /// Where nobody called, the worst two minutes of an hour were looked for; where somebody did, they were not. Not ranked
  /// among normal times, of which there would be enough here.
  @Test func whatWasSearchedForMustBeClearerThanWhatSomebodyPointedAt() {
    let begin = Self.end - 120
    let series = ["front", "cart", "store"].map { component in
      MadeUpMetrics.series(
        ComponentID(component), "latency_p50_ms", .latency, unit: "ms", every: 15, until: Self.end
      ) { $0 < begin ? 50 : 64 }
    }
    func certainty(isNoticed: Bool) -> Double {
      var window = MadeUpMetrics.window(series, seconds: Self.end)
      let onset = MadeUpMetrics.begin.advanced(bySeconds: begin)
      if isNoticed { window.incident.alertedAt = onset }
      let comparison = ComparisonWindows.comparison(
        window, onset: onset, end: window.incident.window.end, source: isNoticed ? .alert : .estimated)
      return AnomalyGate(window, comparison, CallMeasures(window, comparison), ranksWindows: false).certainty
    }
    #expect(certainty(isNoticed: true) == 1)
    #expect((0.01..<0.5).contains(certainty(isNoticed: false)))
  }

  /// Nothing ever failed but once, long before: that is any number of deviations, and no measure for a delay.
  @Test func oneFailureInNormalTimesHidesNoDelay() {
    func front(_ metric: String, _ metricClass: MetricClass, _ unit: String, _ value: @escaping (Double) -> Double)
      -> MetricSeries
    {
      MadeUpMetrics.series("front", metric, metricClass, unit: unit, every: 5, until: 600, value)
    }
    var window = MadeUpMetrics.window(
      [
        front("latency_p50_ms", .latency, "ms") { $0 < 480 ? 50 : 250 },
        front("failures_per_second", .errors, "count/s") { $0 == 120 ? 0.5 : 0 },
        front("requests_per_second", .throughput, "count/s") { _ in 20 },
      ], seconds: 600)
    window.incident.alertedAt = MadeUpMetrics.begin.advanced(bySeconds: 500)
    window.incident.symptom = .init(component: "front")
    #expect(SignalScan(window).detection.isAnomalous)
  }

  @Test func aComponentThatFallsSilentIsAbsent() throws {
    let silent = MadeUpMetrics.series(
      "store", "latency_p50_ms", .latency, unit: "ms", every: 15, until: Self.end
    ) { $0 < Self.onset ? 20 : nil }
    let scan = SignalScan(
      MadeUpMetrics.window(
        [Self.latency("front", slow: 4), Self.latency("cart", slow: 5), silent], seconds: Self.end))
    #expect(scan.detection.isAnomalous)
    #expect(scan.signals.contains { $0.channel == .absence && $0.component == "store" })
  }

  /// A replica that is added brings series that begin in the window: they have no normal and say nothing.
  @Test func aComponentThatDoesNotAnswerItsMonitorIsAbsent() throws {
    let up = MadeUpMetrics.series("store", "up", .availability, unit: "", every: 15, until: Self.end) {
      $0 < Self.onset || Int($0) % 60 == 0 ? 1 : 0
    }
    let window = MadeUpMetrics.window([up, Self.latency("front")], seconds: Self.end)
    let onset = MadeUpMetrics.begin.advanced(bySeconds: Self.onset)
    let comparison = ComparisonWindows.comparison(
      window, onset: onset, end: window.incident.window.end, source: .alert)
    let signals = AbsenceDetector().detect(in: window, comparing: comparison)
    let signal = try #require(signals.first)
    #expect(signals.count == 1 && signal.component == "store" && signal.channel == .absence)
    #expect(signal.evidence.statement.contains("does not answer its monitor 7"))
    #expect((0.7...0.8).contains(signal.strength))
  }

  /// Objects are seen as they are at the end: what is over by then is no incident of theirs.
  @Test func besideObjectsWhatHasPassedIsNoIncident() {
    func scan(until last: Double) -> SignalScan {
      let series = ["front", "cart", "store"].map { component in
        MadeUpMetrics.series(
          ComponentID(component), "latency_p50_ms", .latency, unit: "ms", every: 15, until: Self.end
        ) { Self.onset <= $0 && $0 < last ? 250 : 50 }
      }
      var window = MadeUpMetrics.window(series, seconds: Self.end)
      window.kubernetes = ClusterSnapshot()
      return SignalScan(window)
    }
    #expect(scan(until: Self.end).detection.isAnomalous)
    #expect(!scan(until: Self.end - 300).detection.isAnomalous)
  }

  /// A quiet series that stirs a little long before it leaps was not broken when it stirred.
  @Test func aLeapIsNotDatedByASmallStirBefore() throws {
    let series = MadeUpMetrics.series("front", "latency_p95_ms", .latency, unit: "ms", every: 15, until: Self.end) {
      $0 < 1800 ? 100 : $0 < Self.onset ? 140 : 900
    }
    var window = MadeUpMetrics.window([series], seconds: Self.end)
    let alert = MadeUpMetrics.begin.advanced(bySeconds: Self.onset + 60)
    window.incident.alertedAt = alert
    let level = try #require(FaultLevel(of: series, around: alert, in: window))
    let start = level.start(reaching: alert, notBefore: window.incident.window.start)
    #expect((-15...30).contains(MadeUpMetrics.begin.advanced(bySeconds: Self.onset).seconds(until: start)))
  }

  @Test func aSeriesThatStartsIsNoIncident() {
    let new = MadeUpMetrics.series(
      "cart-2", "cpu_usage_cores", .cpu, unit: "cores", every: 15, from: Self.onset, until: Self.end
    ) { _ in 0.4 }
    #expect(
      !SignalScan(MadeUpMetrics.window([Self.latency("front"), Self.latency("cart"), new], seconds: Self.end))
        .detection.isAnomalous)
  }

  /// Three days on each of which the first hour is three times as slow as the rest, and then that hour again.
  private static func daily(slow factor: Double) -> TelemetryWindow {
    let day = 86_400.0
    let end = 3 * day + 3600
    let series = ["front", "cart"].map { component in
      MadeUpMetrics.series(
        ComponentID(component), "latency_p50_ms", .latency, unit: "ms", every: 300, until: end
      ) { second in
        let isBusy = second.truncatingRemainder(dividingBy: day) < 3600
        return (isBusy ? 150 : 50) * (second < end - 1200 ? 1 : factor)
      }
    }
    return MadeUpMetrics.window(series, seconds: end, lookingFrom: 3 * day)
  }

  @Test func theHourThatIsAlwaysSlowIsNoIncident() {
    #expect(!SignalScan(Self.daily(slow: 1)).detection.isAnomalous)
  }

  @Test func aFaultInTheHourThatIsAlwaysSlowIsFound() throws {
    let scan = SignalScan(Self.daily(slow: 3))
    #expect(scan.detection.isAnomalous)
    let moment = MadeUpMetrics.begin.advanced(bySeconds: 3 * 86_400 + 2400)
    #expect((-600...600).contains(try #require(scan.detection.onset.map { moment.seconds(until: $0) })))
  }
}
