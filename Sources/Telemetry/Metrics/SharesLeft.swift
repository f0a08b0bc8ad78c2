import IncidentModel

extension [MetricSeries] {
  /// What is left of something in bytes or pieces turned into the share that is left, where how much there is in all is
  /// measured beside it (`node_filesystem_avail_bytes`, `node_filesystem_size_bytes`); everything else as it was.
  ///
  /// A share can be judged without knowing the machine: a disk has as little room at 1 % whatever its size. The name
  /// becomes `share(<name>)`, so that a second pass leaves it alone. Where there is nothing in all, nothing is left out.
  package func remaindersAsShares() -> [MetricSeries] {
    var wholes: [MetricKey: MetricSeries] = [:]
    for series in self where ExporterMetrics.isWhole(String(series.baseName)) { wholes[series.key] = series }
    guard !wholes.isEmpty else { return self }
    return map { series in
      guard !series.baseName.hasSuffix(")"), let name = ExporterMetrics.whole(of: series.key.metric) else {
        return series
      }
      let labels = series.key.metric.dropFirst(series.baseName.count)
      let whole = wholes[MetricKey(component: series.key.component, metric: name + labels)]
      return whole.flatMap(series.asShare) ?? series
    }
  }
}

extension MetricSeries {
  /// Whether it measures what is left of a resource, so that less of it is more in use.
  package var measuresRemainder: Bool { MetricMeaning.isRemainder(metric: key.metric, metricClass) }

  /// Nil where there is never anything in all.
  fileprivate func asShare(of whole: MetricSeries) -> MetricSeries? {
    let shares = times.indices.map { row -> Double in
      // Read from the same page, or else from one shortly before.
      let place = whole.times.firstIndex(notBelow: times[row])
      let nearest = place < whole.times.count && whole.times[place] == times[row] ? place : place - 1
      guard whole.values.indices.contains(nearest), whole.values[nearest] > 0 else { return .nan }
      return values[row] / whole.values[nearest]
    }
    guard shares.contains(where: \.isFinite) else { return nil }
    let labels = key.metric.dropFirst(baseName.count)
    let key = MetricKey(component: key.component, metric: "share(\(baseName))\(labels)")
    return MetricSeries(key: key, times: times, values: shares)
  }
}
