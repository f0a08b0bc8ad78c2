import IncidentModel

/// From signals and the service map to ranked causes: pure and deterministic.
package struct Attribution: Sendable {
  package var assessment: Assessment
  /// At most `maximumHypothesisCount`, best first, numbered `H1`, `H2`, …
  package var hypotheses: [Hypothesis]

  package static let maximumHypothesisCount = 8

  /// - Parameters:
  ///   - left: parts to leave out, for a measurement.
  ///   - asked: a component that is to have its hypothesis wherever it stands, if any evidence is there.
  package init(
    incident: Incident, detection: Detection, signals: [Signal], serviceMap: ServiceMap,
    confidenceModel: ConfidenceModel = .standard, without left: Set<Ingredient> = [], asked: ComponentID? = nil
  ) {
    let graph = CallGraph(serviceMap)
    let lift = ReplicaLift(serviceMap, answerKinds: incident.answerKinds)
    let signals = signals.filter { signal in
      EvidenceFamily(signal.channel).map { !left.contains($0.ingredient) } ?? true
    }
    let fusion = Fusion(
      signals: signals, map: serviceMap, graph: graph, symptom: incident.symptom, lift: lift,
      unmeasured: detection.unmeasured, without: left)
    let answers = fusion.totals.filter { total in
      guard total.score > 0 else { return false }
      return incident.answerKinds.isEmpty
        || incident.answerKinds.contains(serviceMap[total.component]?.kind ?? .service)
    }
    assessment = Assessment(
      ranking: answers.map {
        Assessment.Candidate(component: $0.component, score: $0.score.roundedToSignificantDigits(6))
      }, abstentionLine: confidenceModel.abstentionLine, caution: confidenceModel.caution)
    var places = Array(answers.indices.prefix(Self.maximumHypothesisCount))
    if let place = answers.firstIndex(where: { $0.component == asked }), place >= places.count { places.append(place) }
    let suspects = SuspectFeatures(fusion, answers: answers)
    let features = places.map { suspects[$0] }
    let confidences = confidenceModel.probabilities(features, certainty: detection.certainty)
    let writer = HypothesisWriter(
      signals: signals, map: serviceMap, symptom: Self.symptom(incident, fusion, graph), lift: lift,
      sufferers: fusion.shared?.sufferers ?? [:])
    hypotheses = places.enumerated().map { index, place in
      var hypothesis = writer.hypothesis(
        answers[place], number: place + 1, confidence: confidences[index])
      hypothesis.features = features[index]
      return hypothesis
    }
  }

  /// Where the incident was noticed, or the entry that suffers most.
  private static func symptom(_ incident: Incident, _ fusion: Fusion, _ graph: CallGraph) -> ComponentID? {
    if let named = incident.symptom?.component { return named }
    let budget = fusion.budgets.sorted { $0.key < $1.key }.map(\.value).first { $0.targetPosition != nil }
    return budget?.targetPosition.map { graph.identifiers[$0] }
  }
}
