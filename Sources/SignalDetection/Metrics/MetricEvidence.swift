import IncidentModel
import Telemetry

/// Evidence about one series: the sentence at once, the digest and the picture only for what is kept.
package enum MetricEvidence {
  package static let source = "metrics"

  /// Evidence whose digest and excerpt are still to be filled by `complete`.
  package static func draft(
    _ series: MetricSeries, _ comparison: Comparison, statement: String, value: Double, unit: String
  ) -> Evidence {
    Evidence(
      kind: .metric, statement: statement,
      query: Evidence.Query(source: source, expression: series.key.description, window: comparison.observed),
      digest: "", value: value, unit: unit)
  }

  /// "payment cpu 0.97 cores, usually 0.31 cores (0.25 cores to 0.38 cores)".
  package static func sentence(_ series: MetricSeries, _ shift: RobustShift) -> String {
    func text(_ value: Double) -> String { QuantityText.describe(value, unit: series.unit) }
    let normal = "usually \(text(shift.baseline.median))"
    let band = "(band \(text(shift.baseline.low)) to \(text(shift.baseline.high)))"
    return "\(series.key.component) \(series.key.metric) is \(text(shift.observed)), \(normal) \(band)."
  }

  /// Fills digest and excerpt from the series; evidence that already has a digest is returned as it is.
  package static func complete(
    _ evidence: Evidence, series: MetricSeries, _ comparison: Comparison, onset: Timestamp?
  ) -> Evidence {
    guard evidence.digest.isEmpty else { return evidence }
    var completed = evidence
    completed.digest = digest(series, comparison)
    completed.excerpt = excerpt(series, comparison, onset: onset)
    return completed
  }

  /// Over the times and values of the normal windows and then of the observed one, as they were read.
  package static func digest(_ series: MetricSeries, _ comparison: Comparison) -> String {
    var digest = ContentDigest()
    for window in comparison.reference + [comparison.observed] {
      let rows = series.rows(in: window)
      var numbers: [Int64] = []
      numbers.reserveCapacity(2 * rows.count)
      for row in rows {
        numbers.append(series.times[row])
        numbers.append(Int64(bitPattern: series.values[row].bitPattern))
      }
      digest.update(numbers)
    }
    return digest.finalize()
  }

  /// The observed time with as much before it as makes the change visible, thinned to the bound by medians.
  private static func excerpt(_ series: MetricSeries, _ comparison: Comparison, onset: Timestamp?) -> SeriesExcerpt? {
    guard let shift = MetricComparison(series, comparison)?.shift else { return nil }
    let lead = max(comparison.observed.durationSeconds, 1800)
    let shown = TimeWindow(
      start: comparison.onset.advanced(bySeconds: -lead),
      end: comparison.observed.end.advanced(bySeconds: comparison.observed.durationSeconds / 4))
    let rows = series.rows(in: shown)
    guard !rows.isEmpty else { return nil }
    let size = (rows.count + SeriesExcerpt.maximumPointCount - 1) / SeriesExcerpt.maximumPointCount
    var times: [Timestamp] = []
    var values: [Double?] = []
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: size) {
      let part = series.values[first..<min(first + size, rows.upperBound)]
      times.append(Timestamp(nanoseconds: series.times[first]))
      values.append(OrderStatistics.median(of: Array(part))?.roundedToSignificantDigits(6))
    }
    return SeriesExcerpt(
      title: series.key.description, unit: series.unit, times: times, values: values,
      baselineLow: shift.baseline.low.roundedToSignificantDigits(6),
      baselineHigh: shift.baseline.high.roundedToSignificantDigits(6), onset: onset)
  }
}
