import IncidentModel

/// What the rules of `FaultTyping` ask of a component's signals.
struct FaultObservations {
  private let own: [Signal]

  init(_ own: [Signal]) { self.own = own }

  // MARK: Resources

  /// The strongest rise of a class of resources; of a certificate also a fall.
  func resource(_ metricClass: MetricClass) -> Double {
    own.filter {
      $0.channel == .resource && $0.metricClass == metricClass
        && ($0.direction == .rise || metricClass == .certificate)
    }.map(\.strength).max() ?? 0
  }

  var strongestConsumption: Double { max(resource(.cpu), resource(.memory), resource(.disk), resource(.network)) }

  /// How many bytes more than usual are in use, and what share of the usual that is; nil where no memory is measured in
  /// bytes.
  var memoryGrowth: (bytes: Double, share: Double)? {
    own.compactMap { signal -> (bytes: Double, share: Double)? in
      guard signal.channel == .resource, signal.metricClass == .memory, let usual = signal.usual else { return nil }
      // Of what is left the value falls where more is used.
      let growth = (signal.direction == .rise ? 1 : -1) * abs(signal.evidence.value - usual)
      return Self.bytes(signal.evidence.unit).map { (growth * $0, growth / max(usual, .leastNormalMagnitude)) }
    }.max { $0.bytes < $1.bytes }
  }

  /// Whether a store throws away what it was given.
  var evicts: Bool {
    own.contains { $0.channel == .resource && $0.isAboutEviction && $0.direction == .rise && $0.strength >= 1 }
  }

  private static func bytes(_ unit: String) -> Double? {
    switch unit.lowercased() {
    case "b", "byte", "bytes": 1
    case "kb", "kib": 1024
    case "mb", "mib": 1_048_576
    case "gb", "gib": 1_073_741_824
    default: nil
    }
  }

  /// More waiting for locks than the load brings with it, or words about it.
  var hasLockEvidence: Bool {
    mentions(.locks)
      || own.contains { signal in
        signal.channel == .resource && signal.strength >= 1 && signal.direction == .rise
          && signal.logRatio > 2 * loadRise && signal.isAboutLocks
      }
  }

  var losesPackets: Bool {
    mentions(.connections)
      || own.contains { signal in
        signal.channel == .resource && signal.metricClass == .network && signal.direction == .rise
          && signal.strength >= 1 && signal.isAboutLoss
      }
  }

  /// It would use more of a processor than it may.
  var isThrottled: Bool {
    own.contains {
      $0.channel == .resource && $0.direction == .rise && $0.strength >= 1
        && $0.subject.lowercased().contains("throttl")
    }
  }

  var isWaiting: Bool { own.contains { $0.isWaiting && $0.direction == .rise && $0.strength >= 1 } }

  /// Its calls to somebody who is there do not arrive.
  var looksInTheWrongPlace: Bool {
    own.contains { $0.peer != nil && ($0.channel == .serviceLevel || $0.channel == .errorExcess) }
  }

  /// A pool that is fuller although no more of its connections are open: by Little's law there is not more to do, so
  /// there must be less of it.
  var hasSmallerPool: Bool {
    let fuller = rise { $0.metricClass == .saturation && $0.subject.lowercased().contains("pool") }
    let busier = max(rise { $0.metricClass == .connections }, rise { $0.channel == .serviceLevel && $0.isLatency })
    return fuller >= 0.7 && fuller >= 3 * max(busier, loadRise)
  }

  private func rise(_ isMeant: (Signal) -> Bool) -> Double {
    own.filter { $0.direction == .rise && isMeant($0) }.map(\.logRatio).max() ?? 0
  }

  // MARK: Load

  var loadRise: Double { max(0, own.filter { $0.channel == .traffic }.map(\.logRatio).max() ?? 0) }

  /// Load rose at least about as much as anything that the component uses.
  var loadExplainsResources: Bool { loadRise >= 0.7 * rise { $0.channel == .resource && !$0.isWaiting } }

  // MARK: What callers notice

  var isSlow: Bool { strongest(.latencyExcess, .traceSelfTime, .traceEdgeGap) > 0 || shows(.latency) }
  var fails: Bool { strongest(.errorExcess, .traceErrors) > 0 || shows(.errors) || shows(.availability) }
  /// Of the requests, as far as that is measured; 0…1.
  var failingShare: Double { own.compactMap(\.failingShare).max() ?? 0 }
  var hasCodeEvidence: Bool { strongest(.tracePath, .logPattern) > 0 }
  var gap: Double { strongest(.traceEdgeGap) }
  var selfTime: Double { strongest(.traceSelfTime) }

