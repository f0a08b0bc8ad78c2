import IncidentModel
import Telemetry

/// That an incident has begun, since when, and what moved first: the gate's judgement with a date.
package struct IncidentOnset: Hashable, Sendable {
  /// A series that left its normal range.
  package struct Mover: Hashable, Sendable {
    package var key: MetricKey
    package var since: Timestamp
    /// As of `RobustShift`.
    package var evidence: Double
  }

  /// The end of the telemetry that this was said from.
  package var detectedAt: Timestamp
  package var since: Timestamp
  /// By when they moved, then by their evidence; never empty.
  package var movers: [Mover]
  package var statement: String

  /// How much has moved: the evidence of all movers.
  package var evidence: Double { movers.reduce(0) { $0 + $1.evidence } }

  /// The last cells that a series must have left its normal range in, and how far back a move is looked for.
  private static let recentShare = 0.4
  private static let lookbackFactor = 3.0
  /// About seven robust standard deviations.
  private static let leastEvidence = 1.5
  /// The share of the evidence that must have moved by the onset.
  private static let quantile = 0.3

  /// Nil where the gate has doubts.
  init?(_ window: TelemetryWindow, _ comparison: Comparison) {
    let gate = AnomalyGate(window, comparison, CallMeasures(window, comparison), ranksWindows: false)
    guard gate.certainty >= 1 else { return nil }
    let end = comparison.observed.end
    let seconds = comparison.observed.durationSeconds
    let recent = TimeWindow(start: end.advanced(bySeconds: -Self.recentShare * seconds), end: end)
    let search = TimeWindow(start: end.advanced(bySeconds: -Self.lookbackFactor * seconds), end: end)
    let found = window.metrics.compactMap { Self.mover($0, comparison, recent, search) }
    movers = found.sorted { ($0.since, -$0.evidence, $0.key) < ($1.since, -$1.evidence, $1.key) }
    guard let since = ComparisonWindows.weightedQuantile(movers.map { ($0.since, $0.evidence) }, Self.quantile) else {
      return nil
    }
    self.since = since
    detectedAt = end
    statement = "Something is wrong since \(since): \(gate.reason)."
  }

  private static func mover(
    _ series: MetricSeries, _ comparison: Comparison, _ recent: TimeWindow, _ search: TimeWindow
  ) -> Mover? {
    var near = comparison
    near.observed = recent
    guard let metric = MetricComparison(series, near) else { return nil }
    let evidence = metric.badEvidence(fallFactor: 0.5)
    guard evidence >= leastEvidence,
      let since = FaultSegment.firstMove(
        of: series, in: search, baseline: metric.shift.baseline, towards: metric.shift.observed)
    else { return nil }
    return Mover(key: series.key, since: since, evidence: evidence)
  }
}
