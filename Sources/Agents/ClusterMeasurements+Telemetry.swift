import IncidentModel
import KubernetesDiagnosis
import Telemetry

extension ClusterMeasurements {
  /// Of a window's telemetry, what the rules on a cluster ask for; all of it ends with the window.
  init(_ telemetry: TelemetryWindow) {
    self.init()
    guard telemetry.kubernetes != nil else { return }
    let upToNow = TimeWindow(start: Timestamp(nanoseconds: .min), end: telemetry.incident.window.end)
    series = telemetry.metrics.compactMap { Self.series($0, upToNow) }
    calls = Self.calls(telemetry.spans, upToNow)
  }

  private static func series(_ series: MetricSeries, _ window: TimeWindow) -> Series? {
    guard let (quantity, scale) = quantity(series) else { return nil }
    let rows = series.rows(in: window)
    let values = series.values[rows].map { $0 * scale }
    let isCounter = quantity == .retransmissions && !series.key.metric.hasPrefix("rate(") && values.isRising
    return Series(
      component: series.key.component.rawValue, metric: series.key.metric, quantity: quantity,
      times: Array(series.times[rows]),
      values: isCounter ? values.perSecond(Array(series.times[rows])) : values)
  }

  /// What a series is about, and what its values are multiplied by.
  private static func quantity(_ series: MetricSeries) -> (Quantity, Double)? {
    let name = series.key.metric.prefix { $0 != "|" }.lowercased()
    func has(_ words: [String]) -> Bool { words.contains { name.contains($0) } }
    if has(["throttl"]), has(["cpu", "cfs"]) {
      // A count of periods is nothing without the number of all of them.
      guard !has(["periods"]) || ["%", "ratio"].contains(series.unit) else { return nil }
      return (.cpuThrottling, series.unit == "%" ? 0.01 : series.unit.hasPrefix("ms") ? 0.001 : 1)
    }
    if has(["retrans"]) { return ["%", "ratio"].contains(series.unit) ? nil : (.retransmissions, 1) }
    if has(["packets"]), has(["transmit", "tx", "sent"]), !has(["drop", "err"]) { return (.sentPackets, 1) }
    switch series.metricClass {
    case .cpu where !has(["limit", "request", "quota", "idle", "iowait", "steal", "capacity", "allocatable", "period"]):
      switch series.unit {
      case "cores": return (.cpuUse(isAbsolute: true), 1)
      case "millicores": return (.cpuUse(isAbsolute: true), 0.001)
      default: return (.cpuUse(isAbsolute: false), 1)
      }
    case .latency:
      let scales = ["s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9]
      return scales[series.unit].map { (.latency(isTail: has(["p90", "p95", "p99", "max", "0.9", "quantile"])), $0) }
    default: return nil
    }
  }

  /// What is left of a span when the one call below it is taken off: the way there and back, where the caller records
  /// its own side of the call.
  private static func calls(_ spans: SpanTable, _ window: TimeWindow) -> [Call] {
    var childCount = [Int32](repeating: 0, count: spans.count)
    for parent in spans.parents where parent >= 0 { childCount[Int(parent)] += 1 }
    var rowsOfPair: [[Int32]: [Int]] = [:]
    for row in spans.rows(in: window) where spans.parents[row] >= 0 {
      let parent = Int(spans.parents[row])
      guard childCount[parent] == 1, spans.components[parent] != spans.components[row],
        spans.starts[parent] <= spans.starts[row], spans.ends[row] <= spans.ends[parent]
      else { continue }
      rowsOfPair[[spans.components[parent], spans.components[row]], default: []].append(row)
    }
    return rowsOfPair.map { pair, rows in
      Call(
        caller: spans.componentNames[Int(pair[0])].rawValue, callee: spans.componentNames[Int(pair[1])].rawValue,
        times: rows.map { spans.starts[$0] },
        waitSeconds: rows.map { row in
          let parent = Int(spans.parents[row])
          return Double((spans.ends[parent] - spans.starts[parent]) - (spans.ends[row] - spans.starts[row])) / 1e9
        })
    }.sorted { ($0.caller, $0.callee) < ($1.caller, $1.callee) }
  }
}

extension [Double] {
  /// Whether they only rise, as a counter does that nobody has taken the rate of.
  fileprivate var isRising: Bool {
    let present = filter(\.isFinite)
    guard let first = present.first, let last = present.last, last > first else { return false }
    return zip(present, present.dropFirst()).allSatisfy { $0 <= $1 }
  }

  /// The rises of a counter in each second; the first sample has none.
  fileprivate func perSecond(_ times: [Int64]) -> [Double] {
    indices.map { row in
      guard row > 0, times[row] > times[row - 1] else { return .nan }
      return (self[row] - self[row - 1]) / (Double(times[row] - times[row - 1]) / 1e9)
    }
  }
}
