import IncidentModel
import Telemetry

/// Resources that filled up slowly until something broke: a leak moves long before the symptom does, so what lies
/// right before the onset is no normal for it.
package struct ResourceCreepDetector: Detector {
  /// The oldest share of the time before the onset that counts as normal.
  private static let earlyShare = 0.35
  /// The last share of it, in which the resource must be fullest.
  private static let lateShare = 0.12
  /// Longer histories than this are cut: what creeps for days is not this incident.
  private static let longestSeconds = 6 * 3600.0
  private static let minimumEvidence = 0.5
  private static let minimumLogRatio = 0.1
  /// Of all steps between neighbouring blocks, how many must rise.
  private static let risingShare = 0.7

  /// The logarithm of 4: three quarters of what was left are gone.
  private static let nearlyGoneLogRatio = 1.386

  fileprivate static let phrase = "rose steadily"
  fileprivate static let phraseOfRest = "fell steadily"

  package init() {}

  package func detect(in window: TelemetryWindow, comparing comparison: Comparison) -> [Signal] {
    guard let stretch = Self.stretch(comparison) else { return [] }
    return window.metrics.compactMap { series in
      guard Self.fillsUp(series) else { return nil }
      return Self.signal(of: series, over: stretch, comparison)
    }
  }

  /// A stock, not a flow: how busy a disk is follows the load, how full it is does not.
  private static func fillsUp(_ series: MetricSeries) -> Bool {
    switch series.metricClass {
    case .memory, .connections: return true
    case .disk:
      let name = series.key.metric.lowercased()
      return series.measuresRemainder
        || ["used", "usage", "full", "space", "capacity", "inode"].contains(where: name.contains)
    default: return false
    }
  }

  /// The time without a break that leads up to the onset; nil where normal was learnt elsewhere.
  private static func stretch(_ comparison: Comparison) -> TimeWindow? {
    guard let last = comparison.reference.last, last.end <= comparison.onset,
      last.end.seconds(until: comparison.onset) < 300
    else { return nil }
    let earliest = comparison.onset.advanced(bySeconds: -longestSeconds)
    return TimeWindow(start: max(last.start, earliest), end: comparison.onset)
  }

  private static func signal(
    of series: MetricSeries, over stretch: TimeWindow, _ comparison: Comparison
  ) -> Signal? {
    let seconds = stretch.durationSeconds
    let early = TimeWindow(start: stretch.start, end: stretch.start.advanced(bySeconds: seconds * earlyShare))
    let late = TimeWindow(start: stretch.end.advanced(bySeconds: -seconds * lateShare), end: stretch.end)
    let samples = series.samples(in: [late])
    guard let level = OrderStatistics.median(of: samples),
      let baseline = Baseline(
        values: series.samples(in: [early]), metricClass: series.metricClass, unit: series.unit, observed: level)
    else { return nil }
    let shift = RobustShift(baseline: baseline, observedMedian: level, observedCount: samples.count)
    // What is left falls as what is used rises, and means something only near its end.
    let isLeft = series.measuresRemainder
    let growth = isLeft ? -shift.logRatio : shift.logRatio
    guard growth >= (isLeft ? nearlyGoneLogRatio : minimumLogRatio), shift.evidence >= minimumEvidence,
      movesSteadily(series, stretch, sign: isLeft ? -1 : 1)
    else { return nil }
    func text(_ value: Double) -> String { QuantityText.describe(value, unit: series.unit) }
    let gains = series.rows(in: stretch).map {
      FaultSegment.gain(series.values[$0], normal: baseline.median, changed: level, threshold: 0.25)
    }
    let first = FaultSegment.onset(gains)
    let rows = series.rows(in: stretch)
    let start = first < gains.count ? Timestamp(nanoseconds: series.times[rows.lowerBound + first]) : nil
    return Signal(
      id: "", component: series.key.component, channel: .resource, subject: series.key.metric,
      metricClass: series.metricClass, onset: start, strength: shift.evidence,
      deviationSigmas: abs(shift.sigmas).roundedToSignificantDigits(6),
      logRatio: growth.roundedToSignificantDigits(6),
      evidence: MetricEvidence.draft(
        series, comparison,
        statement: "\(series.key.component) \(series.key.metric) \(isLeft ? phraseOfRest : phrase) "
          + "from \(text(baseline.median)) to \(text(level)) before the onset.", value: level, unit: series.unit))
  }

  private static func movesSteadily(_ series: MetricSeries, _ stretch: TimeWindow, sign: Double) -> Bool {
    let medians = BlockMedians(of: series, in: stretch, count: 12).medians.filter(\.isFinite)
    guard medians.count >= 6 else { return false }
    let rising = zip(medians, medians.dropFirst()).count { sign * $1 > sign * $0 }
    return Double(rising) >= risingShare * Double(medians.count - 1)
  }
}

extension Signal {
  /// Whether this is a resource that filled up slowly.
  var isCreep: Bool {
    let phrases = [ResourceCreepDetector.phrase, ResourceCreepDetector.phraseOfRest]
    return channel == .resource && phrases.contains(where: evidence.statement.contains)
  }
}
