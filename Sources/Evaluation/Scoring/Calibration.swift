import IncidentModel

/// Whether the stated confidences mean what they say.
package struct Calibration: Hashable, Sendable, Codable {
  /// Expected calibration error over ten equal bins: the mean distance between confidence and accuracy.
  package var ece: Double
  /// Mean squared distance between confidence and being right (1) or wrong (0).
  package var brier: Double
  package var bins: [Bin]

  package struct Bin: Hashable, Sendable, Codable {
    package var from: Double
    package var to: Double
    package var cases: Int
    package var meanConfidence: Double
    package var accuracy: Double
  }

  /// One first answer: how sure it was, and whether it was right.
  package struct Answer: Hashable, Sendable {
    package var confidence: Double
    package var isRight: Bool

    package init(confidence: Double, isRight: Bool) {
      self.confidence = confidence
      self.isRight = isRight
    }
  }

  /// Confidences outside 0…1 are clamped; no answers give 0. The last bin includes 1.
  package init(_ answers: [Answer]) {
    var confidenceSums = [Double](repeating: 0, count: 10)
    var rightCounts = [Int](repeating: 0, count: 10)
    var counts = rightCounts
    var squares = 0.0
    for answer in answers {
      let confidence = answer.confidence.isFinite ? answer.confidence.clamped(to: 0...1) : 0
      let bin = Self.bin(of: confidence)
      counts[bin] += 1
      confidenceSums[bin] += confidence
      if answer.isRight { rightCounts[bin] += 1 }
      let distance = confidence - (answer.isRight ? 1 : 0)
      squares += distance * distance
    }
    let total = max(Double(answers.count), 1)
    var error = 0.0
    bins = (0..<10).map { bin in
      let count = max(Double(counts[bin]), 1)
      let mean = confidenceSums[bin] / count
      let accuracy = Double(rightCounts[bin]) / count
      error += Double(counts[bin]) / total * abs(accuracy - mean)
      return Bin(
        from: Double(bin) / 10, to: Double(bin + 1) / 10, cases: counts[bin],
        meanConfidence: mean.roundedToSignificantDigits(6), accuracy: accuracy.roundedToSignificantDigits(6))
    }
    ece = error.roundedToSignificantDigits(6)
    brier = (squares / total).roundedToSignificantDigits(6)
  }

  /// A confidence has three digits; adding less than half of the last keeps 0.3 (stored below 0.3) in its bin.
  static func bin(of confidence: Double) -> Int { min(max(Int((confidence + 1e-9) * 10), 0), 9) }
}
