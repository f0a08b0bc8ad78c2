import IncidentModel

/// A bar that a replay has to reach, as given to `--fail-under`.
package struct AccuracyBar: Hashable, Sendable, CustomStringConvertible {
  package var measure: Measure
  package var minimum: Double

  package enum Measure: String, Sendable, CaseIterable {
    case top1, top3, top5, avg5, mrr, metricTop1, metricTop3, metricAvg5, faultAccuracy, causeAccuracy, severalFaults
  }

  package struct SyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String
  }

  package init(measure: Measure, minimum: Double) {
    self.measure = measure
    self.minimum = minimum
  }

  package var description: String { "\(measure.rawValue)=\(minimum)" }

  /// `top1=0.7,avg5=0.8`: names of measures with a share from 0 to 1; each at most once.
  package static func parse(_ text: String) throws(SyntaxError) -> [AccuracyBar] {
    var bars: [AccuracyBar] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2, let measure = Measure(rawValue: String(sides[0])) else {
        let names = Measure.allCases.map(\.rawValue).joined(separator: ", ")
        throw SyntaxError(description: "“\(part)” is not a bar such as top1=0.7; the measures are \(names)")
      }
      guard let minimum = Double(sides[1]), (0...1).contains(minimum) else {
        throw SyntaxError(description: "“\(part)”: the bar is a share from 0 to 1")
      }
      guard !bars.contains(where: { $0.measure == measure }) else {
        throw SyntaxError(description: "“\(measure.rawValue)” is given twice")
      }
      bars.append(AccuracyBar(measure: measure, minimum: minimum))
    }
    return bars
  }
}

extension Scorecard {
  /// A sentence for every bar that was not reached. A case that failed counts as a miss here, so that a replay in
  /// which most cases could not be read does not pass.
  package func shortfalls(of bars: [AccuracyBar]) -> [String] {
    let investigated = cases > 0 ? Double(cases - failed) / Double(cases) : 0
    return bars.compactMap { bar in
      let reached = (value(of: bar.measure) * investigated).roundedToSignificantDigits(6)
      guard reached < bar.minimum else { return nil }
      let failures = failed > 0 ? ", with \(failed) of \(cases) cases failed and counted as misses" : ""
      return "\(bar.measure.rawValue) is \(reached)\(failures); the bar is \(bar.minimum)."
    }
  }

  private func value(of measure: AccuracyBar.Measure) -> Double {
    switch measure {
    case .top1: accuracy.top1
    case .top3: accuracy.top3
    case .top5: accuracy.top5
    case .avg5: accuracy.avg5
    case .mrr: accuracy.mrr
    case .metricTop1: metricAccuracy.top1
    case .metricTop3: metricAccuracy.top3
    case .metricAvg5: metricAccuracy.avg5
    case .faultAccuracy: faultAccuracy
    case .causeAccuracy: causeAccuracy
    case .severalFaults: severalFaults?.allInTop3 ?? 0
    }
  }
}
