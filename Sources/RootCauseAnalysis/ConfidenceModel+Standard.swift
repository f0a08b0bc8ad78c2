extension ConfidenceModel {
  /// What `agents/calibration/confidence.yaml` says, for a program that stands alone; a test keeps the two in step.
  package static let standard = ConfidenceModel(
    intercept: -6.018,
    weights: [.margin: 2.753, .strength: 7.144, .agreement: 2.336, .crowd: 2.569],
    caution: 5.0,
    abstentionLine: 0.323)
}
