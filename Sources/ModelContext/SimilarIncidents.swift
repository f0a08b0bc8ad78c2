import IncidentModel
import Reporting
import TextReading

/// Incidents whose leading cause resembles another's, by plain features that can be named: no more is claimed than what
/// both share.
struct SimilarIncidents {
  private struct Match {
    var entry: InvestigationArchive.Entry
    var likeness: SuspectTraits.Likeness
  }

  let answer: ToolAnswer

  init(to entry: InvestigationArchive.Entry, among all: [InvestigationArchive.Entry], limit: Int) {
    guard let lead = entry.report.lead, entry.report.outcome != .healthy else {
      answer = ToolAnswer(
        text: "Incident \(entry.id) has no suspect to compare: it is \(entry.report.outcome.rawValue).",
        values: ["incident": .string(entry.id), "similar": []])
      return
    }
    let others = all.filter { $0.id != entry.id }
    let traits = SuspectTraits(lead)
    let matches = others.compactMap { entry -> Match? in
      guard entry.report.outcome == .causeFound, let other = entry.report.lead else { return nil }
      return traits.likeness(to: SuspectTraits(other)).map { Match(entry: entry, likeness: $0) }
    }.sorted { ($1.likeness.score, $0.entry.id) < ($0.likeness.score, $1.entry.id) }
    let shown = matches.prefix(limit)
    var lines = [
      "\(matches.count) of \(others.count) other incidents resemble \(entry.id) "
        + "(\(lead.component), \(lead.fault.rawValue)); \(shown.count) are shown. "
        + "Compared are the leading suspects: fault, mechanism, component, its role and kind, and the families of "
        + "evidence. Whether the remedy was the same is not known."
    ]
    if entry.report.outcome == .abstained { lines.append("Its own cause is not certain, so neither is the likeness.") }
    lines += shown.map {
      "- \($0.entry.id) (\(IncidentWording.percent($0.likeness.score)) alike): \(IncidentWording.headline($0.entry)). "
        + "Shared: \($0.likeness.shared.joined(separator: ", ")). "
        + "Different: \($0.likeness.different.isEmpty ? "nothing of this" : $0.likeness.different.joined(separator: ", "))."
    }
    answer = ToolAnswer(
      text: lines.joined(separator: "\n"),
      values: [
        "incident": .string(entry.id), "compared": .number(Double(others.count)),
        "similar": .array(
          shown.map {
            [
              "id": .string($0.entry.id), "score": .number(($0.likeness.score * 1000).rounded() / 1000),
              "shared": .array($0.likeness.shared.map { .string($0) }),
              "different": .array($0.likeness.different.map { .string($0) }),
              "summary": IncidentWording.summary($0.entry),
            ]
          }),
      ])
  }
}

extension SuspectTraits {
  init(_ finding: IncidentReport.Finding) {
    let channels = finding.channels.filter { $0.share > 0 }.map(\.channel.rawValue)
    self.init(
      component: finding.component, componentKind: finding.componentKind, componentRole: finding.componentRole,
      fault: finding.fault, cause: finding.cause,
      families: Set(channels.isEmpty ? finding.evidence.filter(\.supports).map(\.kind.rawValue) : channels))
  }
}

extension InvestigationArchive {
  /// Incidents whose cause was found, newest first, but for one.
  package func pastIncidents(except incident: String) async throws -> [PastIncident] {
    try await entries().compactMap { entry in
      guard entry.report.incident.id != incident, entry.report.outcome == .causeFound, let lead = entry.report.lead
      else { return nil }
      return PastIncident(
        id: entry.id, onset: entry.report.incident.onset, suspect: SuspectTraits(lead), confidence: lead.confidence)
    }
  }
}
