extension ConfidenceModel {
  /// What `agents/calibration/confidence.yaml` says, for a program that stands alone; a test keeps the two in step.
  package static let standard = ConfidenceModel(
    intercept: -6.426,
    weights: [.margin: 2.896, .strength: 5.511, .agreement: 1.935, .crowd: 3.464],
    abstentionLine: 0.333)
}
