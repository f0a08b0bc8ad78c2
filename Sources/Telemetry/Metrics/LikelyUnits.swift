import IncidentModel

extension [MetricSeries] {
  /// Series whose name leaves the unit open, in the one that their values speak for.
  ///
  /// Latencies count as seconds, unless some component usually takes longer by that metric than anybody would wait: then
  /// all of that name are milliseconds. An availability that never exceeds 1 is no percentage.
  func withLikelyUnits() -> [MetricSeries] {
    var longest: [Substring: Double] = [:]
    for series in self where series.metricClass == .latency && series.unit == "s" && !series.namesUnit {
      let typical = series.typicalMagnitude
      longest[series.baseName] = Swift.max(longest[series.baseName] ?? 0, typical)
    }
    return map { series in
      if series.metricClass == .availability, series.unit == "%", !series.namesUnit, series.isShare {
        return series.measured(in: "ratio")
      }
      guard series.metricClass == .latency, series.unit == "s", !series.namesUnit,
        longest[series.baseName] ?? 0 > longestUsualSeconds
      else { return series }
      return series.measured(in: "ms")
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
