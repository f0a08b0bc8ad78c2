import IncidentModel

/// One sample or two may have been lost.
private let fewestBefore = 3

extension [MetricSeries] {
  /// Failures that are first counted while a component's requests are counted already, with 0 for the time before: most
  /// exporters know of a kind of failure only since its first. Where a label of the requests themselves tells how they
  /// ended, the sums of statuses have seen to it already.
  func withNoFailuresBeforeFirst() -> [MetricSeries] {
    var counted: [ComponentID: (first: Int64, times: [Int64])] = [:]
    for series in self where series.metricClass == .throughput {
      guard let first = series.firstFinite, first < counted[series.key.component]?.first ?? .max else { continue }
      counted[series.key.component] = (first, series.times)
    }
    return map { series in
      guard series.metricClass == .errors, let first = series.firstFinite,
        let requests = counted[series.key.component], requests.first < first
      else { return series }
      let before = requests.times.filter { $0 >= requests.first && $0 < first }
      guard before.count >= fewestBefore else { return series }
      let filled = MetricSeries(adding: [series], key: series.key, nothingBeforeFirst: before)
      return MetricSeries(
        key: series.key, metricClass: .errors, unit: series.unit, times: filled.times, values: filled.values)
    }
  }
}

extension MetricSeries {
  fileprivate var firstFinite: Int64? { zip(times, values).first { $0.1.isFinite }?.0 }
}
