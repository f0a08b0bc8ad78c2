extension ConfidenceModel {
  /// What `agents/calibration/confidence.yaml` says, for a program that stands alone; a test keeps the two in step.
  package static let standard = ConfidenceModel(
    intercept: -5.903,
    weights: [.margin: 2.802, .strength: 6.743, .agreement: 2.113, .crowd: 2.759],
    caution: 5.0,
    abstentionLine: 0.323)
}
