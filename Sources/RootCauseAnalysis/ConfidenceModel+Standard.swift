extension ConfidenceModel {
  /// What `agents/calibration/confidence.yaml` says, for a program that stands alone; a test keeps the two in step.
  package static let standard = ConfidenceModel(
    intercept: -3.834,
    weights: [.lead: 9.728, .crowd: 4.945],
    abstentionLine: 0.167)
}
