import IncidentModel

extension [MetricSeries] {
  /// Cumulative counters turned into rates per second; everything else as it was.
  ///
  /// A metric is a counter when its name ends in `_total`, `_count`, `_sum` or `_bucket`, has the word `total` elsewhere
  /// (`redis_total_writes_processed`) or is known as one (`ExporterMetrics`), **and** none of its series ever falls except
  /// back towards zero (a reset: to less than half of what it was). Names that gauges have too, all but those that are
  /// known, `_total` and `_bucket`, must also rise in at least half of the steps. Of `_total` and `_bucket` any fall is a
  /// reset: of a sum over replicas one may have begun anew. After a reset the whole new value counts as increase where
  /// little was left; after a shallow one nobody knows the increase.
  ///
  /// Of series that differ in how requests ended alone, one that begins later than another was at 0 before: no exporter
  /// counts a status that it has not seen. The rate's name is `rate(<name>)`, so that a second pass leaves it alone; its
  /// first sample is a gap.
  package func countersAsRates() -> [MetricSeries] {
    var isCounter: [Substring: Bool] = [:]
    for (name, series) in Dictionary(grouping: self, by: { $0.baseName }) where CounterShape.mayBeCounter(name) {
      isCounter[name] = CounterShape(series).isCounter(named: name)
    }
    guard isCounter.values.contains(true) else { return self }
    let first = firstOfEachStatus
    return map { series in
      guard isCounter[series.baseName] == true else { return series }
      let times = series.withoutStatus.flatMap { first[$0]?.times } ?? []
      return series.asRate(countedSince: times)
    }
  }
}

extension [MetricSeries] {
  /// For each metric that tells how requests ended, of whatever end, the series that begins first.
  fileprivate var firstOfEachStatus: [MetricKey: MetricSeries] {
    var first: [MetricKey: MetricSeries] = [:]
    for series in self {
      guard let key = series.withoutStatus, let start = series.times.first else { continue }
      if let known = first[key]?.times.first, known <= start { continue }
      first[key] = series
    }
    return first
  }
}

/// How the samples of one metric move, over all of its series.
private struct CounterShape {
  private var rises = 0
  private var steps = 0
  private var hasResetsOnly = true
  private var isNegative = false

  static func mayBeCounter(_ name: Substring) -> Bool {
    ["_total", "_count", "_sum", "_bucket"].contains { name.hasSuffix($0) }
      || name.split(separator: "_").contains("total") || ExporterMetrics.reading(String(name))?.isCounter == true
  }

  init(_ series: [MetricSeries]) {
    for one in series {
      var previous = Double.nan
      for value in one.values where value.isFinite {
        if value < 0 { isNegative = true }
        if value < previous && value >= previous / 2 { hasResetsOnly = false }
        if !previous.isNaN {
          steps += 1
          if value > previous { rises += 1 }
        }
        previous = value
      }
    }
  }

  func isCounter(named name: Substring) -> Bool {
    guard rises > 0, !isNegative else { return false }
    if name.hasSuffix("_total") || name.hasSuffix("_bucket") { return true }
    guard hasResetsOnly else { return false }
    return rises * 2 >= steps
      || ExporterMetrics.reading(String(name))?.isCounter == true
  }
}

extension MetricSeries {
  /// Whether it looks like what a counter has counted.
  var isCumulative: Bool { CounterShape.mayBeCounter(baseName) && neverFallsButToZero }

  var neverFallsButToZero: Bool {
    var previous = 0.0
    for value in values where value.isFinite {
      if value < 0 || (value < previous && value >= previous / 2) { return false }
      previous = value
    }
    return true
  }

  /// Between its first and its last value.
  var timesOfGaps: [Int64] {
    guard let first = values.firstIndex(where: \.isFinite), let last = values.lastIndex(where: \.isFinite) else {
      return []
    }
    return (first...last).filter { !values[$0].isFinite }.map { times[$0] }
  }

  /// The metric's name without labels.
  var baseName: Substring { key.metric.prefix { $0 != "|" } }

  /// Nil where it does not tell how requests ended.
  fileprivate var withoutStatus: MetricKey? {
    StatusLabel.split(key.metric).map { MetricKey(component: key.component, metric: $0.rest) }
  }

  /// - Parameter countedSince: when the counter was looked at, before its first sample as well.
  fileprivate func asRate(countedSince looks: [Int64]) -> MetricSeries {
    let before = times.first.map { first in looks.prefix { $0 < first } } ?? []
    let times = before + self.times
    let values = [Double](repeating: 0, count: before.count) + self.values
    var counter = CounterRate()
    let rates = values.indices.map { counter.rate(values[$0], at: times[$0]) }
    let labels = key.metric.dropFirst(baseName.count)
    let rateKey = MetricKey(component: key.component, metric: "rate(\(baseName))\(labels)")
    return MetricSeries(key: rateKey, times: times, values: rates)
  }
}
