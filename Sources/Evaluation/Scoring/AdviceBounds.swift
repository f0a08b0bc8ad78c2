import IncidentModel
import RootCauseAnalysis

/// One hypothesis, and whether the paired test would have let a model put it first.
package struct Nominee: Hashable, Sendable, Codable {
  package var isRight: Bool
  package var isAccepted: Bool

  package init(isRight: Bool, isAccepted: Bool) {
    self.isRight = isRight
    self.isAccepted = isAccepted
  }

  /// Every hypothesis that no critic rules out, best first. The investigation has ended; nothing of this reaches it.
  static func all(in snapshot: BlackboardSnapshot, isRight: (ComponentID) -> Bool) -> [Nominee] {
    Verdict(snapshot).hypotheses.filter { !$0.isVetoed }.map { judged in
      Nominee(
        isRight: isRight(judged.hypothesis.component),
        isAccepted: PairedTest(of: judged.hypothesis.id, in: snapshot).isAccepted)
    }
  }
}

/// What the best and the worst language model could make of the rankings: the paired test, tried on every nomination
/// that a model could make. An accepted nominee changes places with the leader and nobody else moves, so that a case is
/// helped where a right nominee is accepted and harmed where a wrong one is accepted against a right leader.
package struct AdviceBounds: Hashable, Sendable, Codable {
  package var cases: Int
  /// Top-1 without advice.
  package var top1Without: Double
  /// A model that always names the right hypothesis where it is in the list.
  package var oracle: Effect
  /// A model that always names the wrong hypothesis that does most harm.
  package var adversary: Effect
  /// A model that names any hypothesis, each as likely as the others: the expectation.
  package var random: Effect
  /// No model: the engine itself names the first that the test accepts.
  package var unadvised: Effect

  package struct Effect: Hashable, Sendable, Codable {
    package var top1: Double
    /// Cases, or their expected number.
    package var helped: Double
    package var harmed: Double
  }

  /// Nil where no case was measured.
  package init?(_ results: [CaseResult]) {
    let measured = results.filter { $0.nominees != nil }
    guard !measured.isEmpty else { return nil }
    let count = measured.count
    let right = Double(measured.count(where: \.isRight))
    func share(_ value: Double) -> Double { (value / Double(count)).roundedToSignificantDigits(6) }
    func effect(_ change: ([Nominee], Bool) -> (helped: Double, harmed: Double)) -> Effect {
      var helped = 0.0
      var harmed = 0.0
      for result in measured {
        let part = change(result.nominees ?? [], result.isRight)
        helped += part.helped
        harmed += part.harmed
      }
      return Effect(
        top1: share(right + helped - harmed), helped: helped.roundedToSignificantDigits(6),
        harmed: harmed.roundedToSignificantDigits(6))
    }
    cases = count
    top1Without = share(right)
    oracle = effect { list, leads in (!leads && list.contains { $0.isRight && $0.isAccepted } ? 1 : 0, 0) }
    adversary = effect { list, leads in (0, leads && list.contains { !$0.isRight && $0.isAccepted } ? 1 : 0) }
    random = effect { list, leads in
      let accepted = list.filter { $0.isAccepted && $0.isRight != leads }
      let chance = list.isEmpty ? 0 : Double(accepted.count) / Double(list.count)
      return leads ? (0, chance) : (chance, 0)
    }
    unadvised = effect { list, leads in
      guard let first = list.first(where: \.isAccepted), first.isRight != leads else { return (0, 0) }
      return leads ? (0, 1) : (1, 0)
    }
  }
}
