import Foundation
import IncidentModel

/// A replay's result, `tocsin.scorecard/1`: how right, how sure and how quick, beside trivial answers.
package struct Scorecard: Hashable, Sendable, Codable {
  package var schema = "tocsin.scorecard/1"
  package var dataset: String
  package var adapter: String
  /// Cases with a fault, those that failed included. Every figure is over the others.
  package var cases: Int
  package var failed: Int
  package var granularity = "component"
  package var accuracy: MeasuredAccuracy
  package var metricAccuracy: MetricAccuracy
  /// Share of the cases with a known fault kind whose first answer names that kind.
  package var faultAccuracy: Double
  /// The same among the cases whose first answer names the right component.
  package var faultAccuracyWhereRight: Double
  /// How many cases have a known fault kind.
  package var faultCases: Int
  /// Share of the cases with a known cause whose first answer names that cause at the right component.
  package var causeAccuracy: Double
  /// How many cases have a known cause, whatever the number of their faults.
  package var causeCases: Int
  /// Cases with several independent faults; nil where there are none.
  package var severalFaults: SeveralFaults?
  package var calibration: Calibration
  package var abstained: Int
  /// Wrong first answers at confidence 0.8 or more.
  package var wrongAndConfident: Int
  package var healthy: Healthy
  package var baselines: Baselines
  /// What a language model could change; nil where it was not measured.
  package var adviceBounds: AdviceBounds?
  /// What a language model changed and cost; nil where none was asked.
  package var model: ModelEffect?
  package var byGroup: [String: GroupAccuracy]
  package var seconds: Seconds
  package var results: [Result]
  package var failures: [Failure]

  package static let confidentFrom = 0.8

  /// How many cases with a fault every figure is over.
  package var scored: Int { cases - failed }

  /// True where all failed, so that nothing was measured.
  package var isWithoutCases: Bool { scored == 0 && healthy.cases == 0 }

  package struct MeasuredAccuracy: Hashable, Sendable, Codable {
    package var top1: Double
    package var top3: Double
    package var top5: Double
    package var avg5: Double
    package var mrr: Double
    /// 95 % bootstrap intervals, low and high.
    package var ci95: [String: [Double]]
  }

  package struct MetricAccuracy: Hashable, Sendable, Codable {
    package var top1: Double
    package var top3: Double
    package var top5: Double
    package var avg5: Double
    /// How many cases name a metric.
    package var cases: Int
  }

  package struct SeveralFaults: Hashable, Sendable, Codable {
    package var cases: Int
    /// Share of them in which every fault's cause is named, at its component, among the first three findings; with
    /// more than three faults, among as many as there are.
    package var allInTop3: Double
  }

  package struct Healthy: Hashable, Sendable, Codable {
    package var cases: Int
    package var falseAlarms: Int
    /// Something was seen, but no cause named.
    package var abstained: Int
    package var results: [HealthyEntry]
  }

  package struct HealthyEntry: Hashable, Sendable, Codable {
    package var `case`: String
    package var outcome: Outcome
    package var named: ComponentID?
    package var confidence: Double?
    package var seconds: Double
  }

  package struct GroupAccuracy: Hashable, Sendable, Codable {
    package var cases: Int
    package var top1: Double
    package var top3: Double
    package var avg5: Double
  }

  package struct Seconds: Hashable, Sendable, Codable {
    package var total: Double
    package var perCase: Percentiles

    package struct Percentiles: Hashable, Sendable, Codable {
      package var p50: Double
      package var p99: Double
    }
  }

  package struct Failure: Hashable, Sendable, Codable {
    package var `case`: String
    package var error: String
  }

  /// One line, sorted keys, slashes unescaped, ending in a newline.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}

extension Scorecard {
  /// One case beside its truth; `rank`, `confidence` and `fault` are written as null where there is none.
  package struct Result: Hashable, Sendable, Codable {
    package var `case`: String
    package var group: String
    package var truth: [ComponentID]
    package var trueFault: FaultKind?
    package var causes: CaseResult.CauseResult?
    package var ranking: [ComponentID]
    package var rank: Int?
    package var metricRank: Int?
    package var confidence: Double?
    package var fault: FaultKind?
    package var outcome: Outcome
    package var seconds: Double

    private enum CodingKeys: String, CodingKey {
      case `case`, group, truth, trueFault, causes, ranking, rank, metricRank, confidence, fault, outcome, seconds
    }

    package init(_ result: CaseResult) {
      self.case = result.caseID
      group = result.group
      truth = result.key.truth
      trueFault = result.trueFault
      causes = result.causes
      ranking = result.ranking
      rank = result.rank
      metricRank = result.metric?.rank
      confidence = result.confidence
      fault = result.fault
      outcome = result.outcome
      seconds = result.seconds
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(self.case, forKey: .case)
      try container.encode(group, forKey: .group)
      try container.encode(truth, forKey: .truth)
      try container.encode(trueFault, forKey: .trueFault)
      try container.encodeIfPresent(causes, forKey: .causes)
      try container.encode(ranking, forKey: .ranking)
      try container.encode(rank, forKey: .rank)
      try container.encode(metricRank, forKey: .metricRank)
      try container.encode(confidence, forKey: .confidence)
      try container.encode(fault, forKey: .fault)
      try container.encode(outcome, forKey: .outcome)
      try container.encode(seconds, forKey: .seconds)
    }
  }
}
