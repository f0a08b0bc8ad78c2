import IncidentModel
import RootCauseAnalysis

/// Fits a `ConfidenceModel` to graded investigations: logistic regression with an L2 penalty and without negative
/// weights, by Newton steps on one coefficient at a time (cyclic coordinate descent: Friedman, Hastie and Tibshirani,
/// Regularization Paths for Generalized Linear Models via Coordinate Descent, 2010).
///
/// It is the figure in the report that is fitted: what the critics, the certainty of detection and vetoed suspects make
/// of the model's log odds enters as an offset. Since the offset depends a little on the model, fitting and working out
/// offsets alternate until neither moves. Every dataset weighs the same, whatever its size.
///
/// What is fitted is the confidence before caution, which comes on top: who acts on a sure answer that is wrong loses more
/// than who looks again at a doubtful one that is right, and a system that no fit has seen is as a rule harder than those
/// that it has.
package struct ConfidenceFit: Sendable {
  /// The strength of the penalty on the squared coefficients.
  package var penalty: Double
  /// How many times smaller the odds of a sure answer are stated than seen; from 1 to 10.
  package var caution: Double
  /// How many answers a dataset counts for.
  private static let answersPerDataset = 50.0
  private static let rounds = 25
  private static let sweeps = 500

  package init(penalty: Double = 0.1, caution: Double = 1) {
    self.penalty = penalty
    self.caution = caution
  }

  /// The stated probability from which answering costs less than abstaining.
  /// - Parameter wrongAnswerCost: how many abstentions one wrong answer costs; at least 1.
  package func abstentionLine(wrongAnswerCost: Double) -> Double {
    (Verdict.stated(1 - 1 / wrongAnswerCost, caution: caution) * 1000).rounded() / 1000
  }

  private struct Row {
    /// 1 for the intercept, then the features.
    var terms: [Double]
    var offset: Double
    var isRight: Bool
    var weight: Double
  }

  /// Coefficients to four significant digits; the line is left to the caller.
  package func model(
    of datasets: [[GradedInvestigation]], abstentionLine: Double
  ) -> ConfidenceModel {
    var coefficients = [Double](repeating: 0, count: AnswerFeature.allCases.count + 1)
    for _ in 0..<Self.rounds {
      let before = coefficients
      descend(&coefficients, rows(of: datasets, model(coefficients, abstentionLine)))
      if zip(before, coefficients).allSatisfy({ abs($0 - $1) < 1e-5 }) { break }
    }
    return model(coefficients.map { $0.roundedToSignificantDigits(4) }, abstentionLine)
  }

  private func model(_ coefficients: [Double], _ line: Double) -> ConfidenceModel {
    ConfidenceModel(
      intercept: coefficients[0],
      weights: Dictionary(uniqueKeysWithValues: zip(AnswerFeature.allCases, coefficients.dropFirst())),
      caution: caution, abstentionLine: line)
  }

  private func rows(of datasets: [[GradedInvestigation]], _ model: ConfidenceModel) -> [Row] {
    datasets.flatMap { dataset in
      let rows = dataset.compactMap { investigation -> Row? in
        guard let answer = investigation.answer(model) else { return nil }
        let features = investigation.suspects[answer.position].features
        let seen = answer.seen.clamped(to: 0.0005...0.9995)
        return Row(
          terms: [1] + AnswerFeature.allCases.map { features[$0] ?? 0 },
          offset: PortableMath.logarithm(seen / (1 - seen)) - model.logOdds(features), isRight: answer.isRight,
          weight: 1)
      }
      return rows.map { row in
        var row = row
        row.weight = Self.answersPerDataset / Double(rows.count)
        return row
      }
    }
  }

  private func descend(_ coefficients: inout [Double], _ rows: [Row]) {
    var logOdds = rows.map { row in
      zip(row.terms, coefficients).reduce(row.offset) { $0 + $1.0 * $1.1 }
    }
    for _ in 0..<Self.sweeps {
      var largestStep = 0.0
      for term in coefficients.indices {
        var gradient = -penalty * coefficients[term]
        var curvature = penalty + 1e-9
        for (row, odds) in zip(rows, logOdds) where row.terms[term] != 0 {
          let probability = ConfidenceModel.probability(logOdds: odds)
          gradient += row.weight * row.terms[term] * ((row.isRight ? 1 : 0) - probability)
          curvature += row.weight * row.terms[term] * row.terms[term] * probability * (1 - probability)
        }
        // A step of at most two keeps Newton's method from overshooting where the curve is flat.
        let proposed = coefficients[term] + (gradient / curvature).clamped(to: -2...2)
        let next = term == 0 ? proposed : max(proposed, 0)
        let step = next - coefficients[term]
        coefficients[term] = next
        largestStep = max(largestStep, abs(step))
        for index in rows.indices { logOdds[index] += step * rows[index].terms[term] }
      }
      if largestStep < 1e-6 { return }
    }
  }
}
