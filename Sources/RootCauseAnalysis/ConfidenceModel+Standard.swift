extension ConfidenceModel {
  /// What `agents/calibration/confidence.yaml` says, for a program that stands alone; a test keeps the two in step.
  package static let standard = ConfidenceModel(
    intercept: -7.42,
    weights: [.margin: 2.59, .strength: 7.27, .agreement: 2.69, .crowd: 4.08],
    caution: 4.0,
    abstentionLine: 0.325)
}
