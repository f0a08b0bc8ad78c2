import IncidentModel

/// Says why the second of the hypotheses lost to the first: what of its evidence a fault at the first causes there as
/// well, or by what the first leads. It weighs nothing: what it says is in the order already.
enum RunnerUpComparison {
  /// From this share on, what one hypothesis explains of the other is the reason.
  private static let leastExplained = 0.5
  /// A channel by which the leader leads has at least this share of its score.
  private static let notableShare = 0.1

  /// - Parameter critiques: what all other tests said; it decides who leads.
  static func critique(
    of hypotheses: [Hypothesis], after critiques: [Critique], map: ServiceMap
  ) -> Critique? {
    let vetoed = Set(critiques.filter { $0.verdict == .vetoes }.map(\.hypothesis))
    var odds: [HypothesisID: Double] = [:]
    for hypothesis in hypotheses { odds[hypothesis.id] = hypothesis.confidence / max(1 - hypothesis.confidence, 1e-6) }
    for critique in critiques { odds[critique.hypothesis]? *= critique.oddsFactor }
    let standing = hypotheses.enumerated().filter { !vetoed.contains($0.element.id) }.sorted {
      (-(odds[$0.element.id] ?? 0), $0.offset) < (-(odds[$1.element.id] ?? 0), $1.offset)
    }.map(\.element)
    // What was read from objects has no weights to compare.
    guard standing.count > 1, !standing[0].channelShares.isEmpty, !standing[1].channelShares.isEmpty else { return nil }
    return Critique(
      hypothesis: standing[1].id, test: Critique.besideLeader, verdict: .inconclusive, oddsFactor: 1,
      statement: statement(standing[1], beside: standing[0], PairedEvidence(map: map)))
  }

  private static func statement(_ runnerUp: Hypothesis, beside leader: Hypothesis, _ pair: PairedEvidence) -> String {
    let explained = pair.explainedShare(of: runnerUp, by: leader)
    let theOtherWay = pair.explainedShare(of: leader, by: runnerUp)
    let weight = Number.percent(runnerUp.score / max(leader.score, .leastNormalMagnitude))
    guard !pair.isSameService(runnerUp, leader) else {
      return "\(runnerUp.component) and \(leader.component) are the same service; what speaks for "
        + "\(runnerUp.component) weighs \(weight) of what speaks for \(leader.component)."
    }
    if explained >= leastExplained, explained > theOtherWay {
      return "A fault at \(leader.component) explains \(Number.percent(explained)) of what speaks for "
        + "\(runnerUp.component); one at \(runnerUp.component) explains \(Number.percent(theOtherWay)) of what speaks for "
        + "\(leader.component)."
    }
    let leads = lead(of: leader, over: runnerUp)
    let by = leads.isEmpty ? "" : ", which leads by " + leads.joined(separator: " and ")
    return "What speaks for \(runnerUp.component) weighs \(weight) of what speaks for \(leader.component)\(by)."
  }

  /// By what the leader leads, most first.
  private static func lead(of leader: Hypothesis, over runnerUp: Hypothesis) -> [String] {
    let theirs = Dictionary(runnerUp.channelShares.map { ($0.channel, $0.share) }, uniquingKeysWith: max)
    let leads = leader.channelShares.map { (channel: $0.channel, lead: $0.share - (theirs[$0.channel] ?? 0)) }
    return leads.filter { $0.lead >= notableShare * leader.score }.sorted {
      ($1.lead, $0.channel) < ($0.lead, $1.channel)
    }.prefix(2).map { words(for: $0.channel) }
  }

  private static func words(for channel: SignalChannel) -> String {
    switch channel {
    case .resource: "what it consumes"
    case .latencyExcess: "time that none of its callees explains"
    case .errorExcess: "failures that none of its callees explains"
    case .serviceLevel: "what its callers notice"
    case .traffic: "the load that begins there"
    case .traceSelfTime: "time lost inside it"
    case .traceEdgeGap: "time lost on the way to it"
    case .traceErrors: "requests that fail there first"
    case .tracePath: "unusual steps of its requests"
    case .logPattern: "what it logs"
    case .change: "a change at the onset"
    case .alert: "the alerts there"
    case .absence: "its silence"
    }
  }
}
