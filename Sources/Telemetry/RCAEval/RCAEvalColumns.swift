import IncidentModel

/// Takes RCAEval's column names `<service>_<metric>` apart. Services may hold `-` and `_`, and so may metrics.
struct RCAEvalColumns {
  /// The words by which the collection's short tables name what they measure; percentiles follow behind a `-`.
  private static let shortMetrics: Set<String> = [
    "cpu", "mem", "memory", "disk", "diskio", "socket", "sockets", "workload", "load", "error", "errors", "latency",
  ]

  private var services: Set<Substring> = []

  /// - Parameter names: every column, so that one with an unusual metric is recognised by its service.
  init(_ names: [String]) {
    for name in names {
      guard let place = name.lastIndex(of: "_"), place > name.startIndex else { continue }
      let metric = name[name.index(after: place)...].prefix { $0 != "-" }.lowercased()
      if Self.shortMetrics.contains(metric) { services.insert(name[..<place]) }
    }
  }

  /// The longest known service that begins the name; otherwise the last underscore separates. Nil for a name without.
  func key(_ name: String) -> MetricKey? {
    let underscores = name.indices.filter { name[$0] == "_" && $0 > name.startIndex }
    let place = underscores.last { services.contains(name[..<$0]) } ?? underscores.last
    guard let place, name.index(after: place) < name.endIndex else { return nil }
    return MetricKey(
      component: ComponentID(String(name[..<place])), metric: String(name[name.index(after: place)...]))
  }
}
