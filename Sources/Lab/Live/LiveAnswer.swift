import Foundation
import IncidentModel

/// What `tocsin investigate` answered, beside what is true.
package struct LiveAnswer: Sendable, Equatable {
  package struct Finding: Sendable, Equatable, Decodable {
    package var component: String
    package var fault: String
    package var confidence: Double
  }

  private struct Report: Decodable {
    var outcome: String
    var findings: [Finding]
  }

  /// The alert that it was asked about; nil where none was named.
  package let alert: String?
  package let outcome: String
  /// Best first.
  package let findings: [Finding]
  /// Of the right component among the findings, from 1; nil where it is not there.
  package let rank: Int?
  /// Whether the right component was given the right kind of fault; nil where it is not found or its fault has no kind.
  package let isKindRight: Bool?

  /// - Parameter report: as `--format json` writes it.
  /// - Throws: `LabError` for what is no report.
  package init(_ report: Data, alert: String?, fault: Fault, target: String) throws {
    guard let report = try? JSONDecoder().decode(Report.self, from: report) else {
      throw LabError("what tocsin investigate wrote is no report")
    }
    self.alert = alert
    outcome = report.outcome
    findings = report.findings
    let right = Set([target] + fault.alsoAccept)
    let place = report.findings.firstIndex { right.contains($0.component) }
    rank = place.map { $0 + 1 }
    let given = place.map { report.findings[$0].fault }
    isKindRight = given.flatMap { given in fault.kind.map { given == $0.rawValue } }
  }

  /// One line for each of the first three findings, and one for the truth.
  package func lines(fault: Fault, target: String) -> [String] {
    let asked = alert.map { "asked about \($0)" } ?? "asked without an alert"
    let found = findings.prefix(3).enumerated().map { place, one in
      "  \(place + 1). \(one.component), \(one.fault), \(Int((one.confidence * 100).rounded())) %"
    }
    let also = fault.alsoAccept.isEmpty ? "" : " (or \(fault.alsoAccept.joined(separator: ", ")))"
    let kind = isKindRight.map { $0 ? ", its kind right" : ", its kind wrong" } ?? ""
    return ["\(asked): \(outcome)"] + (found.isEmpty ? ["  nothing was found"] : found) + [
      "  true: \(target)\(also), \(fault.kind?.rawValue ?? fault.name) — "
        + (rank.map { "found at place \($0)\(kind)" } ?? "not found")
    ]
  }
}
