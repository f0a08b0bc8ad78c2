extension ConfidenceModel {
  /// What `agents/calibration/confidence.yaml` says, for a program that stands alone; a test keeps the two in step.
  package static let standard = ConfidenceModel(
    intercept: -6.391,
    weights: [.margin: 2.994, .strength: 7.07, .agreement: 2.12, .crowd: 3.226],
    abstentionLine: 0.333)
}
