import IncidentModel

/// Which way a class of metrics moves when things get worse.
package enum BadnessDirection: Hashable, Sendable {
  case up, down, either

  package init(_ metricClass: MetricClass) {
    switch metricClass {
    case .latency, .errors, .saturation: self = .up
    case .availability, .certificate: self = .down
    case .cpu, .memory, .disk, .network, .connections, .throughput, .other: self = .either
    }
  }

  /// The deviation counted towards worse: negative when the series got better.
  package func badness(ofSigmas sigmas: Double) -> Double {
    switch self {
    case .up: sigmas
    case .down: -sigmas
    case .either: abs(sigmas)
    }
  }
}
