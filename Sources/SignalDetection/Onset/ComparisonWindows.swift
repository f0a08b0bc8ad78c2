import IncidentModel
import Telemetry

/// Decides which time is compared with which, from the alert where there is one and from the series where not.
package enum ComparisonWindows {
  /// Kept free between normal and the incident, so that its beginning is not learnt as normal.
  package static let guardSeconds = 30.0
  /// How far before the alert its incident may have begun.
  private static let lookbackSeconds = 3600.0
  /// How long normal must be known before what had passed by the alert, as a share of the time from its onset to the alert.
  private static let leastNormalShare = 0.6
  /// Beyond so many series only hindsight is asked: a stream looks at all of them again for each of its cells.
  private static let maximumStreamedSeriesCount = 2_000

  /// The comparison to make first, and those to make where it shows no incident. Empty when nothing began, or when there
  /// is no time that could be called normal.
  package static func candidates(_ window: TelemetryWindow) -> [Comparison] {
    let span = window.incident.window
    guard !span.isEmpty else { return [] }
    if let burst = AlertBurst(window) {
      let source = window.incident.alertedAt == nil ? Detection.OnsetSource.estimated : .alert
      return [comparison(window, onset: burst.start, end: span.end, source: source)]
    }
    let focus = FocusSeries.positions(in: window).map { window.metrics[$0] }
    if let short = ShortHistory(window, focus: focus) {
      return [
        Comparison(
          onset: short.onset, onsetSource: window.incident.alertedAt == nil ? .estimated : .alert,
          reference: short.reference, observed: TimeWindow(start: short.onset, end: short.end))
      ]
    }
    if let alert = window.incident.alertedAt {
      let moment = min(max(alert, span.start), span.end)
      let levels = levels(of: focus, around: moment, window)
      let onset = onset(ofAlert: moment, levels: levels, in: span)
      let end =
        window.incident.symptom == nil
        ? endWithoutSymptom(after: onset, alert: moment, levels, window) : end(after: onset, levels: levels, in: span)
      return [comparison(window, onset: onset, end: end, source: .alert)]
    }
    let series = OnsetEstimator.estimate(window, focus: focus).map {
      comparison(window, onset: $0.start, end: $0.end, source: .estimated)
    }
    // Where normal must be learnt from the same window, series have more of it than sampled traces: what would have been
    // noticed while they arrived, and otherwise what stands out with hindsight.
    if window.referenceWindows.isEmpty, focus.contains(where: { OnsetEstimator.canTell($0, in: span) }) {
      let isFew = window.metrics.count <= maximumStreamedSeriesCount
      // The first, but for those in which little moves beside another: what is rarely asked for departs now and then.
      let incidents = isFew ? IncidentStream.incidents(in: window) : []
      let most = incidents.map(\.onset.evidence).max() ?? 0
      let noticed = incidents.first { $0.onset.evidence >= most / 2 }.map {
        comparison(window, onset: $0.onset.since, end: $0.end ?? span.end, source: .estimated)
      }
      return [noticed, series].compactMap { $0 }
    }
    // Against a known normal a trace is dated to the second, a series only to its next sample.
    let traces = TraceOnset.estimate(window).map { comparison(window, onset: $0, end: span.end, source: .estimated) }
    return [traces, series].compactMap { $0 }
  }

  /// What was over before somebody was called, within the hour before; nil where nobody was or nothing stands out. A search
  /// of its own, for where the time of the page shows nothing.
  static func passed(_ window: TelemetryWindow, before noticed: Comparison) -> Comparison? {
    guard window.incident.alertedAt != nil, noticed.onsetSource == .alert, AlertBurst(window) == nil else { return nil }
    var earlier = window
    earlier.incident.window.end = noticed.onset
    earlier.incident.alertedAt = nil
    // What decides whether it was an incident says when it was.
    let deciding = FocusSeries.deciding(window)
    earlier.metrics.removeAll { !deciding.contains($0.key) }
    let focus = FocusSeries.positions(in: window).map { window.metrics[$0] }
    guard ShortHistory(window, focus: focus) == nil, !earlier.incident.window.isEmpty,
      let found = OnsetEstimator.estimate(earlier, focus: focus),
      found.start.seconds(until: noticed.onset) <= lookbackSeconds
    else { return nil }
    let passed = comparison(window, onset: found.start, end: found.end, source: .estimated)
    // Hindsight finds noise that is far from any few minutes before it.
    let known = passed.reference.reduce(0) { $0 + $1.durationSeconds }
    return known >= leastNormalShare * found.start.seconds(until: noticed.onset) ? passed : nil
  }

  /// Normal is what the source names as such, otherwise all that precedes the onset; never any of the incident.
  package static func comparison(
    _ window: TelemetryWindow, onset: Timestamp, end: Timestamp, source: Detection.OnsetSource
  ) -> Comparison {
    let span = window.incident.window
    let free = onset.advanced(bySeconds: -guardSeconds)
    let given = window.referenceWindows.isEmpty ? [TimeWindow(start: span.start, end: free)] : window.referenceWindows
    let reference = given.flatMap { $0.without(TimeWindow(start: free, end: max(span.end, end))) }
    return Comparison(
      onset: onset, onsetSource: source, reference: reference.filter { !$0.isEmpty },
      observed: TimeWindow(start: onset, end: max(end, onset)))
  }

  /// The alert's time, or earlier where the symptom had clearly been moving before anybody noticed.
  private static func onset(ofAlert alert: Timestamp, levels: [FaultLevel], in span: TimeWindow) -> Timestamp {
    let earliest = max(span.start, alert.advanced(bySeconds: -lookbackSeconds))
    let votes = levels.map { level in (level.start(reaching: alert, notBefore: earliest), level.weight) }
    guard let start = weightedQuantile(votes, 0.5) else { return alert }
    let period = levels.compactMap(\.series.samplingSeconds).max() ?? 60
    return start.seconds(until: alert) > 1.5 * period ? start : alert
  }

  private static func levels(
    of series: [MetricSeries], around moment: Timestamp, _ window: TelemetryWindow
  ) -> [FaultLevel] {
    series.compactMap { FaultLevel(of: $0, around: moment, in: window) }
  }

  /// Where nobody said what suffers, what suffers clearly says how long, and where users see nothing, what else moved
  /// clearly; the end of the window where nothing did, or where one of them came and went.
  private static func endWithoutSymptom(
    after onset: Timestamp, alert: Timestamp, _ focus: [FaultLevel], _ window: TelemetryWindow
  ) -> Timestamp {
    let span = window.incident.window
    let seen = clear(focus)
    let levels = seen.isEmpty ? clear(levels(of: window.metrics, around: alert, window)) : seen
    let end = end(after: onset, levels: levels, in: span)
    let isBack = levels.contains { $0.isBack(between: end, and: span.end, asLongAs: onset.seconds(until: end)) }
    return isBack ? span.end : end
  }

  /// Those that moved clearly, and at least half as far, on a logarithmic scale, as the one that moved farthest.
  private static func clear(_ levels: [FaultLevel]) -> [FaultLevel] {
    let largest = levels.map(\.weight).max() ?? 0
    return levels.filter { $0.weight >= max(largest / 2, Double.log1p(AnomalyGate.clearDeparture)) }
  }

  private static func end(after onset: Timestamp, levels: [FaultLevel], in span: TimeWindow) -> Timestamp {
    weightedQuantile(levels.map { ($0.end(from: onset, notAfter: span.end), $0.weight) }, 0.5) ?? span.end
  }

  /// The earliest moment by which the given share of the weight has voted.
  static func weightedQuantile(_ votes: [(Timestamp, Double)], _ share: Double) -> Timestamp? {
    let sorted = votes.sorted { $0.0 < $1.0 }
    let wanted = sorted.reduce(0) { $0 + $1.1 } * share
    var sum = 0.0
    for (moment, weight) in sorted {
      sum += weight
      if sum >= wanted { return moment }
    }
    return nil
  }
}

extension TimeWindow {
  /// What is left of this window outside all of the others, in order.
  package func outside(_ others: [TimeWindow]) -> [TimeWindow] {
    others.reduce([self]) { left, other in left.flatMap { $0.without(other) } }
  }

  /// What is left of this window outside another: none, one or two windows.
  package func without(_ other: TimeWindow) -> [TimeWindow] {
    guard !other.isEmpty, other.start < end, start < other.end else { return [self] }
    return [TimeWindow(start: start, end: other.start), TimeWindow(start: other.end, end: end)].filter { !$0.isEmpty }
  }
}
