extension ConfidenceModel {
  /// What `agents/calibration/confidence.yaml` says, for a program that stands alone; a test keeps the two in step.
  package static let standard = ConfidenceModel(
    intercept: -6.39,
    weights: [.margin: 2.989, .strength: 7.083, .agreement: 2.125, .crowd: 3.219],
    abstentionLine: 0.333)
}
