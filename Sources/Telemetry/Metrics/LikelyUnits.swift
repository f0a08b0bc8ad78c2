import IncidentModel

extension [MetricSeries] {
  /// Series whose name leaves the unit open, in the one that their values speak for.
  ///
  /// Latencies count as seconds, unless some component usually takes longer by that metric than anybody would wait: then
  /// all of that name are milliseconds. An availability that never exceeds 1 is no percentage, and a rate of errors whose
  /// name does not say of what is one, or a share where it never exceeds 1, unless it exceeds 100.
  func withLikelyUnits() -> [MetricSeries] {
    var longest: [Substring: Double] = [:]
    var largest: [Substring: Double] = [:]
    for series in self where !series.namesUnit {
      let name = series.baseName
      switch (series.metricClass, series.unit) {
      case (.latency, "s"): longest[name] = Swift.max(longest[name] ?? 0, series.typicalMagnitude)
      case (.errors, ""): largest[name] = Swift.max(largest[name] ?? 0, series.values.filter(\.isFinite).max() ?? 0)
      default: continue
      }
    }
    return map { series in
      guard !series.namesUnit else { return series }
      switch (series.metricClass, series.unit) {
      case (.latency, "s"):
        return longest[series.baseName] ?? 0 > longestUsualSeconds ? series.measured(in: "ms") : series
      case (.errors, ""):
        let most = largest[series.baseName] ?? 0
        return most <= 0 || most > 100 ? series : series.measured(in: most <= 1 ? "ratio" : "%")
      case (.availability, "%"): return series.isShare ? series.measured(in: "ratio") : series
      default: return series
      }
    }
  }
}

private let longestUsualSeconds = 10.0

extension MetricSeries {
  fileprivate var namesUnit: Bool { MetricMeaning.namesUnit(metric: key.metric) }

  fileprivate var isShare: Bool {
    values.allSatisfy { !$0.isFinite || (0...1).contains($0) } && values.contains { $0 > 0 }
  }

  /// The middle of the finite values; 0 where there is none.
  fileprivate var typicalMagnitude: Double {
    let finite = values.filter(\.isFinite).sorted()
    return finite.isEmpty ? 0 : abs(finite[finite.count / 2])
  }

  fileprivate func measured(in unit: String) -> MetricSeries {
    MetricSeries(key: key, metricClass: metricClass, unit: unit, times: times, values: values)
  }
}
