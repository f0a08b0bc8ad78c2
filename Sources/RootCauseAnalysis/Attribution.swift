import IncidentModel

/// From signals and the service map to ranked causes: pure and deterministic.
package struct Attribution: Sendable {
  package var assessment: Assessment
  /// At most `maximumHypothesisCount`, best first, numbered `H1`, `H2`, …
  package var hypotheses: [Hypothesis]

  package static let maximumHypothesisCount = 8

  package init(incident: Incident, detection: Detection, signals: [Signal], serviceMap: ServiceMap) {
    assessment = Assessment(ranking: [])
    hypotheses = []
  }
}
