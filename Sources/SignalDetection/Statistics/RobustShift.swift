import IncidentModel

/// How far the median of an interval lies from normal: the primitive of all metric evidence.
///
/// The median, not the maximum, of the observed values is compared, so that a few spikes change nothing; the log
/// ratio keeps a statistically clear but tiny move from counting.
package struct RobustShift: Hashable, Sendable {
  package var baseline: Baseline
  /// Median of the observed values.
  package var observed: Double
  package var observedCount: Int
  /// Signed robust standard deviations.
  package var sigmas: Double
  /// ln(observed / normal), both with the scale's floor added.
  package var logRatio: Double
  /// ln(1 + what |sigmas| exceeds 3 by), faded out below a log ratio of 0.1 and discounted for few
  /// observations and for hardly any history.
  package var evidence: Double

  /// Nil when nothing finite was observed.
  package init?(baseline: Baseline, observed values: [Double]) {
    let sample = values.sortedFinite()
    guard let median = OrderStatistics.median(ofSorted: sample) else { return nil }
    self.init(baseline: baseline, observedMedian: median, observedCount: sample.count)
  }

  package init(baseline: Baseline, observedMedian median: Double, observedCount: Int) {
    self.baseline = baseline
    self.observedCount = observedCount
    observed = median
    sigmas = baseline.sigmas(median)
    logRatio = baseline.logRatio(median)
    let count = Double(observedCount)
    let size = ((abs(logRatio) - 0.05) / 0.05).clamped(to: 0...1)
    evidence = Double.log1p(max(abs(sigmas) - 3, 0)) * size * (count / (count + 2)) * baseline.trust
  }

  package var direction: Signal.Direction { sigmas >= 0 ? .rise : .fall }
}
