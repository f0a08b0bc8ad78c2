import IncidentModel
import Telemetry

/// Time lost between two services as a service mesh measures it, for incidents whose spans are missing.
///
/// Reads pairs of series on the caller, `edge-latency-p50|side=source|callee=<service>` and the same with
/// `side=destination`. Their difference is the way between the two; compared and blamed as the gaps of spans are.
package struct MeshEdgeDetector: Detector {
  /// The metric's name before its labels.
  package static let metricName = "edge-latency-p50"

  /// Medians over a minute are coarse: no difference is trusted more closely.
  static let floorMilliseconds = 10.0
  static let maximumHistory = 120
  /// Samples of both sides are of one moment when they lie this close.
  static let alignmentNanoseconds: Int64 = 30_000_000_000

  package init() {}

  package func detect(in window: TelemetryWindow, comparing comparison: Comparison) -> [Signal] {
    let traces = Set(window.spans.rows(in: comparison.observed).map { window.spans.traces[$0] })
    guard traces.count < TraceFrame.minimumObservedTraces else { return [] }
    let gaps = Self.pairs(window).compactMap { Gap($0, comparison) }
    let attribution = EdgeAttribution(
      Self.numbered(gaps).enumerated().map { position, ends in
        EdgeAttribution.Edge(
          caller: ends.caller, callee: ends.callee, callCount: 1, excess: gaps[position].excess)
      })
    let numbers = Self.numbered(gaps)
    return gaps.indices.compactMap { position in
      guard gaps[position].excess > 0 else { return nil }
      return gaps[position].signal(
        blamesCaller: attribution.blamed(position) == numbers[position].caller, comparison)
    }
  }

  struct Pair {
    var caller: ComponentID
    var callee: ComponentID
    var source: MetricSeries
    var destination: MetricSeries
  }

  /// Both sides of each edge, in the order of the series.
  static func pairs(_ window: TelemetryWindow) -> [Pair] {
    var destinations: [MetricKey: MetricSeries] = [:]
    for series in window.metrics where series.key.metric.hasPrefix(metricName + "|side=destination|") {
      destinations[series.key] = series
    }
    let prefix = metricName + "|side=source|callee="
    return window.metrics.compactMap { source in
      guard source.key.metric.hasPrefix(prefix) else { return nil }
      let callee = String(source.key.metric.dropFirst(prefix.count))
      let other = MetricKey(
        component: source.key.component, metric: metricName + "|side=destination|callee=" + callee)
      guard let destination = destinations[other] else { return nil }
      let caller = window.serviceMap.service(of: source.key.component)
      return Pair(caller: caller, callee: ComponentID(callee), source: source, destination: destination)
    }
  }

  private static func numbered(_ gaps: [Gap]) -> [(caller: Int32, callee: Int32)] {
    var numbers: [ComponentID: Int32] = [:]
    func number(_ id: ComponentID) -> Int32 {
      if let known = numbers[id] { return known }
      let new = Int32(numbers.count)
      numbers[id] = new
      return new
    }
    return gaps.map { (number($0.caller), number($0.callee)) }
  }

  struct Gap {
    var caller: ComponentID
    var callee: ComponentID
    var excess: Double
    var observed: Double
    var normal: Double
    var sigmas: Double
    var observedCount: Int
    var historyCount: Int
    var digest: String

    init?(_ pair: Pair, _ comparison: Comparison) {
      caller = pair.caller
      callee = pair.callee
      let now = Self.differences(pair, in: comparison.observed)
      let before = comparison.reference.flatMap { Self.differences(pair, in: $0) }.suffix(maximumHistory)
      guard !now.isEmpty, before.count >= 3 else { return nil }
      observed = now.sorted().quantile(0.5)
      normal = before.sorted().quantile(0.5)
      let middle = normal
      let spread = max(
        1.4826 * before.map { abs($0 - middle) }.sorted().quantile(0.5), 0.1 * abs(middle),
        MeshEdgeDetector.floorMilliseconds)
      sigmas = (observed - normal) / spread
      excess =
        sigmas > LatencyShift.noiseSigmas
        ? (observed - normal) * min(1, sigmas / (2 * LatencyShift.noiseSigmas)) : 0
      observedCount = now.count
      historyCount = before.count
      var digest = ContentDigest()
      for value in now { digest.update(value) }
      for value in before { digest.update(value) }
      self.digest = digest.finalize()
    }

    /// Milliseconds between the sides, for each sample of the caller's that the callee has one near.
    private static func differences(_ pair: Pair, in window: TimeWindow) -> [Double] {
      pair.source.rows(in: window).compactMap { row in
        let time = pair.source.times[row]
        let next = pair.destination.times.firstIndex(notBelow: time)
        var best: Int?
        for candidate in [next - 1, next] where pair.destination.times.indices.contains(candidate) {
          let distance = abs(pair.destination.times[candidate].milliseconds(until: time))
          guard distance <= Double(MeshEdgeDetector.alignmentNanoseconds) / 1e6 else { continue }
          if let known = best, abs(pair.destination.times[known].milliseconds(until: time)) <= distance { continue }
          best = candidate
        }
        guard let best else { return nil }
        let difference = (pair.source.values[row] - pair.destination.values[best]) * 1000
        return difference.isFinite ? difference : nil
      }
    }

    func signal(blamesCaller: Bool, _ comparison: Comparison) -> Signal {
      let now = observed.roundedToSignificantDigits(3)
      let usual = normal.roundedToSignificantDigits(3)
      let statement =
        "\(caller) → \(callee): the mesh measures \(now) ms between the two, usually \(usual) ms "
        + "(\(observedCount) samples against \(historyCount))."
      let metric = MeshEdgeDetector.metricName
      return Signal(
        id: "", component: blamesCaller ? caller : callee, peer: blamesCaller ? callee : caller,
        channel: .traceEdgeGap, subject: "\(caller) → \(callee)", metricClass: .latency, strength: excess,
        deviationSigmas: sigmas, logRatio: 0,
        evidence: Evidence(
          kind: .metric, statement: statement,
          query: Evidence.Query(
            source: "metrics",
            expression: "\(caller)|\(metric)|side=source|callee=\(callee) - \(caller)|\(metric)|side=destination",
            window: comparison.observed),
          digest: digest, value: observed, unit: "ms"))
    }
  }
}
