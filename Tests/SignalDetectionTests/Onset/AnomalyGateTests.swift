import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

/// What decides that there is an incident beside what users see at the moment.
@Suite struct AnomalyGateTests {
  private static let alert = 2400.0

  private static func series(
    _ component: ComponentID, _ metric: String, _ metricClass: MetricClass, _ unit: String,
    _ value: @escaping (Double) -> Double
  ) -> MetricSeries {
    MadeUpMetrics.series(component, metric, metricClass, unit: unit, every: 15, until: 3600, value)
  }

  private static func quiet() -> [MetricSeries] {
    ["front", "cart"].map { component in
      series(ComponentID(component), "latency_p50_ms", .latency, "ms") { _ in 50 }
    }
  }

  private static func scan(_ added: [MetricSeries], at component: ComponentID?, isCalled: Bool = true) -> SignalScan {
    var window = MadeUpMetrics.window(quiet() + added, seconds: 3600)
    if isCalled { window.incident.alertedAt = MadeUpMetrics.begin.advanced(bySeconds: alert) }
    window.incident.symptom = component.map { .init(component: $0) }
    return SignalScan(window)
  }

  /// What users see is sampled every five minutes, everything else every fifteen seconds.
  @Test(arguments: [true, false]) func aSlowerClockHidesNoIncident(isCalled: Bool) throws {
    let start = 1620.0
    func slowed(_ component: ComponentID, _ usual: Double, every seconds: Double) -> MetricSeries {
      MadeUpMetrics.series(
        component, "latency_mean_ms", .latency, unit: "ms", every: seconds, from: seconds, until: 3600
      ) { $0 < start ? usual : usual + 300 }
    }
    func requests(_ component: ComponentID, every seconds: Double) -> MetricSeries {
      MadeUpMetrics.series(
        component, "requests_per_second", .throughput, unit: "count/s", every: seconds, until: 3600
      ) { _ in 10 }
    }
    var window = MadeUpMetrics.window(
      [
        slowed("front", 80, every: 300), requests("front", every: 300), slowed("cart", 40, every: 15),
        requests("cart", every: 15), slowed("store", 20, every: 15), requests("store", every: 15),
      ], seconds: 3600)
    if isCalled { window.incident.alertedAt = MadeUpMetrics.begin.advanced(bySeconds: 2100) }
    let scan = SignalScan(window)
    #expect(scan.detection.isAnomalous)
    // The store's first rows lie in the front's row of before, and are no excess that stood there already.
    let excess = try #require(scan.signals.first { $0.component == "store" && $0.channel == .latencyExcess })
    #expect(excess.strength > 0.5 * 300e-3 * 10 * 60 * 4)
    window.incident.symptom = .init(component: "front")
    let comparison = ComparisonWindows.comparison(
      window, onset: MadeUpMetrics.begin.advanced(bySeconds: start), end: window.incident.window.end, source: .alert)
    let grid = DepartureGrid(window, comparison, CallMeasures(window, comparison))
    let departed = grid.focus[grid.observed].count { $0 > 5 }
    #expect(2 * departed > grid.observed.count)
  }

  /// Somebody is called late, and by then all is well again.
  @Test func anOutageThatWasOverIsFound() throws {
    let failing = Self.series("front", "error_ratio", .errors, "ratio") { (1800..<2280).contains($0) ? 0.6 : 0.002 }
    let scan = Self.scan([failing], at: "front")
    #expect(scan.detection.isAnomalous && scan.detection.certainty == 1)
    let onset = try #require(scan.detection.onset)
    #expect((-60...60).contains(MadeUpMetrics.begin.advanced(bySeconds: 1800).seconds(until: onset)))
  }

  @Test func beforeAnAlertNothingIsFoundWhereNothingWas() {
    #expect(!Self.scan([], at: "front").detection.isAnomalous)
  }

  @Test(arguments: [
    ("consumer_lag", MetricClass.saturation, "", 40.0, 90_000.0), ("disk_used_ratio", .disk, "ratio", 0.3, 0.995),
    ("disk_free_ratio", .disk, "ratio", 0.7, 0.004),
  ])
  func aResourceAtItsEndIsAnIncident(
    _ name: String, _ kind: MetricClass, _ unit: String, _ usual: Double, _ now: Double
  ) {
    let resource = Self.series("store", name, kind, unit) { $0 < Self.alert ? usual : now }
    #expect(Self.scan([resource], at: "store").detection.isAnomalous)
  }

