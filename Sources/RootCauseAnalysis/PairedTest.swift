import IncidentModel

/// Tests one nominated hypothesis against the leading one: which of the two, if it were the cause, leaves less evidence
/// at the other unexplained.
///
/// A fault shows in whoever calls the component, and a rush of requests in whomever it calls. Evidence of those kinds at
/// the other hypothesis is explained; the rest (what a component consumes, its own time, logs of its own) is not. The
/// nominee wins where it leaves the leader hardly anything of its own and keeps clearly more itself, is weakened by no
/// critic, did not move later, and the leader is in doubt to begin with. The two then change places and nobody else
/// moves, so that a nomination can only do harm where the leader was right.
package struct PairedTest: Sendable {
  package static let slug = "paired-with-leader"

  package enum Outcome: Hashable, Sendable {
    /// What the critics say of the nominee and of the leader: together they exchange the two.
    case accepted([Critique])
    /// Why the order stays, in a sentence.
    case refused(String)
  }

  package var leader: HypothesisID?
  package var nominee: HypothesisID
  package var outcome: Outcome

  package var isAccepted: Bool { if case .accepted = outcome { true } else { false } }

  /// From this probability on, a leader is not in doubt.
  package static let doubtBelow = 0.95
  /// The nominee has to keep so many times the evidence that the leader keeps.
  private static let leastRatio = 2.0
  /// And so much more of it, in the unit of the fused score, where one whole family of evidence is about 1.
  private static let leastLead = 0.4
  /// Odds further apart than this are no small margin.
  private static let mostOddsFactor = 100.0

  package init(of nominee: HypothesisID, in snapshot: BlackboardSnapshot) {
    self.nominee = nominee
    let verdict = Verdict(snapshot)
    let leading = verdict.hypotheses.first.flatMap { $0.isVetoed ? nil : $0 }
    leader = leading?.hypothesis.id
    guard let leading, let opening = snapshot.opening else {
      outcome = .refused("No hypothesis leads, so there is nothing to compare it with.")
      return
    }
    guard let nominated = verdict.hypotheses.first(where: { $0.hypothesis.id == nominee }) else {
      outcome = .refused("There is no hypothesis \(nominee).")
      return
    }
    if let reason = Self.obstacle(nominated, leading) {
      outcome = .refused(reason)
      return
    }
    let pair = PairedEvidence(map: opening.serviceMap)
    guard !pair.isSameService(nominated.hypothesis, leading.hypothesis) else {
      outcome = .refused("\(nominee) and \(leading.hypothesis.id) are about the same service.")
      return
    }
    let leadersOwn = pair.unexplained(of: leading.hypothesis, by: nominated.hypothesis)
    let nomineesOwn = pair.unexplained(of: nominated.hypothesis, by: leading.hypothesis)
    let numbers =
      "A fault at \(nominated.hypothesis.component) leaves \(Number.text(leadersOwn)) of the evidence at "
      + "\(leading.hypothesis.component) unexplained; the other way round \(Number.text(nomineesOwn)) is left"
    guard nomineesOwn >= Self.leastRatio * leadersOwn, nomineesOwn - leadersOwn >= Self.leastLead else {
      outcome = .refused("\(numbers): not clearly less.")
      return
    }
    outcome = .accepted(Self.exchange(nominated, leading, because: numbers))
  }

  /// What rules a nomination out before any evidence is weighed.
  private static func obstacle(_ nominated: JudgedHypothesis, _ leading: JudgedHypothesis) -> String? {
    let (nominee, leader) = (nominated.hypothesis, leading.hypothesis)
    if nominee.id == leader.id { return "\(nominee.id) leads already." }
    if nominated.isVetoed { return "A critic's test rules \(nominee.id) out." }
    if leader.channelShares.isEmpty {
      return "\(leader.id) was read from objects, not weighed from signals: there is nothing to compare."
    }
    if leading.confidence >= doubtBelow {
      return "\(leader.id) has \(Number.percent(leading.confidence)): the evidence leaves no doubt to settle."
    }
    if let critique = nominated.critiques.first(where: { $0.verdict == .weakens }) {
      return "The test \(critique.test) speaks against \(nominee.id): \(critique.statement)"
    }
    if factor(from: nominated.confidence, to: leading.confidence) > mostOddsFactor {
      return "\(nominee.id) is too far behind \(leader.id) for a small margin."
    }
    guard let own = nominee.onset, let theirs = leader.onset else { return nil }
    // Load has to be there before what it causes; a fault below shows above at once, as far as clocks can tell.
    let tolerance =
      nominee.fault == .traffic
      ? 0 : CausalCritic.clockSkewSeconds + max(nominee.samplingSeconds, leader.samplingSeconds)
    let late = theirs.seconds(until: own)
    guard late > tolerance else { return nil }
    return "\(nominee.component) moved \(Number.text(late)) s after \(leader.component)."
  }

  /// Gives the nominee the leader's probability and the leader a little less than the nominee had.
  private static func exchange(
    _ nominated: JudgedHypothesis, _ leading: JudgedHypothesis, because numbers: String
  ) -> [Critique] {
    let up = min(leading.confidence + 0.001, 0.999)
    // Below half of the last digit it is shown as 0, behind all that are shown as 0.001.
    let down = max(nominated.confidence - 0.001, 0.0004)
    return [
      Critique(
        hypothesis: nominated.hypothesis.id, test: slug, verdict: .supports,
        oddsFactor: factor(from: nominated.confidence, to: up),
        statement: "\(numbers): nominated by a model, and the better explanation of the two."),
      Critique(
        hypothesis: leading.hypothesis.id, test: slug, verdict: .weakens,
        oddsFactor: factor(from: leading.confidence, to: down),
        statement: "\(numbers): a model nominated the other, and it is the better explanation of the two."),
    ]
  }

  private static func factor(from: Double, to: Double) -> Double {
    let (from, to) = (from.clamped(to: 0.001...0.999), to.clamped(to: 0.0004...0.999))
    return ((to / (1 - to)) / (from / (1 - from))).roundedToSignificantDigits(6)
  }
}

extension Hypothesis {
  /// The coarsest clock among the pictures of its evidence; 0 where none is drawn.
  fileprivate var samplingSeconds: Double {
    evidence.compactMap(\.excerpt).compactMap { excerpt in
      guard let first = excerpt.times.first, let last = excerpt.times.last, excerpt.times.count > 1 else { return nil }
      return first.seconds(until: last) / Double(excerpt.times.count - 1)
    }.max() ?? 0
  }
}
