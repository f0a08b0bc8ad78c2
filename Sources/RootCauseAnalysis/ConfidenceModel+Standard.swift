extension ConfidenceModel {
  /// What `agents/calibration/confidence.yaml` says, for a program that stands alone; a test keeps the two in step.
  package static let standard = ConfidenceModel(
    intercept: -6.435,
    weights: [.margin: 2.359, .strength: 7.373, .agreement: 2.609, .crowd: 3.013],
    abstentionLine: 0.333)
}
