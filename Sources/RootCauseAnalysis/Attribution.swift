import IncidentModel

/// From signals and the service map to ranked causes: pure and deterministic.
package struct Attribution: Sendable {
  package var assessment: Assessment
  /// At most `maximumHypothesisCount`, best first, numbered `H1`, `H2`, …
  package var hypotheses: [Hypothesis]

  package static let maximumHypothesisCount = 8

  package init(
    incident: Incident, detection: Detection, signals: [Signal], serviceMap: ServiceMap,
    confidenceModel: ConfidenceModel = .standard
  ) {
    let graph = CallGraph(serviceMap)
    let lift = ReplicaLift(serviceMap, answerKinds: incident.answerKinds)
    let fusion = Fusion(signals: signals, map: serviceMap, graph: graph, symptom: incident.symptom, lift: lift)
    let answers = fusion.totals.filter { total in
      guard total.score > 0 else { return false }
      return incident.answerKinds.isEmpty
        || incident.answerKinds.contains(serviceMap[total.component]?.kind ?? .service)
    }
    assessment = Assessment(
      ranking: answers.map {
        Assessment.Candidate(component: $0.component, score: $0.score.roundedToSignificantDigits(6))
      })
    let best = Array(answers.prefix(Self.maximumHypothesisCount))
    let features = Self.features(fusion, answers)
    // The first must be right, and there must be an incident at all.
    let confidences = confidenceModel.probabilities(features, scores: best.map(\.score)).map {
      $0 * detection.certainty.clamped(to: 0...1)
    }
    let writer = HypothesisWriter(
      signals: signals, map: serviceMap, symptom: Self.symptom(incident, fusion, graph), lift: lift)
    hypotheses = best.indices.map { position in
      writer.hypothesis(
        best[position], number: position + 1, confidence: confidences[position],
        runnerUp: answers.count > 1 ? answers[1] : nil)
    }
  }

  /// Where the incident was noticed, or the entry that suffers most.
  private static func symptom(_ incident: Incident, _ fusion: Fusion, _ graph: CallGraph) -> ComponentID? {
    if let named = incident.symptom?.component { return named }
    let budget = fusion.budgets.sorted { $0.key < $1.key }.map(\.value).first { $0.targetPosition != nil }
    return budget?.targetPosition.map { graph.identifiers[$0] }
  }

  private static func features(_ fusion: Fusion, _ answers: [Fusion.Total]) -> ConfidenceModel.Features {
    guard let first = answers.first, first.score > 0 else {
      return ConfidenceModel.Features(margin: 0, strength: 0, agreement: 0, coverage: 0)
    }
    let second = answers.count > 1 ? answers[1].score : 0
    var agreeing = 0.0
    for scores in fusion.scores where scores.largest > 0 {
      if (scores.byComponent[first.component] ?? 0) >= 0.999 * scores.largest { agreeing += 1 }
    }
    let families = Double(max(fusion.scores.count, 1))
    return ConfidenceModel.Features(
      margin: 1 - second / first.score, strength: first.score / (first.score + 0.5),
      agreement: agreeing / families, coverage: families / (families + 2))
  }
}
