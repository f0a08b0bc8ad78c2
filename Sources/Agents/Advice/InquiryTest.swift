import IncidentModel
import RootCauseAnalysis

/// Tests a line of inquiry that a model proposed: the component is scored with the same attribution as all others, its
/// hypothesis goes through the critics' tests and the paired test, and only then onto the board.
struct InquiryTest: Sendable {
  let confidenceModel: ConfidenceModel
  let left: Set<Ingredient>

  struct Result {
    var inquiry: ModelAdvice.Inquiry
    /// Whether the paired test was made.
    var isTested = false
    var contributions: [Contribution] = []
  }

  /// - Parameters:
  ///   - evidence: what the proposed query found.
  ///   - mayChangeVerdict: false where one alternative was tested already.
  func test(
    _ proposed: ShapedAnswer.Inquiry, in snapshot: BlackboardSnapshot,
    evidence: Swift.Result<Evidence, TelemetryLookup.Refusal>, mayChangeVerdict: Bool
  ) -> Result {
    let found: String
    switch evidence {
    case .success(let evidence): found = evidence.statement
    case .failure(let refusal): found = "The query found nothing: \(refusal.reason)."
    }
    func result(_ isSupported: Bool, _ text: String) -> Result {
      Result(
        inquiry: ModelAdvice.Inquiry(
          component: proposed.component, fault: proposed.fault, query: proposed.query.rawValue,
          isSupported: isSupported, result: "\(text) \(found)"))
    }
    if let known = snapshot.hypotheses.first(where: { $0.component == proposed.component }) {
      return result(true, "\(known.id) is about it already.")
    }
    guard let hypothesis = hypothesis(proposed.component, snapshot) else {
      return result(false, "No evidence there speaks for a fault.")
    }
    guard mayChangeVerdict else { return result(false, "One alternative was tested already; this one was not.") }
    let critiques = CausalCritic.critiques(of: [hypothesis], in: snapshot)
    let test = PairedTest(of: hypothesis.id, in: snapshot.adding(hypothesis, critiques))
    var tested = result(test.isAccepted, test.reason)
    tested.isTested = true
    if test.isAccepted {
      tested.contributions =
        [.hypothesis(hypothesis)] + (critiques + test.critiques).map { .critique($0) }
    }
    return tested
  }

  /// Nil where the component has no evidence at all.
  private func hypothesis(_ component: ComponentID, _ snapshot: BlackboardSnapshot) -> Hypothesis? {
    guard let opening = snapshot.opening, let detection = snapshot.detection else { return nil }
    let attribution = Attribution(
      incident: opening.incident, detection: detection, signals: snapshot.signals, serviceMap: opening.serviceMap,
      confidenceModel: confidenceModel, without: left, asked: component)
    return attribution.hypotheses.first { $0.component == component }
  }
}

extension BlackboardSnapshot {
  /// The board as it would be with a further hypothesis and what the critics say of it.
  fileprivate func adding(_ hypothesis: Hypothesis, _ critiques: [Critique]) -> BlackboardSnapshot {
    var copy = self
    let further = [Contribution.hypothesis(hypothesis)] + critiques.map { .critique($0) }
    for (offset, contribution) in further.enumerated() {
      copy.append(
        BlackboardEntry(
          sequence: entries.count + offset + 1, revision: revision, author: CriticAgent.name,
          contribution: contribution))
    }
    return copy
  }
}
