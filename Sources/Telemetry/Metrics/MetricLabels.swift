import IncidentModel

/// A series' name in its parts.
struct MetricLabels {
  var component: ComponentID
  var name: Substring
  /// `code=500`, in their order.
  var labels: [Substring]

  init(_ key: MetricKey) {
    let parts = key.metric.split(separator: "|", omittingEmptySubsequences: false)
    (component, name, labels) = (key.component, parts[0], Array(parts.dropFirst()))
  }

  var key: MetricKey { MetricKey(component: component, metric: ([name] + labels).joined(separator: "|")) }

  var isPartOfHistogram: Bool { name.hasSuffix("_sum") || name.hasSuffix("_bucket") }

  /// What the parts of a histogram have in common.
  var family: Substring {
    for suffix in ["_sum", "_bucket", "_count"] where name.hasSuffix(suffix) { return name.dropLast(suffix.count) }
    return name
  }

  /// - Returns: whether one was there.
  mutating func remove(_ names: Set<Substring>) -> Bool {
    let count = labels.count
    labels.removeAll { label in names.contains(label.prefix { $0 != "=" }) }
    return labels.count < count
  }
}

extension MetricSeries {
  /// At every time that one of the series has, and with 0 at those of `nothingBeforeFirst` that precede all values; one that
  /// has no value somewhere adds nothing, but for a gap in what a counter has counted: nobody knows the sum there, and without
  /// it the sum would fall and rise again.
  convenience init(adding series: [MetricSeries], key: MetricKey, nothingBeforeFirst counted: [Int64] = []) {
    var sums: [Int64: Double] = [:]
    let first = series.compactMap { one in zip(one.times, one.values).first { $0.1.isFinite }?.0 }.min() ?? .min
    for time in counted where time < first { sums[time] = 0 }
    for one in series {
      for (time, value) in zip(one.times, one.values) {
        let sum = sums[time] ?? .nan
        sums[time] = sum.isNaN ? value : value.isNaN ? sum : sum + value
      }
    }
    if series.allSatisfy(\.isCumulative) {
      for time in series.flatMap(\.timesOfGaps) { sums[time] = .nan }
    }
    let times = sums.keys.sorted()
    self.init(key: key, times: times, values: times.map { sums[$0] ?? .nan })
  }
}
