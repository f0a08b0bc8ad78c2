extension ConfidenceModel {
  /// What `agents/calibration/confidence.yaml` says, for a program that stands alone; a test keeps the two in step.
  package static let standard = ConfidenceModel(
    intercept: -6.587,
    weights: [.margin: 2.557, .strength: 7.5, .agreement: 2.856, .crowd: 2.724],
    abstentionLine: 0.333)
}
