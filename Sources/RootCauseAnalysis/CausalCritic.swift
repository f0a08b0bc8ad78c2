import IncidentModel

/// Tests each hypothesis against what the blackboard knows: did it move first, can it reach the symptom along calls or
/// by a shared host, does its size explain theirs, is there a twin that is well. A loud victim downstream of the real
/// cause is vetoed with the reason.
package enum CausalCritic {
  /// How far apart two components' clocks may be without anybody having noticed.
  static let clockSkewSeconds = 60.0

  package static func critiques(of hypotheses: [Hypothesis], in snapshot: BlackboardSnapshot) -> [Critique] {
    guard !hypotheses.isEmpty, let opening = snapshot.opening else { return [] }
    let view = CausalView(
      signals: snapshot.signals, map: opening.serviceMap, incident: opening.incident,
      unmeasured: snapshot.detection?.unmeasured)
    let objects = ObjectFindingTest(snapshot.hypotheses, map: opening.serviceMap)
    let critiques = hypotheses.flatMap { hypothesis in
      [
        movedFirst(hypothesis, view), reachesSymptom(hypothesis, view), explainsSize(hypothesis, view),
        notJustLoud(hypothesis, view), objects.critique(of: hypothesis),
      ].compactMap { $0 } + TwinTests.critiques(of: hypothesis, view)
    }
    // Only the first time all are there to be compared.
    guard snapshot.critiques.isEmpty else { return critiques }
    let comparison = RunnerUpComparison.critique(of: hypotheses, after: critiques, map: opening.serviceMap)
    return critiques + [comparison].compactMap { $0 }
  }

  // MARK: Time

  /// Two clocks, each read once in its sampling interval, tell an order only beyond what both leave open.
  private static func movedFirst(_ hypothesis: Hypothesis, _ view: CausalView) -> Critique? {
    guard let symptom = view.symptom, hypothesis.component != symptom, let own = hypothesis.onset,
      let theirs = view.firstMove(of: symptom)
    else { return nil }
    let lead = own.seconds(until: theirs)
    let tolerance = clockSkewSeconds + view.samplingSeconds(hypothesis.component, symptom)
    let times = "\(hypothesis.component) moved at \(own), the symptom at \(symptom) at \(theirs)"
    if lead < -tolerance {
      return Critique(
        hypothesis: hypothesis.id, test: "moved-first", verdict: .weakens, oddsFactor: 0.6,
        statement: "\(times): it came \(Number.text(-lead)) s after what it should have caused, more than clocks "
          + "and sampling leave open.")
    }
    guard lead > tolerance else {
      return Critique(
        hypothesis: hypothesis.id, test: "moved-first", verdict: .inconclusive, oddsFactor: 1,
        statement: "\(times): within the \(Number.text(tolerance)) s that clocks and sampling leave open.")
    }
    return Critique(
      hypothesis: hypothesis.id, test: "moved-first", verdict: .supports, oddsFactor: 1.1,
      statement: "\(times): \(Number.text(lead)) s before.")
  }

  // MARK: Reach

  private static func reachesSymptom(_ hypothesis: Hypothesis, _ view: CausalView) -> Critique? {
    guard let symptom = view.symptom, view.hasCalls else { return nil }
    let reach = view.reach(of: hypothesis)
    if reach == nil, !view.knowsCallsOfSymptom {
      return Critique(
        hypothesis: hypothesis.id, test: "reaches-symptom", verdict: .inconclusive, oddsFactor: 1,
        statement: "The map knows no calls of \(symptom), so whether a fault of \(hypothesis.component) reaches it is "
          + "open.")
    }
    let text =
      switch reach {
      case .itself: "The symptom was noticed at \(symptom) itself."
      case .calls:
        "A fault there reaches the symptom along calls: "
          + hypothesis.propagation.map(\.rawValue).joined(separator: " → ") + "."
      case .load(let path):
        "What it asks for reaches the symptom along calls: " + path.map(\.rawValue).joined(separator: " → ") + "."
      case .host(let node, let neighbour):
        "No call leads there, but it shares the host \(node) with \(neighbour), and a fault of this kind spreads on one."
      case nil:
        "No chain of calls leads from \(symptom) to \(hypothesis.component) and they share no host that would spread "
          + "such a fault, as far as the map knows."
      }
    return Critique(
      hypothesis: hypothesis.id, test: "reaches-symptom", verdict: reach.verdict, oddsFactor: reach.oddsFactor,
      statement: text)
  }

  // MARK: Size

  private static func explainsSize(_ hypothesis: Hypothesis, _ view: CausalView) -> Critique? {
    guard let share = view.ownShareOfSymptom(hypothesis.component) else { return nil }
    let places = view.hosted(by: hypothesis.component).isEmpty ? "" : " and what runs there"
    let size =
      share >= 2
      ? "\(Number.text(share)) times the symptom's excess" : "\(Number.percent(share)) of the symptom's excess"
    let text = "\(hypothesis.component)\(places), without what is called from there, has \(size)."
    // A busy node hosts a share of everything: that much proves little.
    if share >= 0.3, hypothesis.componentKind == .node {
      return Critique(
        hypothesis: hypothesis.id, test: "explains-size", verdict: .inconclusive, oddsFactor: 1, statement: text)
    }
    if share >= 0.3 {
      return Critique(
        hypothesis: hypothesis.id, test: "explains-size", verdict: .supports, oddsFactor: 1.1, statement: text)
    }
    let hasOther = view.hasEvidenceBesidesCalls(hypothesis.component)
    return Critique(
      hypothesis: hypothesis.id, test: "explains-size", verdict: share < 0.05 && !hasOther ? .weakens : .inconclusive,
      oddsFactor: share < 0.05 && !hasOther ? 0.7 : 1, statement: text)
  }

  /// A component whose excess is nearly all its callee's, and that shows nothing else of its own, is a victim.
  private static func notJustLoud(_ hypothesis: Hypothesis, _ view: CausalView) -> Critique? {
    guard let victim = view.explanation(of: hypothesis.component) else { return nil }
    let numbers =
      "\(Number.percent(victim.explainedShare)) of \(hypothesis.component)'s excess "
      + "(\(Number.text(victim.excess)) \(victim.unit)) is explained by what it calls, most by \(victim.callee)"
    guard victim.explainedShare >= 0.9 else { return nil }
    if view.hasEvidenceBesidesCalls(hypothesis.component) {
      return Critique(
        hypothesis: hypothesis.id, test: "not-just-loud", verdict: .inconclusive, oddsFactor: 1,
        statement: "\(numbers), but it also shows evidence of its own.", evidence: victim.evidence)
    }
    return Critique(
      hypothesis: hypothesis.id, test: "not-just-loud", verdict: .vetoes, oddsFactor: 0,
      statement: "\(numbers), and nothing else is unusual there: it suffers, it does not cause.",
      evidence: victim.evidence)
  }
}

extension CausalView.Reach? {
  fileprivate var verdict: Critique.Verdict {
    switch self {
    case .itself, .calls, .load: .supports
    case .host: .inconclusive
    case nil: .weakens
    }
  }

  fileprivate var oddsFactor: Double {
    switch self {
    case .itself, .calls, .load: 1.05
    case .host: 1
    case nil: 0.5
    }
  }
}
