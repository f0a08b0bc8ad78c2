import IncidentModel

/// Tests each hypothesis against what the blackboard knows: did it move first, can it reach the symptom along calls,
/// does its size explain theirs. A loud victim downstream of the real cause is vetoed with the reason.
package enum CausalCritic {
  package static func critiques(of hypotheses: [Hypothesis], in snapshot: BlackboardSnapshot) -> [Critique] { [] }
}
