import IncidentModel

/// The kind of fault that a component's own evidence speaks for: ordered rules, the most specific first.
package struct FaultTyping {
  package var fault: FaultKind
  /// The mechanism as a slug, where the rule knows one.
  package var cause: String?

  /// Evidence of this strength is seen as clear: about five robust standard deviations.
  private static let clear = 1.0
  private static let clearLoadRise = 0.25

  /// - Parameters:
  ///   - own: all signals at the component and its replicas.
  ///   - role: what the component does.
  package init(own: [Signal], role: ComponentRole) {
    let seen = Observations(own)
    let change = own.filter { $0.channel == .change }.max { $0.strength < $1.strength }
    let isConfigured = change.map { $0.subject != "deploy" && $0.subject != "scale" } ?? false
    let isReleased = change?.subject == "deploy"
    let resource = seen.strongestResource
    fault = .unknown
    cause = nil
    if seen.resource(.certificate) > 0 || seen.mentions(["certificate", "x509", "tls handshake"]) {
      fault = .certificate
      cause = "certificate-expired"
    } else if seen.loadRise >= Self.clearLoadRise, seen.loadExplainsResources {
      fault = .traffic
    } else if seen.resource(.memory) >= Self.clear, seen.resource(.memory) >= 0.5 * resource {
      fault = .memory
    } else if seen.resource(.disk) >= Self.clear, seen.resource(.disk) >= 0.4 * resource {
      fault = .disk
    } else if isReleased, seen.fails || seen.isSlow {
      fault = .code
      cause = "faulty-release"
    } else if isConfigured, seen.fails || seen.isSlow {
      fault = .config
    } else if seen.hasLockEvidence {
      fault = .code
      cause = "lock-contention"
    } else if seen.losesPackets {
      fault = .networkLoss
    } else if seen.resource(.cpu) >= Self.clear, seen.resource(.cpu) >= 0.5 * seen.strongestConsumption {
      fault = .cpu
    } else if role == .external {
      fault = .dependency
    } else if seen.stepsSayMoreThanTimes {
      fault = .code
    } else if seen.gap > seen.selfTime {
      fault = .networkDelay
    } else if seen.fails {
      fault = .code
    } else if seen.isSlow {
      fault = seen.selfTime > 0 ? .cpu : .networkDelay
    } else if seen.hasCodeEvidence {
      fault = .code
    } else if let alerted = seen.faultOfAlerts {
      fault = alerted
    }
  }
}

/// What the rules ask of a component's signals.
private struct Observations {
  private let own: [Signal]

  init(_ own: [Signal]) { self.own = own }

  /// The strongest rise of a class of resources; of a certificate also a fall.
  func resource(_ metricClass: MetricClass) -> Double {
    own.filter {
      $0.channel == .resource && $0.metricClass == metricClass
        && ($0.direction == .rise || metricClass == .certificate)
    }.map(\.strength).max() ?? 0
  }

  func strongest(_ channels: SignalChannel...) -> Double {
    own.filter { channels.contains($0.channel) }.map(\.strength).max() ?? 0
  }

  func mentions(_ words: [String]) -> Bool {
    own.contains { signal in
      guard signal.channel == .logPattern || signal.channel == .alert || signal.channel == .tracePath else {
        return false
      }
      let text = signal.subject.lowercased() + " " + signal.evidence.statement.lowercased()
      return words.contains(where: text.contains)
    }
  }

  var strongestConsumption: Double { max(resource(.cpu), resource(.memory), resource(.disk), resource(.network)) }
  var strongestResource: Double { max(strongestConsumption, resource(.connections), resource(.saturation)) }
  var isSlow: Bool { strongest(.latencyExcess, .traceSelfTime, .traceEdgeGap) > 0 || shows(.latency) }
  var fails: Bool { strongest(.errorExcess, .traceErrors) > 0 || shows(.errors) || shows(.availability) }
  var hasCodeEvidence: Bool { strongest(.tracePath, .logPattern) > 0 }
  var gap: Double { strongest(.traceEdgeGap) }
  var selfTime: Double { strongest(.traceSelfTime) }
  /// Unusual steps inside spans are believed more than lost time is, each as far as it saturates.
  var stepsSayMoreThanTimes: Bool {
    let steps = strongest(.tracePath)
    let time = max(gap, selfTime)
    return steps > 0 && steps / (steps + 12) > time / (time + 5)
  }
  var loadRise: Double { max(0, own.filter { $0.channel == .traffic }.map(\.logRatio).max() ?? 0) }

  /// With nothing but alerts, what the most surprising one is about.
  var faultOfAlerts: FaultKind? {
    let strongest = own.filter { $0.channel == .alert }.max { ($0.strength, $1.id) < ($1.strength, $0.id) }
    switch strongest?.metricClass {
    case .cpu: return .cpu
    case .memory: return .memory
    case .disk: return .disk
    case .network: return .networkLoss
    case .latency: return .networkDelay
    case .errors, .availability: return .code
    case .throughput: return .traffic
    case .certificate: return .certificate
    case .connections, .saturation, .other, nil: return nil
    }
  }

  private func shows(_ metricClass: MetricClass) -> Bool {
    own.contains { $0.channel == .serviceLevel && $0.metricClass == metricClass }
  }

  /// Load rose at least about as much as anything that the component uses.
  var loadExplainsResources: Bool {
    let use =
      own.filter { $0.channel == .resource && !$0.isWaiting && $0.direction == .rise }.map(\.logRatio).max() ?? 0
    return loadRise >= 0.7 * use
  }

  var hasLockEvidence: Bool {
    own.contains { $0.channel == .resource && $0.strength >= 1 && $0.subject.lowercased().contains("lock") }
  }

  var losesPackets: Bool {
    let words = ["retrans", "drop", "loss", "lost"]
    return own.contains { signal in
      signal.channel == .resource && signal.metricClass == .network && signal.direction == .rise
        && signal.strength >= 1 && words.contains(where: signal.subject.lowercased().contains)
    }
  }
}
