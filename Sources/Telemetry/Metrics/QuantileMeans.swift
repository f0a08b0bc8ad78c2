import IncidentModel

extension [MetricSeries] {
  /// Where the latency of some components' calls is known as a mean and that of others by quantiles alone, what the
  /// quantiles tell of the mean beside them: what callees lose adds up at their callers for means alone. Where all are
  /// quantiles they are alike, and nothing is added.
  ///
  /// The mean is that of the piecewise linear quantile function through the quantiles, level below the least and above the
  /// largest of them: of p50 and p95 it is 0.725 of the one and 0.275 of the other.
  func withMeansOfQuantiles() -> [MetricSeries] {
    // Components share the names of their metrics, and each name is read once.
    var readings: [String: LatencyName] = [:]
    var families: [MetricKey: [(share: Double, position: Int)]] = [:]
    var averaged: Set<ComponentID> = []
    for (position, series) in enumerated() where series.metricClass == .latency {
      let metric = series.key.metric
      let reading = readings[metric] ?? LatencyName(metric)
      readings[metric] = reading
      switch reading {
      case .quantile(let share, let family):
        families[MetricKey(component: series.key.component, metric: family), default: []].append((share, position))
      case .mean: averaged.insert(series.key.component)
      case .other: break
      }
    }
    guard !averaged.isEmpty else { return self }
    var means: [MetricSeries] = []
    for (family, parts) in families where parts.count > 1 && !averaged.contains(family.component) {
      if let mean = mean(of: parts.sorted { $0.share < $1.share }, family) { means.append(mean) }
    }
    return self + means
  }

  /// Nil where the quantiles are not of the same times.
  private func mean(of parts: [(share: Double, position: Int)], _ family: MetricKey) -> MetricSeries? {
    let quantiles = parts.map { self[$0.position] }
    let shares = parts.map(\.share)
    guard let least = quantiles.first, quantiles.allSatisfy({ $0.times == least.times }) else { return nil }
    // How much of the distribution each quantile speaks for; they add up to 1.
    let weights = shares.indices.map { index in
      let below = index == 0 ? shares[0] : (shares[index] - shares[index - 1]) / 2
      let above = index == shares.count - 1 ? 1 - shares[index] : (shares[index + 1] - shares[index]) / 2
      return below + above
    }
    let values = least.times.indices.map { row in
      zip(weights, quantiles).reduce(0) { $0 + $1.0 * $1.1.values[row] }
    }
    return MetricSeries(
      key: family, metricClass: .latency, unit: least.unit, times: least.times, values: values)
  }
}

/// What the name of a latency says of its calls.
private enum LatencyName {
  case mean
  /// By the last word that says which, `latency_p95_seconds` or `latency-50`, or by the label `quantile=0.5`; with what
  /// the mean over all quantiles of the same latency is called.
  case quantile(share: Double, family: String)
  /// Neither, or not of calls that the component is asked.
  case other

  private static let label = "quantile="
  private static let shares = [
    "p50": 0.5, "median": 0.5, "50": 0.5, "p75": 0.75, "75": 0.75, "p90": 0.9, "90": 0.9, "p95": 0.95, "95": 0.95,
    "p99": 0.99, "99": 0.99,
  ]

  init(_ metric: String) {
    var parts = metric.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    let words = MetricWords.split(parts[0])
    self = .other
    guard MetricWords.ofOtherWork.isDisjoint(with: words) else { return }
    if !MetricWords.means.isDisjoint(with: words) {
      self = .mean
    } else if let label = parts.dropFirst().firstIndex(where: { $0.hasPrefix(Self.label) }) {
      guard let share = Double(parts[label].dropFirst(Self.label.count)), (0.01..<1).contains(share) else { return }
      parts[label] = Signal.estimatedMean
      self = .quantile(share: share, family: parts.joined(separator: "|"))
    } else if let word = words.last(where: { Self.shares[$0] != nil }), let share = Self.shares[word],
      // A bare number says so only at the end.
      word.hasPrefix("p") || word == "median" || words.last == word
    {
      parts[0] = (words.filter { $0 != word } + [Signal.estimatedMean]).joined(separator: "_")
      self = .quantile(share: share, family: parts.joined(separator: "|"))
    }
  }
}
