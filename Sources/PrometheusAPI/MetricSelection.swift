import IncidentModel
import Telemetry

/// Which metrics are asked for, and in how few queries.
enum MetricSelection {
  static let maximumNameCount = 3_000
  static let namesPerQuery = 25
  /// `redis_exporter_build_info`: by it exporters say that they are some.
  private static let exporterMark = "exporter_build_info"
  /// What a program's runtime says of the program itself.
  private static let runtimePrefixes = ["go_", "process_", "promhttp_"]

  /// What is known to mean something, most telling first where there are too many; the series that Prometheus writes of
  /// its own scraping and alerting say nothing about the system.
  static func names(_ all: [String]) -> (chosen: [String], leftOutCount: Int) {
    let useful = all.filter { name in
      !["scrape_", "ALERTS", "ALERTS_FOR_STATE"].contains(where: name.hasPrefix)
        && (MetricMeaning(metric: name).metricClass != .other || ReleaseMarks.isMark(name)
          || MetricMeaning.isWhole(metric: name))
    }
    let ordered = useful.sorted { (rank($0), $0) < (rank($1), $1) }
    let chosen = ordered.prefix(maximumNameCount)
    return (chosen.sorted(), useful.count - chosen.count)
  }

  /// Without what exporters say of themselves: one stands beside the component that it measures, and its memory is not
  /// that component's.
  static func aboutComponents(_ series: [SampledSeries]) -> [SampledSeries] {
    func target(_ series: SampledSeries) -> [String?] { [series.labels["job"], series.labels["instance"]] }
    let exporters = Set(series.filter { $0.name.hasSuffix(exporterMark) }.map(target))
    return series.filter { one in
      if one.name.hasSuffix(exporterMark) { return false }
      return !runtimePrefixes.contains(where: one.name.hasPrefix) || !exporters.contains(target(one))
    }
  }

  /// What users feel, then what fails and fills up, then the rest.
  private static func rank(_ name: String) -> Int {
    if ReleaseMarks.isMark(name) { return 0 }
    return switch MetricMeaning(metric: name).metricClass {
    case .latency, .errors, .availability: 0
    case .saturation, .throughput, .cpu, .memory: 1
    default: 2
    }
  }

  /// Selectors of at most so many names each.
  static func selectors(_ names: [String]) -> [String] {
    stride(from: 0, to: names.count, by: namesPerQuery).map { start in
      let group = names[start..<min(start + namesPerQuery, names.count)]
      let pattern = group.map { $0.map { ".+*?()[]{}|^$\\".contains($0) ? "\\\\\($0)" : String($0) }.joined() }
      return "{__name__=~\"\(pattern.joined(separator: "|"))\"}"
    }
  }
}
