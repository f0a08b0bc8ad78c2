import IncidentModel
import Telemetry

/// Finds in spans when an incident began: the split of the recorded traces from which on they differ most from normal.
///
/// The evidence is the same that ranks causes. A split before the true onset dilutes it with normal calls, a later one
/// leaves failing calls out, so that it is largest at the onset.
package enum TraceOnset {
  /// Splits that are tried first, over all traces, and then between the neighbours of the best.
  private static let coarseCount = 12
  private static let fineCount = 6
  /// The earliest split that has nearly all of the evidence is taken: late is worse than early.
  private static let nearlyAll = (coarse: 0.9, fine: 0.95)
  /// Milliseconds and nats at which a family is half believed.
  private static let saturation: [SignalChannel: Double] = [
    .tracePath: 12, .traceSelfTime: 5, .traceErrors: 10,
  ]

  /// Nil where no split shows anything.
  package static func estimate(_ window: TelemetryWindow) -> Timestamp? {
    let begins = traceBegins(window.spans, in: window.incident.window)
    guard let first = begins.first, let last = begins.last, begins.count >= TraceFrame.minimumObservedTraces else {
      return nil
    }
    let extent = TimeWindow(start: first, end: last.advanced(bySeconds: 1))
    var tried = splits(from: extent.start, to: extent.end, count: coarseCount).map { Split($0, begins, window) }
    let coarse = totals(tried)
    guard let most = coarse.max(), most > 0,
      let rough = coarse.firstIndex(where: { $0 >= nearlyAll.coarse * most })
    else { return nil }
    let step = extent.durationSeconds / Double(coarseCount)
    let near = tried[rough].moment
    tried += splits(
      from: max(extent.start, near.advanced(bySeconds: -step)), to: min(extent.end, near.advanced(bySeconds: step)),
      count: fineCount
    ).map { Split($0, begins, window) }
    let all = totals(tried)
    let line = nearlyAll.fine * (all.max() ?? 0)
    let fine = coarseCount..<tried.count
    let place = fine.first { all[$0] >= line } ?? fine.max { all[$0] < all[$1] }
    return place.map { tried[$0].moment } ?? near
  }

  private static func splits(from start: Timestamp, to end: Timestamp, count: Int) -> [Timestamp] {
    let step = start.seconds(until: end) / Double(count)
    return (0..<count).map { start.advanced(bySeconds: Double($0) * step) }
  }

  private static func traceBegins(_ table: SpanTable, in span: TimeWindow) -> [Timestamp] {
    var seen: Set<Int32> = []
    return table.rows(in: span).compactMap {
      seen.insert(table.traces[$0]).inserted ? Timestamp(nanoseconds: table.starts[$0]) : nil
    }
  }

  /// The splits' evidence, each channel as a share of the most that it reaches, and as far as that one saturates.
  private static func totals(_ splits: [Split]) -> [Double] {
    var totals = [Double](repeating: 0, count: splits.count)
    for (channel, saturation) in saturation.sorted(by: { $0.key < $1.key }) {
      let curve = splits.map { $0.strengths[channel] ?? 0 }
      let peak = curve.max() ?? 0
      for position in totals.indices { totals[position] += curve[position] / (peak + saturation) }
    }
    return totals
  }

  private struct Split {
    var moment: Timestamp
    /// The strongest of each channel; delay for the component that has most of it.
    var strengths: [SignalChannel: Double] = [:]

    init(_ moment: Timestamp, _ begins: [Timestamp], _ window: TelemetryWindow) {
      self.moment = moment
      let comparison = ComparisonWindows.comparison(
        window, onset: moment, end: window.incident.window.end, source: .estimated)
      var delays: [ComponentID: Double] = [:]
      for signal in TraceDetector().detect(in: window, comparing: comparison) {
        switch signal.channel {
        case .traceSelfTime, .traceEdgeGap: delays[signal.component, default: 0] += signal.strength
        default: strengths[signal.channel] = max(strengths[signal.channel] ?? 0, signal.strength)
        }
      }
      // Delay is a mean over calls and nats are a sum: a mean is the better known the more calls it is over.
      let share = Double(begins.count { $0 >= moment }) / Double(max(begins.count, 1))
      strengths[.traceSelfTime] = delays.values.max().map { $0 * share.squareRoot() }
    }
  }
}
