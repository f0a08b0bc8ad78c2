extension ConfidenceModel {
  /// What `agents/calibration/confidence.yaml` says, for a program that stands alone; a test keeps the two in step.
  package static let standard = ConfidenceModel(
    intercept: -4.813,
    weights: [.margin: 2.442, .strength: 4.584, .agreement: 1.761, .crowd: 2.291],
    abstentionLine: 0.333)
}
