import IncidentModel
import Telemetry

/// One component's calls against their normal, row by row.
package struct CallExcess: Sendable {
  package var calls: CallSeries
  package var baseline: Baseline
  /// Turns a deviation into seconds a call, or into failures: a share of calls, or a count.
  private var unitFactor: Double
  /// +1 when more is worse, -1 when less is.
  private var sign: Double
  private var isCount: Bool
  private let isShare: Bool
  /// Turns a row of failures into a number of them: the time that it stands for, where it is a rate.
  private let perRow: Double
  /// Mean of what exceeds the median in normal times: noise that is no excess.
  private var usualExcess: Double
  /// The largest deviation inside the observed time, towards worse.
  package var peak: Double
  package var typicalRequests: Double?
  private let cursor: RequestCursor

  /// Above this many rows an excess is judged by its mean, below by its largest row.
  private static let fewRows = 8
  private static let minimumSigmas = 2.0
  private static let minimumMeanSigmas = 3.0
  private static let clockSkewSeconds = 60.0

  package init?(_ calls: CallSeries, _ dimension: CallDimension, _ comparison: Comparison) {
    let series = calls.measure
    let observed = series.samples(in: [comparison.observed])
    let normal = series.samples(in: comparison.reference, newest: MetricComparison.newestCount)
    guard
      let narrow = Baseline(
        values: normal, metricClass: series.metricClass, unit: series.unit,
        observed: OrderStatistics.median(of: observed) ?? 0)
    else { return nil }
    self.calls = calls
    let counting = CountingNoise(series)
    let baseline = counting?.widened(narrow, normal) ?? narrow
    self.baseline = baseline
    perRow = counting?.perRow ?? 1
    sign = series.metricClass == .availability ? -1 : 1
    switch series.metricClass {
    case .latency: unitFactor = 1 / (MetricScale.unitsPerBaseUnit(series.unit) ?? 1)
    case .availability:
      unitFactor = 1 / MetricScale.availabilityScale(unit: series.unit, magnitude: baseline.median)
    default: unitFactor = 1 / (MetricScale.unitsPerBaseUnit(series.unit) ?? 1)
    }
    isCount = series.metricClass == .errors && !MetricScale.isRatio(series.unit)
    isShare = series.metricClass == .availability || (series.metricClass == .errors && !isCount)
    let sign = sign
    usualExcess =
      normal.reduce(0) { $0 + (sign * ($1 - baseline.median)).clamped(to: 0...3 * baseline.spread) }
      / Double(max(normal.count, 1))
    peak = observed.map { sign * baseline.sigmas($0) }.max() ?? 0
    cursor = RequestCursor(calls.requests)
    typicalRequests = calls.requests.flatMap { OrderStatistics.median(of: $0.samples(in: [comparison.observed])) }
  }

  /// The stretches of time in which this series is out of its normal range, widened while it has not come back.
  package func outOfRange(_ comparison: Comparison) -> [TimeWindow] {
    let period = calls.measure.samplingSeconds ?? 60
    // The row before the onset may already hold a part of the incident.
    let search = TimeWindow(start: comparison.onset.advanced(bySeconds: -period), end: comparison.observed.end)
    let rows = Array(calls.measure.rows(in: search))
    let sigmas = rows.map { sign * baseline.sigmas(calls.measure.values[$0]) }
    let enter = min(3, 0.7 * (sigmas.filter(\.isFinite).max() ?? 0))
    guard enter >= 1 else { return [comparison.observed] }
    var isOut = sigmas.map { $0 >= enter }
    for row in isOut.indices.dropFirst() where isOut[row - 1] && sigmas[row] > 0.5 { isOut[row] = true }
    for row in isOut.indices.dropLast().reversed() where isOut[row + 1] && sigmas[row] > 0.5 { isOut[row] = true }
    return rows.indices.filter { isOut[$0] }.map {
      let start = Timestamp(nanoseconds: calls.measure.times[rows[$0]])
      return TimeWindow(start: start, end: start.advanced(bySeconds: period))
    }
  }

  /// One row towards worse: its deviation in robust standard deviations, and its excess over its requests in the
  /// channel's unit, 0 for what noise may be.
  package func row(_ row: Int) -> (sigmas: Double, excess: Double) {
    let deviation = sign * (calls.measure.values[row] - baseline.median)
    let known = cursor.count(at: calls.measure.times[row], near: row) ?? typicalRequests
    let sigmas = deviation / rowSpread(known ?? .infinity)
    let requests = known ?? 1
    guard deviation > 2 * rowSpread(requests) else { return (sigmas, 0) }
    return (sigmas, (isCount ? perRow : max(requests, 0)) * (deviation - usualExcess) * unitFactor)
  }

  /// What the requests of one row normally take altogether, in seconds; for failures their number.
  package func usualSpending(_ comparison: Comparison) -> Double {
    let counts = calls.requests.map { $0.samples(in: comparison.reference, newest: MetricComparison.newestCount) }
    let requests = counts.flatMap { OrderStatistics.median(of: $0) } ?? 1
    return requests * cursor.perSample * (calls.measure.metricClass == .latency ? abs(baseline.median) * unitFactor : 1)
  }

  /// Nil when there is no excess over what noise gives.
  /// - Parameter rowSeconds: how long one row of the symptom is, of which some lie in the windows; nil where it has none.
  package func signal(
    channel: SignalChannel, over windows: [TimeWindow], rowSeconds: Double?, typicalRequests fallback: Double,
    _ comparison: Comparison
  ) -> Signal? {
    // A row stands for the time before it: where it is longer than one here, the incident may have begun in it.
    let coarser = max(0, (rowSeconds ?? 0) - (calls.measure.samplingSeconds ?? 60))
    let start = windows.map(\.start).min() ?? comparison.onset
    let before = standingExcess(before: start.advanced(bySeconds: -coarser), comparison)
    let total = sum(over: windows, beyond: before, typicalRequests: typicalRequests ?? fallback)
    guard total.excess > 0, total.sigmas > (total.isMean ? Self.minimumMeanSigmas : Self.minimumSigmas) else {
      return nil
    }
    let series = calls.measure
    let level = total.level
    let unit = channel == .latencyExcess ? "s" : "failed requests"
    func text(_ value: Double) -> String { QuantityText.describe(value, unit: series.unit) }
    let statement =
      "\(calls.component) \(series.key.metric) was \(text(level)) while the symptom was out of range, "
      + "usually \(text(baseline.median)): \(QuantityText.describe(total.excess, unit: unit)) in excess."
    let direction: Signal.Direction = sign > 0 ? .rise : .fall
    return Signal(
      id: "", component: calls.component, channel: channel, subject: series.key.metric,
      metricClass: series.metricClass, direction: direction, onset: onset(level: level, comparison),
      strength: total.excess, deviationSigmas: (sign * total.sigmas).roundedToSignificantDigits(6),
      logRatio: baseline.logRatio(level).roundedToSignificantDigits(6),
      evidence: MetricEvidence.draft(
        series, comparison, statement: statement, value: total.excess, unit: unit))
  }

  /// What this series already exceeded its normal by in the last rows before the symptom moved; 0 where it did not.
  /// That is not this incident's doing.
  private func standingExcess(before moment: Timestamp, _ comparison: Comparison) -> Double {
    let period = calls.measure.samplingSeconds ?? 60
    // Rows closer than clocks may be apart can already hold the incident.
    let end = moment.advanced(bySeconds: period < Self.clockSkewSeconds ? -Self.clockSkewSeconds : 0)
    let last = TimeWindow(start: end.advanced(bySeconds: -3 * period), end: end)
    let rows = last.outside(comparison.reference).flatMap { calls.measure.samples(in: [$0]) }
    guard let level = OrderStatistics.median(of: rows) else { return 0 }
    let excess = sign * (level - baseline.median)
    return excess > 2 * baseline.spread ? excess : 0
  }

  private func sum(
    over windows: [TimeWindow], beyond standing: Double, typicalRequests: Double
  ) -> (excess: Double, sigmas: Double, level: Double, isMean: Bool) {
    var excess = 0.0
    var sigmas: [Double] = []
    var values: [Double] = []
    for window in windows {
      for row in calls.measure.rows(in: window) where calls.measure.values[row].isFinite {
        let value = calls.measure.values[row]
        let deviation = sign * (value - baseline.median) - standing
        let requests = cursor.count(at: calls.measure.times[row], near: row) ?? typicalRequests
        excess += (isCount ? perRow : max(requests, 0)) * (max(deviation, 0) - usualExcess) * unitFactor
        sigmas.append(deviation / rowSpread(requests))
        values.append(value)
      }
    }
    guard let largest = sigmas.max(), let level = OrderStatistics.median(of: values) else { return (0, 0, 0, false) }
    guard sigmas.count >= Self.fewRows else { return (excess, largest, level, false) }
    // Neighbouring rows are not independent: nine count as independent at most. What noise exceeds the median by on
    // average is no deviation.
    let mean = sigmas.reduce(0) { $0 + $1.clamped(to: -1e4...1e4) } / Double(sigmas.count)
    return (excess, (mean - usualExcess / baseline.spread) * 3, level, true)
  }

  /// A share of few requests scatters by itself: its binomial standard deviation is a floor.
  private func rowSpread(_ requests: Double) -> Double {
    guard isShare, requests > 0 else { return baseline.spread }
    let failing = (usualExcess * unitFactor).clamped(to: 0.001...0.5)
    return max(baseline.spread, (failing * (1 - failing) / requests).squareRoot() / unitFactor)
  }

  private func onset(level: Double, _ comparison: Comparison) -> Timestamp? {
    let search = TimeWindow(
      start: comparison.onset.advanced(bySeconds: -900), end: comparison.observed.end)
    return FaultSegment.firstMove(of: calls.measure, in: search, baseline: baseline, towards: level)
  }
}

/// Looks up request counts by time.
private struct RequestCursor {
  private let series: MetricSeries?
  private let tolerance: Int64
  let perSample: Double

  init(_ series: MetricSeries?) {
    self.series = series
    let period = series?.samplingSeconds ?? 60
    tolerance = Int64((period * 0.75 * 1e9).clamped(to: 0...1e15))
    perSample = MetricScale.periods(in: period, of: series?.unit ?? "") ?? 1
  }

  /// Requests in the sample nearest to a moment; nil where none is near.
  /// - Parameter row: where it is if the clock is the same one, as mostly.
  func count(at time: Int64, near row: Int) -> Double? {
    guard let series else { return nil }
    let isThere = row < series.times.count && series.times[row] == time
    if isThere, series.values[row].isFinite { return series.values[row] * perSample }
    let above = isThere ? row : series.times.firstIndex(notBelow: time)
    var best: (distance: Int64, value: Double)?
    for row in [above - 1, above] where series.times.indices.contains(row) && series.values[row].isFinite {
      let distance = abs(series.times[row] - time)
      if distance <= tolerance, distance < best?.distance ?? .max { best = (distance, series.values[row]) }
    }
    return best.map { $0.value * perSample }
  }
}