  /// Unusual steps inside spans are believed more than lost time is, each as far as it saturates.
  var stepsSayMoreThanTimes: Bool {
    let steps = strongest(.tracePath)
    let time = max(gap, selfTime)
    return steps > 0 && steps / (steps + 12) > time / (time + 5)
  }

  /// How much slower the slow requests became beside the usual ones.
  enum Slowness { case constant, proportional, tail }

  /// From the lowest and the highest of a component's latency statistics; nil where fewer than two moved, or where
  /// they lie too close to each other to tell.
  var slowness: Slowness? {
    let measured = own.compactMap { signal -> (usual: Double, excess: Double)? in
      guard signal.channel == .serviceLevel, signal.isLatency, let usual = signal.usual, usual > 0 else { return nil }
      return (usual, signal.evidence.value - usual)
    }.sorted { $0.usual < $1.usual }
    guard let low = measured.first, let high = measured.last, high.usual >= 1.5 * low.usual, low.excess > 0 else {
      return nil
    }
    let steepness = high.excess / low.excess
    let proportional = high.usual / low.usual
    if steepness > 2 * proportional { return .tail }
    return steepness < proportional.squareRoot() ? .constant : .proportional
  }

  private func strongest(_ channels: SignalChannel...) -> Double {
    own.filter { channels.contains($0.channel) }.map(\.strength).max() ?? 0
  }

  private func shows(_ metricClass: MetricClass) -> Bool {
    own.contains { $0.channel == .serviceLevel && $0.metricClass == metricClass }
  }

  // MARK: Words

  /// What programs, runtimes and operating systems say when this is the matter.
  enum Subject {
    case certificate, memory, disk, locks, connections, configuration

    var words: [String] {
      switch self {
      case .certificate:
        // As OpenSSL, curl, Go, Java and Node say it.
        [
          "certificate has expired", "certificate expired", "certificate is not yet valid", "certificate verify failed",
          "certificate problem", "certificate is not trusted", "self-signed certificate", "self signed certificate",
          "unable to verify the first certificate", "pkix path", "x509", "tls handshake", "ssl handshake",
        ]
      case .memory: ["out of memory", "outofmemory", "oomkill", "oom-kill", "garbage collection", "allocation failed"]
      case .disk:
        [
          "no space left", "disk full", "disk quota", "read-only file system", "fsync", "disk i/o error",
          "input/output error", "i/o error, dev",
        ]
      case .locks: ["deadlock", "waiting for lock", "lock wait", "lock timeout"]
      case .connections: ["reset by peer", "broken pipe", "retransmi"]
      case .configuration: ["configuration", "permission denied", "feature flag", "invalid setting"]
      }
    }
  }

  func mentions(_ subject: Subject) -> Bool {
    own.contains { signal in
      switch signal.channel {
      case .logPattern, .tracePath, .alert: break
      default: return false
      }
      let text = signal.subject.lowercased() + " " + signal.evidence.statement.lowercased()
      return subject.words.contains(where: text.contains)
    }
  }

  // MARK: Alerts

  var hasOnlyAlerts: Bool { own.allSatisfy { $0.channel == .alert || $0.channel == .change } }

  private var strongestAlert: Signal? {
    own.filter { $0.channel == .alert }.max { ($0.strength, $1.id) < ($1.strength, $0.id) }
  }

  /// A resource whose limit somebody has set an alert on.
  var alertedResource: FaultKind? {
    switch strongestAlert?.metricClass {
    case .cpu: .cpu
    case .memory: .memory
    case .disk: .disk
    default: nil
    }
  }

  /// With nothing but alerts, what the most surprising one is about.
  var faultOfAlerts: FaultKind? {
    switch strongestAlert?.metricClass {
    case .cpu: .cpu
    case .memory: .memory
    case .disk: .disk
    case .network: .networkLoss
    case .latency: .networkDelay
    case .errors, .availability: .code
    case .throughput: .traffic
    case .certificate: .certificate
    case .connections, .saturation, .other, nil: nil
    }
  }
}

extension Signal {
  var isLatency: Bool { metricClass == .latency }
}
