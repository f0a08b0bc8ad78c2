import IncidentModel

extension IncidentReport {
  /// A possible cause with everything for and against it.
  package struct Finding: Hashable, Sendable, Codable {
    /// From 1.
    package var rank: Int
    package var id: HypothesisID
    package var component: ComponentID
    package var componentKind: ComponentKind
    package var componentRole: ComponentRole
    @Nullable package var metric: String?
    package var fault: FaultKind
    @Nullable package var cause: String?
    /// Probability after the critics, 0…1, three digits; 0 when ruled out.
    package var confidence: Double
    /// True when a critic's test rules this cause out, however loud its signals are.
    package var vetoed: Bool
    @Nullable package var onset: Timestamp?
    package var statement: String
    /// From the cause along callers to the symptom.
    package var propagation: [ComponentID]
    /// What each channel gave to the score.
    package var channels: [Hypothesis.ChannelShare]
    package var evidence: [EvidenceItem]
    /// Every test that the critics made, in the order made.
    package var critiques: [CritiqueItem]
  }

  /// One observation with an identifier, `E1`, `E2`, … in order of appearance. The same observation cited by two
  /// findings has the same identifier in both.
  package struct EvidenceItem: Hashable, Sendable, Codable {
    package var id: String
    package var kind: Evidence.Kind
    package var supports: Bool
    package var statement: String
    package var query: Evidence.Query
    package var digest: String
    package var value: Double
    package var unit: String
  }

  /// A critic's test of one finding.
  package struct CritiqueItem: Hashable, Sendable, Codable {
    package var test: String
    package var verdict: Critique.Verdict
    /// Factor on the odds; six significant digits.
    package var factor: Double
    package var statement: String
    /// Identifiers of the evidence that the test used; they stand in the finding's `evidence`.
    package var evidence: [String]
  }

  /// A remediation that waits for a person, or diagnostic steps where `runbook` is null.
  package struct Advice: Hashable, Sendable, Codable {
    package var id: RemediationID
    package var finding: HypothesisID
    @Nullable package var runbook: String?
    package var title: String
    package var reason: String
    /// What must hold before the first step.
    package var preconditions: [String]
    package var steps: [Remediation.Step]
    package var risk: Remediation.Risk
    package var blastRadius: [ComponentID]
    package var reversible: Bool
    package var approval: Approval
    package var expectedEffect: String
    package var verification: String
    package var trackRecord: TrackRecord
  }

  package enum Approval: String, Sendable, Codable {
    case required
    case notNeeded = "not-needed"
  }

  /// How often this runbook was tried for this kind of fault, and how often it helped.
  package struct TrackRecord: Hashable, Sendable, Codable {
    package var worked = 0
    package var tried = 0
  }
}
