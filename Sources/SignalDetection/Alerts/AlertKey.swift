import Foundation
import IncidentModel
import Telemetry

/// What an alert says apart from when: two alerts with one key are the same condition in two windows.
struct AlertKey: Hashable, Comparable {
  enum Family: Int, Comparable {
    case metric, trace, log
    static func < (left: Family, right: Family) -> Bool { left.rawValue < right.rawValue }
  }

  var family: Family
  /// Where it fired; the callee for a trace alert.
  var component: ComponentID
  /// The other end of a trace alert's call.
  var caller: ComponentID?
  /// Metric and direction, operation and type, or template.
  var name: String

  static func < (left: AlertKey, right: AlertKey) -> Bool {
    (left.component, left.family, left.caller ?? "", left.name)
      < (right.component, right.family, right.caller ?? "", right.name)
  }

  /// Nil for an alert that names no component.
  init?(_ alert: Alert) {
    let labels = alert.labels
    if let caller = labels["caller"], let callee = labels["callee"] {
      family = .trace
      component = ComponentID(callee)
      self.caller = ComponentID(caller)
      name = Self.withoutAddress(labels["operation"] ?? "") + " " + (labels["type"] ?? alert.name)
      return
    }
    guard let component = alert.component else { return nil }
    self.component = component
    if let template = labels["template"] {
      family = .log
      name = template
    } else {
      family = .metric
      name = Self.normalised(labels["metric"] ?? alert.name) + (labels["direction"].map { " " + $0 } ?? "")
    }
  }

  /// The direction at the end of a metric alert's name; empty where there is none.
  var direction: String { family == .metric ? String(name.split(separator: " ").dropFirst().last ?? "") : "" }

  /// The class of the metric, so that twenty series of one resource count as one observation.
  var resourceClass: AlertResourceClass { family == .log ? .log : AlertResourceClass(name) }

  /// `http://10.0.0.1:9386/set` becomes `/set`: the address is the callee's, not the operation's.
  private static func withoutAddress(_ operation: String) -> String {
    guard let scheme = operation.range(of: "://") else { return operation }
    let rest = operation[scheme.upperBound...]
    return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? String(rest)
  }

  /// `docker_cpu_core_3_norm_pct` and `docker_cpu_core_7_pct` are one condition: numbers that stand alone become `#`, and a
  /// normalised or totalled copy of a metric takes the name of its plain twin.
  private static func normalised(_ metric: String) -> String {
    var parts: [String] = []
    for part in metric.split(separator: "_", omittingEmptySubsequences: false) where part != "norm" {
      if part == "total", parts.last == "stats" { continue }
      parts.append(part.allSatisfy(\.isNumber) && !part.isEmpty ? "#" : String(part))
    }
    return parts.joined(separator: "_")
  }
}

/// Coarse classes by words in a metric's name, tried in order.
enum AlertResourceClass: Int, CaseIterable {
  case latency, errors, requests, threads, memory, diskSpace, diskActivity, network, cpu, other, log

  /// What callers notice and what is written down about it: it shows at whoever depends on the cause as well.
  var isSymptom: Bool { self == .latency || self == .errors || self == .requests || self == .log }

  private static let words: [(AlertResourceClass, [String])] = [
    (.latency, ["mrt", "latency", "_time_ms", "duration"]), (.errors, ["error", "fail", "-sr"]),
    (.requests, ["-rr", "request_rate"]), (.threads, ["thread"]),
    (.memory, ["mem", "swap", "rss", "cache", "pgmajfault", "pgfault"]),
    (.diskSpace, ["disk.used", "disk.pct", "filesystem", "disk_used"]),
    (.diskActivity, ["fs_read", "fs_write", ".io.", "diskio", "iowait", "iostat"]),
    (.network, ["network", "_in_bytes", "_out_bytes", "packets"]), (.cpu, ["cpu", "_core_", "load"]),
  ]

  init(_ metric: String) {
    let name = metric.lowercased()
    self = Self.words.first { $0.1.contains { name.contains($0) } }?.0 ?? Self.named(metric)
  }

  /// Of an alert that has a name of its own, as `DiskNearlyFull`: what the same words mean in a metric's name.
  private static func named(_ alert: String) -> AlertResourceClass {
    switch MetricMeaning(metric: alert).metricClass {
    case .latency: .latency
    case .errors, .availability: .errors
    case .throughput: .requests
    case .saturation, .connections: .threads
    case .memory: .memory
    case .disk: .diskSpace
    case .network: .network
    case .cpu: .cpu
    case .certificate, .other: .other
    }
  }

  var metricClass: MetricClass {
    switch self {
    case .latency: .latency
    case .errors: .errors
    case .requests: .throughput
    case .threads: .saturation
    case .memory: .memory
    case .diskSpace, .diskActivity: .disk
    case .network: .network
    case .cpu: .cpu
    case .other, .log: .other
    }
  }
}
