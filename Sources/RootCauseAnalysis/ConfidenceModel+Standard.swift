extension ConfidenceModel {
  /// What `agents/calibration/confidence.yaml` says, for a program that stands alone; a test keeps the two in step.
  package static let standard = ConfidenceModel(
    intercept: -6.133,
    weights: [.margin: 3.222, .strength: 5.795, .agreement: 1.531, .crowd: 3.664],
    caution: 5.0,
    abstentionLine: 0.325)
}
