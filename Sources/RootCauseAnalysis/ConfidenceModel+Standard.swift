extension ConfidenceModel {
  /// What `agents/calibration/confidence.yaml` says, for a program that stands alone; a test keeps the two in step.
  package static let standard = ConfidenceModel(
    intercept: -3.422,
    weights: [.lead: 8.931, .crowd: 4.525],
    caution: 4.0,
    abstentionLine: 0.325)
}
