import IncidentModel

/// Tests each hypothesis against what the blackboard knows: did it move first, can it reach the symptom along calls,
/// does its size explain theirs. A loud victim downstream of the real cause is vetoed with the reason.
package enum CausalCritic {
  package static func critiques(of hypotheses: [Hypothesis], in snapshot: BlackboardSnapshot) -> [Critique] {
    guard !hypotheses.isEmpty, let opening = snapshot.opening else { return [] }
    let view = CausalView(
      signals: snapshot.signals, map: opening.serviceMap, incident: opening.incident)
    return hypotheses.flatMap { hypothesis in
      [
        movedFirst(hypothesis, view), reachesSymptom(hypothesis, view), explainsSize(hypothesis, view),
        notJustLoud(hypothesis, view), unaffectedTwin(hypothesis, view),
      ].compactMap { $0 }
    }
  }

  // MARK: Time

  private static func movedFirst(_ hypothesis: Hypothesis, _ view: CausalView) -> Critique? {
    guard let symptom = view.symptom, hypothesis.component != symptom, let own = hypothesis.onset,
      let theirs = view.firstMove(of: symptom)
    else { return nil }
    let lead = own.seconds(until: theirs)
    let tolerance = max(60, 1.5 * view.samplingSeconds(hypothesis.component, symptom))
    let times = "\(hypothesis.component) moved at \(own), the symptom at \(symptom) at \(theirs)"
    if lead < -tolerance {
      return Critique(
        hypothesis: hypothesis.id, test: "moved-first", verdict: .weakens, oddsFactor: 0.6,
        statement: "\(times): it came \(Number.text(-lead)) s after what it should have caused.")
    }
    guard lead > tolerance else {
      return Critique(
        hypothesis: hypothesis.id, test: "moved-first", verdict: .inconclusive, oddsFactor: 1,
        statement: "\(times): too close together to tell which was first.")
    }
    return Critique(
      hypothesis: hypothesis.id, test: "moved-first", verdict: .supports, oddsFactor: 1.1,
      statement: "\(times): \(Number.text(lead)) s before.")
  }

  // MARK: Reach

  private static func reachesSymptom(_ hypothesis: Hypothesis, _ view: CausalView) -> Critique? {
    guard let symptom = view.symptom, view.hasCalls else { return nil }
    let places = [hypothesis.component] + view.hosted(by: hypothesis.component)
    guard places.contains(where: view.isReached) else {
      return Critique(
        hypothesis: hypothesis.id, test: "reaches-symptom", verdict: .weakens, oddsFactor: 0.5,
        statement: "No chain of calls leads from \(symptom) to \(hypothesis.component), as far as the map knows.")
    }
    let path = hypothesis.propagation.map(\.rawValue).joined(separator: " → ")
    let text =
      hypothesis.component == symptom
      ? "The symptom was noticed at \(symptom) itself." : "A fault there reaches the symptom along calls: \(path)."
    return Critique(
      hypothesis: hypothesis.id, test: "reaches-symptom", verdict: .supports, oddsFactor: 1.05, statement: text)
  }

  // MARK: Size

  private static func explainsSize(_ hypothesis: Hypothesis, _ view: CausalView) -> Critique? {
    guard let share = view.ownShareOfSymptom(hypothesis.component) else { return nil }
    let text =
      "What its callees do not explain of \(hypothesis.component)'s excess is \(Number.percent(min(share, 9.99))) "
      + "of the symptom's."
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

  // MARK: Twins

  /// Replicas of one service share its code and configuration: where only some are hit, the fault is theirs alone.
  private static func unaffectedTwin(_ hypothesis: Hypothesis, _ view: CausalView) -> Critique? {
    let twins = view.replicas(of: hypothesis.component)
    guard twins.count > 1 else { return nil }
    let hit = twins.filter(view.moved)
    guard !hit.isEmpty, hit.count < twins.count else { return nil }
    let names = hit.prefix(3).map(\.rawValue).joined(separator: ", ")
    let isCommon = hypothesis.fault == .code || hypothesis.fault == .config || hypothesis.fault == .certificate
    let text =
      "\(hit.count) of \(twins.count) replicas of \(hypothesis.component) are hit (\(names)), the others are not"
    return Critique(
      hypothesis: hypothesis.id, test: "unaffected-twin", verdict: isCommon ? .weakens : .supports,
      oddsFactor: isCommon ? 0.9 : 1.05,
      statement: isCommon
        ? "\(text), although they run the same code and configuration." : "\(text): the fault is local to them.")
  }
}
