import IncidentModel
import Telemetry

/// Calls that fail at once and never arrive: whom they are for is there, sends its telemetry, and counts fewer requests by
/// as many as fail. Then what is wrong is where the client looks for it (a name, an address, a rule on the way), as long
/// as other clients find it.
struct UnreachedCalls {
  private struct Call: Hashable {
    var client: ComponentID
    var callee: ComponentID
  }

  private let calls: Set<Call>

  private static let fewestFailing = 0.2
  /// The share of the failing calls that the callee must miss.
  private static let leastMissed = 0.5
  /// A call that waits for an answer in vain takes longer than one that gets it.
  private static let mostTimesUsual = 1.5
  /// The share of its samples, and of its monitor's probes, that tells who is there from who comes and goes.
  private static let presentShare = 0.8

  init(_ window: TelemetryWindow, _ measured: CallMeasures, _ comparison: Comparison) {
    let failing = measured[.failure].filter { $0.calls.client != nil }
    guard !failing.isEmpty else {
      calls = []
      return
    }
    let callees = Dictionary(grouping: failing, by: \.calls.component)
    let series = Dictionary(grouping: window.metrics.filter { callees[$0.key.component] != nil }, by: \.key.component)
    var calls: Set<Call> = []
    for (callee, measures) in callees {
      let arrivals = Arrivals(series[callee] ?? [], comparison)
      let missed = arrivals.missedShare
      guard missed > 0, arrivals.presence >= Self.presentShare else { continue }
      let clients = measures.filter { measure in
        let share = Self.failingShare(measure, comparison)
        return share >= Self.fewestFailing && missed >= Self.leastMissed * share
          && Self.isQuick(measure.calls, measured[.latency], comparison)
      }.compactMap(\.calls.client)
      // Whom nobody reaches does not listen. Users outside are believed.
      guard clients.count == 1, let client = clients.first, !window.serviceMap.callers(of: client).isEmpty else {
        continue
      }
      calls.insert(Call(client: client, callee: callee))
    }
    self.calls = calls
  }

  func contains(_ call: CallSeries) -> Bool {
    call.client.map { calls.contains(Call(client: $0, callee: call.component)) } ?? false
  }

  /// Of one client's calls.
  private static func failingShare(_ measure: CallExcess, _ comparison: Comparison) -> Double {
    guard measure.calls.measure.metricClass == .errors,
      let failed = Arrivals.mean(measure.calls.measure, in: [comparison.observed])
    else { return 0 }
    if MetricScale.isRatio(measure.calls.measure.unit) {
      return failed / (MetricScale.unitsPerBaseUnit(measure.calls.measure.unit) ?? 1)
    }
    guard let counts = measure.calls.requests, counts.unit == measure.calls.measure.unit,
      let all = Arrivals.mean(counts, in: [comparison.observed]), all > 0
    else { return 0 }
    return failed / all
  }

  private static func isQuick(_ calls: CallSeries, _ latencies: [CallExcess], _ comparison: Comparison) -> Bool {
    let own = latencies.first { $0.calls.component == calls.component && $0.calls.client == calls.client }
    guard let own, let now = OrderStatistics.median(of: own.calls.measure.samples(in: [comparison.observed])) else {
      return false
    }
    return now <= mostTimesUsual * own.baseline.median
  }
}

/// What a component itself counts of the requests that reach it, and whether it is there at all.
private struct Arrivals {
  /// The share of the usual requests that no longer arrives; 0 where it does not count them itself.
  private(set) var missedShare = 0.0
  private(set) var presence = 0.0

  /// - Parameter own: every series of the component.
  init(_ own: [MetricSeries], _ comparison: Comparison) {
    guard let counts = CallSeries.ownRequests(own), let period = counts.samplingSeconds, period > 0,
      let usual = Self.mean(counts, in: comparison.reference), usual > 0,
      let now = Self.mean(counts, in: [comparison.observed])
    else { return }
    missedShare = max(1 - now / usual, 0)
    let expected = max((comparison.observed.durationSeconds / period).rounded(.down), 1)
    let probes = own.filter { MetricMeaning.isReachability(metric: $0.key.metric) }
    presence = min(
      Double(counts.samples(in: [comparison.observed]).count) / expected,
      probes.compactMap { Self.mean($0, in: [comparison.observed]) }.min() ?? 1)
  }

  static func mean(_ series: MetricSeries, in windows: [TimeWindow]) -> Double? {
    let values = series.samples(in: windows)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
