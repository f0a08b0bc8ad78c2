import IncidentModel

extension [MetricSeries] {
  /// Cumulative counters turned into rates per second; everything else as it was.
  ///
  /// A metric is a counter when its name ends in `_total`, `_count`, `_sum` or `_bucket`, or has the word `total` elsewhere
  /// (`redis_total_writes_processed`), **and** none of its series ever falls except back towards zero (a reset: to less
  /// than half of what it was); all but `_total` and `_bucket`, which gauges carry too, must also rise in at least half of
  /// the steps. After a reset the whole new value counts as
  /// increase. The rate's name is `rate(<name>)`, so that a second pass leaves it alone; its first sample is a gap.
  package func countersAsRates() -> [MetricSeries] {
    var isCounter: [Substring: Bool] = [:]
    for (name, series) in Dictionary(grouping: self, by: { $0.baseName }) where CounterShape.mayBeCounter(name) {
      isCounter[name] = CounterShape(series).isCounter(named: name)
    }
    guard isCounter.values.contains(true) else { return self }
    return map { isCounter[$0.baseName] == true ? $0.asRate() : $0 }
  }
}

/// How the samples of one metric move, over all of its series.
private struct CounterShape {
  private var rises = 0
  private var steps = 0
  private var hasResetsOnly = true

  static func mayBeCounter(_ name: Substring) -> Bool {
    ["_total", "_count", "_sum", "_bucket"].contains { name.hasSuffix($0) }
      || name.split(separator: "_").contains("total")
  }

  init(_ series: [MetricSeries]) {
    for one in series {
      var previous = Double.nan
      for value in one.values where value.isFinite {
        if value < 0 || (value < previous && value >= previous / 2) { hasResetsOnly = false }
        if !previous.isNaN {
          steps += 1
          if value > previous { rises += 1 }
        }
        previous = value
      }
    }
  }

  func isCounter(named name: Substring) -> Bool {
    guard hasResetsOnly, rises > 0 else { return false }
    return name.hasSuffix("_total") || name.hasSuffix("_bucket") || rises * 2 >= steps
  }
}

extension MetricSeries {
  /// The metric's name without labels.
  fileprivate var baseName: Substring { key.metric.prefix { $0 != "|" } }

  fileprivate func asRate() -> MetricSeries {
    var counter = CounterRate()
    let rates = values.indices.map { counter.rate(values[$0], at: times[$0]) }
    let labels = key.metric.dropFirst(baseName.count)
    let rateKey = MetricKey(component: key.component, metric: "rate(\(baseName))\(labels)")
    return MetricSeries(key: rateKey, times: times, values: rates)
  }
}
