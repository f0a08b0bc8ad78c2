/// The kind of a fault: the cause, not the failure that users see.
package enum FaultKind: String, Sendable, Codable, CaseIterable {
  case cpu, memory, disk
  case networkDelay = "network-delay"
  case networkLoss = "network-loss"
  case code, config, dependency, traffic, certificate, unknown
}

/// `sev1` is the most severe.
package enum Severity: String, Sendable, Codable, CaseIterable, Comparable {
  case sev1, sev2, sev3, sev4

  /// More severe sorts first.
  package static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
}

/// How an investigation ended.
package enum Outcome: String, Sendable, Codable {
  case causeFound = "cause-found"
  case abstained
  case healthy
}

/// A metric's meaning for diagnosis, inferred from its name and unit.
package enum MetricClass: String, Sendable, Codable, CaseIterable {
  case cpu, memory, disk, network, connections, saturation, certificate
  case latency, errors, availability, throughput, other

  /// True for what a component consumes, false for what its callers notice.
  package var isInternal: Bool {
    switch self {
    case .cpu, .memory, .disk, .network, .connections, .saturation, .certificate: true
    case .latency, .errors, .availability, .throughput, .other: false
    }
  }
}
