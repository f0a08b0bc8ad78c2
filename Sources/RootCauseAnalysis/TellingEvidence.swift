import IncidentModel

/// Which evidence shows a kind of fault itself, and not what follows from it.
struct TellingEvidence {
  private let fault: FaultKind
  private let cause: String?

  init(_ typing: FaultTyping) {
    fault = typing.fault
    cause = typing.cause
  }

  func includes(_ signal: Signal) -> Bool {
    switch fault {
    case .cpu: isRise(signal, .cpu)
    case .memory: isRise(signal, .memory)
    case .disk: isRise(signal, .disk)
    case .certificate: signal.metricClass == .certificate && signal.channel == .resource
    case .networkLoss: isRise(signal, .network) && signal.isAboutLoss
    case .networkDelay: signal.channel == .traceEdgeGap
    case .traffic: signal.channel == .traffic && signal.direction == .rise
    case .code: cause == "lock-contention" && signal.channel == .resource && signal.isAboutLocks
    case .config: cause == "pool-too-small" && isRise(signal, .saturation)
    case .dependency, .unknown: false
    }
  }

  private func isRise(_ signal: Signal, _ metricClass: MetricClass) -> Bool {
    signal.channel == .resource && signal.metricClass == metricClass && signal.direction == .rise
  }
}

extension Signal {
  var isAboutLoss: Bool { subjectContains(["retrans", "drop", "loss", "lost"]) }
  var isAboutLocks: Bool { subjectContains(["lock"]) }
  var isAboutEviction: Bool { subjectContains(["evict"]) }

  private func subjectContains(_ words: [String]) -> Bool {
    let name = subject.lowercased()
    return words.contains { name.contains($0) }
  }
}
