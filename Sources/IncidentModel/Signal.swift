/// One observation by a detector that something is unusual, attached to the component it was seen at.
package struct Signal: Hashable, Sendable, Codable {
  package var id: SignalID
  package var component: ComponentID
  /// The callee, for what was seen on a call between two components.
  package var peer: ComponentID?
  package var channel: SignalChannel
  /// The metric's name without its component, the operation, or the log template.
  package var subject: String
  package var metricClass: MetricClass?
  package var direction: Direction
  /// When it began; nil when it cannot be dated.
  package var onset: Timestamp?
  /// How much evidence this is, in the channel's own unit (see `SignalChannel`): comparable within a channel only.
  package var strength: Double
  /// Robust standard deviations from normal; 0 where the channel has none. Of a resource the move is that of its use,
  /// also where what is left of it was measured.
  package var deviationSigmas: Double
  /// ln(observed / normal), both with the class's floor added.
  package var logRatio: Double
  /// What is normal, in the unit of the evidence's value; nil where the channel compares with no single number.
  package var usual: Double?
  /// Of failures that somebody counts requests beside: the share of the requests that fails beyond the usual.
  package var failingShare: Double?
  package var evidence: Evidence

  package enum Direction: String, Sendable, Codable { case rise, fall }

  package init(
    id: SignalID, component: ComponentID, peer: ComponentID? = nil, channel: SignalChannel, subject: String,
    metricClass: MetricClass? = nil, direction: Direction = .rise, onset: Timestamp? = nil, strength: Double,
    deviationSigmas: Double = 0, logRatio: Double = 0, usual: Double? = nil, failingShare: Double? = nil,
    evidence: Evidence
  ) {
    self.id = id
    self.component = component
    self.peer = peer
    self.channel = channel
    self.subject = subject
    self.metricClass = metricClass
    self.direction = direction
    self.onset = onset
    self.strength = strength
    self.deviationSigmas = deviationSigmas
    self.logRatio = logRatio
    self.usual = usual
    self.failingShare = failingShare
    self.evidence = evidence
  }
}

/// A family of signals whose strengths are comparable with each other; fusion weighs the families.
package enum SignalChannel: String, Sendable, Codable, CaseIterable, Comparable {
  /// What a component consumes (cpu, memory, disk, sockets): ln(1 + robust z).
  case resource
  /// Latency in excess of normal summed over requests: seconds.
  case latencyExcess
  /// Failed requests in excess of normal: requests.
  case errorExcess
  /// What callers notice, without request counts: ln(1 + robust z).
  case serviceLevel
  /// Load that arrives: ln(1 + robust z).
  case traffic
  /// A span's own time in excess of normal: milliseconds per call.
  case traceSelfTime
  /// Time lost between a caller's span and the callee's: milliseconds per call.
  case traceEdgeGap
  /// Failing spans blamed on the deepest: failed spans.
  case traceErrors
  /// Steps inside a span that are unusual for it: nats.
  case tracePath
  /// Log templates that are new, more frequent, or gone: robust z, at most 30.
  case logPattern
  /// A deploy, configuration or scaling change: 0…1 by nearness to the onset.
  case change
  /// A firing alert: 1 each.
  case alert
  /// Telemetry that stopped at the onset: share of it that had been present.
  case absence

  package static func < (left: SignalChannel, right: SignalChannel) -> Bool { left.rawValue < right.rawValue }
}

extension Signal {
  /// What a mean is called that only quantiles tell.
  package static let estimatedMean = "mean_of_quantiles"

  package var isEstimatedMean: Bool { subject.contains(Self.estimatedMean) }
}
