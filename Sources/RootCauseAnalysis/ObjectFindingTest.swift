import IncidentModel

/// Asks whether what a suspect shows is what a finding of the objects, at something it calls, would make it show.
///
/// Callers of a service whose network is slow, or whose selector matches nothing, answer late or fail, and each of them
/// is louder than the objects are. Where a suspect shows nothing that a fault below it would not, the finding explains
/// it.
struct ObjectFindingTest {
  static let slug = "explained-by-object"
  private static let oddsFactor = 0.02

  private let map: ServiceMap
  private let graph: CallGraph
  private let findings: [Hypothesis]

  /// - Parameter all: every hypothesis on the board.
  init(_ all: [Hypothesis], map: ServiceMap) {
    self.map = map
    graph = CallGraph(map)
    findings = all.filter(\.isReadFromObjects)
  }

  func critique(of hypothesis: Hypothesis) -> Critique? {
    guard !findings.isEmpty, !hypothesis.isReadFromObjects, !hypothesis.channelShares.isEmpty,
      hypothesis.channelShares.allSatisfy({ $0.share <= 0 || SignalChannel.shownByCallers.contains($0.channel) }),
      let finding = findings.first(where: { explains($0, hypothesis) })
    else { return nil }
    return Critique(
      hypothesis: hypothesis.id, test: Self.slug, verdict: .weakens, oddsFactor: Self.oddsFactor,
      statement: "\(hypothesis.component) depends on \(finding.component), of which the objects say "
        + "\(finding.cause ?? finding.fault.rawValue), and shows nothing that this would not explain.",
      evidence: finding.evidence)
  }

  /// Whether calls of the suspect lead to what the finding is about, or to what runs there.
  private func explains(_ finding: Hypothesis, _ hypothesis: Hypothesis) -> Bool {
    guard let from = graph.position(of: map.service(of: hypothesis.component)) else { return false }
    let reached = graph.reached(from: from)
    let there = map.components.filter { $0.runsOn == finding.component }.map { $0.instanceOf ?? $0.id }
    let places = [map.service(of: finding.component)] + there
    return places.contains { place in graph.position(of: place).map { $0 != from && reached[$0] } ?? false }
  }

}

extension SignalChannel {
  /// What callers show of a fault below them.
  static let shownByCallers: Set<SignalChannel> = [
    .latencyExcess, .errorExcess, .serviceLevel, .traceErrors, .tracePath, .logPattern, .alert,
  ]
}

extension Hypothesis {
  /// Such a hypothesis was read and not weighed from signals.
  fileprivate var isReadFromObjects: Bool { object != nil && channelShares.isEmpty }
}
