import IncidentModel

/// What would tell, where the evidence is not enough to say: full sentences, most telling first.
struct NextChecks {
  var sentences: [String] = []

  init(_ outcome: Outcome, _ findings: [IncidentReport.Finding], _ snapshot: BlackboardSnapshot) {
    guard outcome == .abstained else { return }
    let alive = findings.filter { !$0.vetoed }
    if alive.count >= 2 {
      let (first, second) = (alive[0], alive[1])
      sentences.append(
        "Tell \(first.component) (\(Wording.what(first)), \(Wording.percent(first.confidence))) from "
          + "\(second.component) (\(Wording.what(second)), \(Wording.percent(second.confidence))): "
          + "see which of them changed first.")
      sentences += [Self.missing(at: second, of: first), Self.missing(at: first, of: second)].compactMap { $0 }
    } else if let only = alive.first {
      sentences.append("Confirm or rule out \(only.component): \(Wording.lowercasedStart(only.statement))")
    } else if findings.isEmpty {
      sentences.append("Widen the window or add a source: no component stands out in what was given.")
    } else {
      sentences.append("Every suspect was ruled out; look for a component that sends no telemetry here.")
    }
    for finding in alive.prefix(2) {
      for critique in finding.critiques
      where critique.verdict == .inconclusive && critique.test != Critique.besideLeader {
        sentences.append(critique.statement)
      }
    }
    for remediation in snapshot.remediations where remediation.runbook == nil {
      sentences += remediation.steps.map(\.title)
    }
    sentences = Array(unique(sentences.map { bounded($0) }).prefix(ReportLimits.nextChecks))
  }

  /// The strongest observation of a kind that speaks for one suspect and, so far, not for the other.
  private static func missing(at other: IncidentReport.Finding, of one: IncidentReport.Finding) -> String? {
    let seen = Set(other.evidence.filter(\.supports).map(\.kind))
    let telling = one.evidence.first {
      $0.supports && [.metric, .log, .trace].contains($0.kind) && !seen.contains($0.kind)
    }
    return telling.map { "Look whether \(other.component) shows the like of this: \($0.statement)" }
  }
}
