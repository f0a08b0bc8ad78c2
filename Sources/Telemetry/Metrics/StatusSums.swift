import IncidentModel

extension [MetricSeries] {
  /// Counters of one metric under several statuses added up: to all of it, which is what shares are shares of and how long
  /// requests take, and to what a server is to blame for (500, 503), with `failed` for its status and in place of its
  /// parts, since a component that fails in several ways fails as often as they add up to. Everything else stays as it
  /// was, and so do metrics of which nothing failed.
  func withStatusSums() -> [MetricSeries] {
    let failed = compactMap { series in FailedPart(series.key).map { (part: $0, series: series) } }
    guard !failed.isEmpty else { return self }
    /// Labels that tell how requests ended, by metric.
    let statuses = Dictionary(failed.map { ($0.part.family, $0.part.labels) }) { $0.union($1) }
    let marked = Set(failed.filter(\.part.isMarkedOnlyWhereItFailed).map(\.part.family))
    var wholes: [MetricKey: [MetricSeries]] = [:]
    var failures: [MetricKey: [MetricSeries]] = [:]
    for (part, series) in failed { failures[part.rest, default: []].append(series) }
    for series in self {
      var name = MetricLabels(series.key)
      guard let labels = statuses[name.family], name.remove(labels) || marked.contains(name.family) else { continue }
      wholes[name.key, default: []].append(series)
    }
    // Failures without what did not fail are not all requests.
    for (rest, parts) in failures where wholes[rest]?.count == parts.count {
      wholes[rest] = nil
      if parts.count == 1 { failures[rest] = nil }
    }
    var replaced = Set(failures.values.joined().map(\.key))
    for (key, parts) in wholes {
      // Alone, what a share of the requests took says little.
      replaced.formUnion(parts.map(\.key).filter { MetricLabels($0).isPartOfHistogram || $0 == key })
    }
    let known = Set(map(\.key)).subtracting(replaced)
    var sums = wholes.filter { !known.contains($0.key) }.map { MetricSeries(adding: $0.value, key: $0.key) }
    for (rest, parts) in failures {
      let key = MetricKey(component: rest.component, metric: rest.metric + "|status=failed")
      // What was counted before anything failed was counted without failures.
      let counted = (wholes[rest] ?? []).flatMap(\.times)
      sums.append(MetricSeries(adding: parts, key: key, nothingBeforeFirst: counted))
    }
    return filter { !replaced.contains($0.key) } + sums.sorted { $0.key < $1.key }
  }
}

/// A counter of requests that failed because one of its labels says so.
private struct FailedPart {
  var family: Substring
  /// Names of the labels that say how they ended.
  var labels: Set<Substring>
  /// Without them.
  var rest: MetricKey
  /// Whether requests that did not fail are those without such a label.
  var isMarkedOnlyWhereItFailed: Bool

  init?(_ key: MetricKey) {
    var parts = MetricLabels(key)
    let name = parts.name
    guard MetricMeaning(metric: String(name)).metricClass == .throughput else { return nil }
    let telling = parts.labels.filter { MetricMeaning(metric: "\(name)|\($0)").metricClass == .errors }
    guard !telling.isEmpty else { return nil }
    family = parts.family
    isMarkedOnlyWhereItFailed = parts.labels.contains { $0.hasPrefix("error_type=") }
    labels = Set(telling.map { $0.prefix { $0 != "=" } } + ["error_type", "exception"])
    _ = parts.remove(labels)
    rest = parts.key
  }
}
