import IncidentModel

extension [MetricSeries] {
  /// Prometheus' histograms and summaries as what they measure: `<name>_mean` and, from the buckets, `<name>_p95`.
  ///
  /// A histogram is `<name>_bucket` with a label `le`, `<name>_sum` and `<name>_count`; a summary has the last two. All
  /// are cumulative, so each value is that of the events between two samples; a step without events is a gap. Buckets
  /// and sums are dropped, since alone they mean nothing, and the count stays, to become a rate. Within a bucket
  /// events count as evenly spread, as Prometheus' `histogram_quantile` has it; a rank in the last bucket has the last
  /// finite bound.
  package func histogramsAsQuantiles() -> [MetricSeries] {
    var families: [MetricKey: HistogramFamily] = [:]
    for (position, series) in enumerated() {
      guard let part = HistogramPart(series.key.metric) else { continue }
      let key = MetricKey(component: series.key.component, metric: part.name + part.labels)
      families[key, default: HistogramFamily()].add(part, position)
    }
    var dropped: Set<Int> = []
    var made: [MetricSeries] = []
    for (key, family) in families.sorted(by: { $0.key < $1.key }) {
      guard let count = family.count, family.sum != nil || family.bounds.count > 1 else { continue }
      // Names with a sum and a count may be gauges, but for those with buckets.
      guard family.bounds.count > 1 || self[count].neverFallsButToZero else { continue }
      if let sum = family.sum {
        made.append(self[sum].mean(over: self[count], key: key.suffixed("_mean")))
        dropped.insert(sum)
      }
      guard family.bounds.count > 1 else { continue }
      let buckets = family.bounds.sorted { $0.bound < $1.bound }
      if let series = quantile(0.95, of: buckets, clock: self[count].times, key: key.suffixed("_p95")) {
        made.append(series)
        dropped.formUnion(buckets.map(\.position))
      }
    }
    guard !dropped.isEmpty else { return self }
    return indices.filter { !dropped.contains($0) }.map { self[$0] } + made
  }

  /// Nil where the buckets do not share the clock of the count.
  private func quantile(
    _ share: Double, of buckets: [(bound: Double, position: Int)], clock: [Int64], key: MetricKey
  ) -> MetricSeries? {
    guard buckets.allSatisfy({ self[$0.position].times == clock }) else { return nil }
    let counted = buckets.map { self[$0.position].values }
    let isKnown = clock.indices.map { row in counted.allSatisfy { $0[row].isFinite } }
    let increases = counted.map { $0.increases(where: isKnown) }
    let values = clock.indices.map { row in
      HistogramStep(bounds: buckets.map(\.bound), cumulative: increases.map { $0[row] }).quantile(share)
    }
    return MetricSeries(key: key, times: clock, values: values)
  }
}

/// What happened between two samples of one histogram.
struct HistogramStep {
  /// Ascending; the last is usually infinite.
  var bounds: [Double]
  /// Events up to each bound.
  var cumulative: [Double]

  /// NaN where there were no events, or a bucket has a gap.
  func quantile(_ share: Double) -> Double {
    guard let total = cumulative.last, total > 0, !cumulative.contains(where: \.isNaN) else { return .nan }
    let rank = share * total
    guard let bucket = cumulative.firstIndex(where: { $0 >= rank }) else { return .nan }
    guard bounds[bucket].isFinite else { return bounds.last { $0.isFinite } ?? .nan }
    let lower = bucket == 0 ? min(0, bounds[0]) : bounds[bucket - 1]
    let before = bucket == 0 ? 0 : cumulative[bucket - 1]
    let inside = cumulative[bucket] - before
    return inside > 0 ? lower + (bounds[bucket] - lower) * (rank - before) / inside : bounds[bucket]
  }
}

/// What a series is of a histogram, by its name.
private struct HistogramPart {
  enum Kind {
    case count, sum
    case bucket(bound: Double)
  }

  var name: String
  /// With the leading `|`, without `le`.
  var labels: String
  var kind: Kind

  init?(_ metric: String) {
    let parts = metric.split(separator: "|", omittingEmptySubsequences: false)
    guard let full = parts.first else { return nil }
    var labels = parts.dropFirst()
    if full.hasSuffix("_count") {
      (name, kind) = (String(full.dropLast(6)), .count)
    } else if full.hasSuffix("_sum") {
      (name, kind) = (String(full.dropLast(4)), .sum)
    } else if full.hasSuffix("_bucket"), let place = labels.firstIndex(where: { $0.hasPrefix("le=") }) {
      let text = labels[place].dropFirst(3)
      guard let bound = text == "+Inf" ? .infinity : Double(text), !bound.isNaN else { return nil }
      (name, kind) = (String(full.dropLast(7)), .bucket(bound: bound))
      labels.remove(at: place)
    } else {
      return nil
    }
    self.labels = labels.map { "|\($0)" }.joined()
  }
}

/// The series of one histogram, by their positions.
private struct HistogramFamily {
  var count: Int?
  var sum: Int?
  var bounds: [(bound: Double, position: Int)] = []

  mutating func add(_ part: HistogramPart, _ position: Int) {
    switch part.kind {
    case .count: count = position
    case .sum: sum = position
    case .bucket(let bound): bounds.append((bound, position))
    }
  }
}

extension MetricKey {
  /// The suffix behind the name, before the labels.
  fileprivate func suffixed(_ suffix: String) -> MetricKey {
    let name = metric.prefix { $0 != "|" }
    return MetricKey(component: component, metric: name + suffix + metric.dropFirst(name.count))
  }
}

extension [Double] {
  /// From the row before of those that are known; after a reset the whole value; NaN at other rows and at the first of them.
  /// What is divided or ranked together has to be of the same time, so all of it must be known.
  fileprivate func increases(where isKnown: [Bool]) -> [Double] {
    var previous = Double.nan
    return zip(self, isKnown).map { value, isKnown in
      guard isKnown, value.isFinite else { return .nan }
      defer { previous = value }
      guard previous.isFinite, value >= previous || value < previous / 2 else { return .nan }
      return value >= previous ? value - previous : value
    }
  }
}

extension MetricSeries {
  /// This sum's increase by the count's, where both have a sample.
  fileprivate func mean(over count: MetricSeries, key: MetricKey) -> MetricSeries {
    let events = Dictionary(zip(count.times, count.values)) { first, _ in first }
    let counted = times.map { events[$0] ?? .nan }
    let isKnown = zip(values, counted).map { $0.isFinite && $1.isFinite }
    let increases = (values.increases(where: isKnown), counted.increases(where: isKnown))
    let means = zip(increases.0, increases.1).map { total, number -> Double in
      guard number > 0 else { return .nan }
      let mean = total / number
      return mean.isFinite ? mean : .nan
    }
    return MetricSeries(key: key, times: times, values: means)
  }
}