  @Test(arguments: [
    ("disk_io_time_ratio", MetricClass.disk, "ratio", 0.005, 0.4), ("cpu_usage_millicores", .cpu, "millicores", 2, 190),
    ("disk_free_ratio", .disk, "ratio", 0.99, 0.6),
  ])
  func whatLeavesRoomIsNone(_ name: String, _ kind: MetricClass, _ unit: String, _ usual: Double, _ now: Double) {
    let resource = Self.series("store", name, kind, unit) { $0 < Self.alert ? usual : now }
    #expect(!Self.scan([resource], at: "store").detection.isAnomalous)
  }

  /// Where some part always is as slow now and then, a component that is slow and short of something is an incident where
  /// somebody was called.
  @Test(arguments: [(40.0, true), (14, false)])
  func slowAndStarvedIsAnIncident(_ cores: Double, isOne: Bool) {
    let rarely = Self.series("front", "latency_p50_ms", .latency, "ms") {
      $0.truncatingRemainder(dividingBy: 600) < 120 ? 90 : 50
    }
    let slow = Self.series("store", "latency_p50_ms", .latency, "ms") { $0 < Self.alert ? 10 : 13.5 }
    let busy = Self.series("store", "cpu_usage_millicores", .cpu, "millicores") { $0 < Self.alert ? 10 : cores }
    let quiet = Self.series("cart", "latency_p50_ms", .latency, "ms") { _ in 50 }
    var window = MadeUpMetrics.window([rarely, quiet, slow, busy], seconds: 3600)
    window.incident.alertedAt = MadeUpMetrics.begin.advanced(bySeconds: Self.alert)
    #expect(SignalScan(window).detection.isAnomalous == isOne)
  }

  /// Nobody says whether these are counts or rates: where less than one is ever counted, they are no counts.
  @Test func ratesWithoutAUnitAreNoCounts() {
    let requests = Self.series("front", "workload", .throughput, "") { _ in 2 }
    let failures = Self.series("front", "error", .errors, "") {
      $0 < Self.alert ? 0 : min(0.7, ($0 - Self.alert) / 100 + 0.02)
    }
    #expect(Self.scan([requests, failures], at: "front").detection.isAnomalous)
  }

  @Test func usersWhoNoLongerComeAreAnIncident() {
    let requests = Self.series("front", "requests_per_second", .throughput, "count/s") { $0 < Self.alert ? 60 : 1.5 }
    let called = Self.scan([requests], at: "front")
    #expect(called.detection.isAnomalous && called.detection.certainty == 1)
    let blind = Self.scan([requests], at: nil, isCalled: false)
    #expect(!blind.detection.isAnomalous || blind.detection.certainty < 1)
  }

  /// One request in some thousand fails now and then, as it always did.
  @Test func rareFailuresAreNoIncident() {
    let requests = Self.series("front", "requests_per_second", .throughput, "count/s") { _ in 300 }
    let failures = Self.series("front", "failures_per_second", .errors, "count/s") { second in
      [300, 1095, 1110, 2415, 2445, 3210].contains(second) ? 1.0 / 15 : 0
    }
    #expect(!Self.scan([requests, failures], at: "front").detection.isAnomalous)
    #expect(!Self.scan([requests, failures], at: nil, isCalled: false).detection.isAnomalous)
  }

  @Test func failuresThatAreNotRareAreOne() {
    let requests = Self.series("front", "requests_per_second", .throughput, "count/s") { _ in 300 }
    let failures = Self.series("front", "failures_per_second", .errors, "count/s") { $0 < Self.alert ? 0 : 30 }
    #expect(Self.scan([requests, failures], at: nil, isCalled: false).detection.isAnomalous)
  }

  /// Nothing to compare with: not well, only unknown.
  @Test func alertsAndErrorsAloneAreNotHealth() {
    var window = MadeUpMetrics.window([], seconds: 3600)
    #expect(!SignalScan(window).detection.isAnomalous)
    window.alerts = [
      Alert(labels: ["alertname": "Down"], annotations: [:], startsAt: MadeUpMetrics.begin.advanced(bySeconds: 3000))
    ]
    let scan = SignalScan(window)
    #expect(scan.detection.isAnomalous && scan.detection.certainty < 0.3)
  }
}
