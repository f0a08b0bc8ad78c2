import IncidentModel
import Telemetry

/// A second look at the onset: what fails slowly is noticed late, so where many series had clearly moved before, the
/// incident began with them.
enum EarlyMovers {
  /// Series that vote, the most evident first.
  private static let maximumVoterCount = 48
  private static let fewestVoters = 5
  /// About seven robust standard deviations.
  private static let minimumEvidence = 1.5
  /// The share of the votes that must lie before the new onset.
  private static let quantile = 0.3
  private static let leastSeconds = 90.0
  private static let leastSamples = 3.0

  /// The comparison with an earlier onset, or as it was.
  static func widen(_ comparison: Comparison, _ window: TelemetryWindow) -> Comparison {
    guard window.referenceWindows.isEmpty, !comparison.reference.isEmpty else { return comparison }
    var voters: [(onset: Timestamp, evidence: Double, period: Double)] = []
    for series in window.metrics {
      guard let metric = MetricComparison.evident(series, comparison) else { continue }
      let evidence = metric.badEvidence(fallFactor: 0)
      guard evidence >= minimumEvidence, let onset = metric.onset(comparison) else { continue }
      voters.append((onset, evidence, series.samplingSeconds ?? 60))
    }
    guard voters.count >= fewestVoters else { return comparison }
    let strongest = voters.sorted { (-$0.evidence, $0.onset) < (-$1.evidence, $1.onset) }.prefix(maximumVoterCount)
    let onsets = strongest.map(\.onset).sorted()
    let period = OrderStatistics.median(of: strongest.map(\.period)) ?? 60
    let earlier = onsets[min(Int(Double(onsets.count) * quantile), onsets.count - 1)]
    guard earlier.seconds(until: comparison.onset) > max(leastSeconds, leastSamples * period) else { return comparison }
    let widened = ComparisonWindows.comparison(
      window, onset: earlier, end: comparison.observed.end, source: comparison.onsetSource)
    return widened.reference.isEmpty ? comparison : widened
  }
}
