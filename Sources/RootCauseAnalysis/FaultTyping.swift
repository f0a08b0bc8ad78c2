import IncidentModel

/// The kind of fault that a component's own evidence speaks for: ordered rules, the most specific first.
package struct FaultTyping {
  package var fault: FaultKind
  /// The mechanism as a slug, where the rule knows one.
  package var cause: String?

  private static let strongEvidence = 0.7

  /// - Parameters:
  ///   - own: all signals at the component and its replicas.
  ///   - role: what the component does.
  package init(own: [Signal], role: ComponentRole) {
    func best(_ metricClass: MetricClass, rising: Bool = true) -> Double {
      own.filter { $0.channel == .resource && $0.metricClass == metricClass && (!rising || $0.direction == .rise) }
        .map(\.strength).max() ?? 0
    }
    func best(_ channels: SignalChannel...) -> Double {
      own.filter { channels.contains($0.channel) }.map(\.strength).max() ?? 0
    }
    let changes = own.filter { $0.channel == .change }
    let cpu = best(.cpu)
    let memory = best(.memory)
    let disk = best(.disk)
    let certificate = best(.certificate, rising: false)
    let strongest = max(cpu, memory, disk, best(.connections), best(.network), best(.saturation))
    let isSlow = best(.latencyExcess) > 0 || best(.traceSelfTime, .traceEdgeGap) > 0
    let fails = best(.errorExcess) > 0 || best(.traceErrors) > 0
    let gap = best(.traceEdgeGap)
    let selfTime = best(.traceSelfTime)
    let text = own.map { $0.subject.lowercased() + " " + $0.evidence.statement.lowercased() }
    func mentions(_ words: String...) -> Bool { text.contains { line in words.contains(where: line.contains) } }
    let isCodeLike = fails || best(.tracePath) > 0 || best(.logPattern) > 0

    cause = nil
    if certificate > 0 || mentions("certificate", "x509", "tls handshake") {
      fault = .certificate
      cause = "certificate-expired"
    } else if strongest >= Self.strongEvidence, memory >= 0.8 * strongest, memory > 0 {
      fault = .memory
    } else if strongest >= Self.strongEvidence, disk >= 0.8 * strongest, disk > 0 {
      fault = .disk
    } else if cpu >= Self.strongEvidence, cpu >= 0.8 * strongest {
      fault = Self.loadRise(own) > 0 && Self.loadExplains(own) ? .traffic : .cpu
    } else if Self.loadRise(own) > 0.3, best(.traffic) >= Self.strongEvidence, !fails {
      fault = .traffic
    } else if let change = changes.max(by: { $0.strength < $1.strength }), isCodeLike || isSlow {
      fault = change.subject == "config" || change.subject == "flag" ? .config : .code
      cause = change.subject == "deploy" ? "faulty-release" : nil
    } else if best(.network) >= Self.strongEvidence, fails || mentions("retrans", "packet", "drop") {
      fault = .networkLoss
    } else if gap > selfTime, gap > 0 {
      fault = .networkDelay
    } else if role == .external, isSlow || fails {
      fault = .dependency
    } else if isCodeLike {
      fault = .code
    } else if isSlow {
      fault = selfTime > 0 ? .cpu : .networkDelay
    } else {
      fault = .unknown
    }
  }

  /// Whether the component's load rose by about as much as its cpu.
  private static func loadExplains(_ own: [Signal]) -> Bool {
    let cpu = own.filter { $0.metricClass == .cpu }.map(\.logRatio).max() ?? 0
    return loadRise(own) > 0.7 * cpu
  }

  /// The largest change of load, as a log ratio; 0 where load did not rise.
  private static func loadRise(_ own: [Signal]) -> Double {
    max(0, own.filter { $0.channel == .traffic }.map(\.logRatio).max() ?? 0)
  }
}
