import IncidentModel
import Reporting
import TextReading

/// Incidents whose leading cause resembles another's, by plain features that can be named: no more is claimed than what
/// both share.
struct SimilarIncidents {
  private struct Trait {
    var name: String
    var weight: Double
    /// 0…1.
    var share: Double
    var words: String
  }

  private struct Match {
    var entry: InvestigationArchive.Entry
    var score: Double
    var shared: [String]
    var different: [String]
  }

  /// Below this share of the weights nothing worth reading is common.
  private static let leastScore = 0.3

  let answer: ToolAnswer

  init(to entry: InvestigationArchive.Entry, among all: [InvestigationArchive.Entry], limit: Int) {
    guard let lead = entry.report.lead, entry.report.outcome != .healthy else {
      answer = ToolAnswer(
        text: "Incident \(entry.id) has no suspect to compare: it is \(entry.report.outcome.rawValue).",
        values: ["incident": .string(entry.id), "similar": []])
      return
    }
    let others = all.filter { $0.id != entry.id }
    let matches = others.compactMap { Self.match(lead, $0) }.sorted {
      ($1.score, $0.entry.id) < ($0.score, $1.entry.id)
    }
    let shown = matches.prefix(limit)
    var lines = [
      "\(matches.count) of \(others.count) other incidents resemble \(entry.id) "
        + "(\(lead.component), \(lead.fault.rawValue)); \(shown.count) are shown. "
        + "Compared are the leading suspects: fault, mechanism, component, its role and kind, and the families of "
        + "evidence. Whether the remedy was the same is not known."
    ]
    if entry.report.outcome == .abstained { lines.append("Its own cause is not certain, so neither is the likeness.") }
    lines += shown.map {
      "- \($0.entry.id) (\(IncidentWording.percent($0.score)) alike): \(IncidentWording.headline($0.entry)). "
        + "Shared: \($0.shared.joined(separator: ", ")). "
        + "Different: \($0.different.isEmpty ? "nothing of this" : $0.different.joined(separator: ", "))."
    }
    answer = ToolAnswer(
      text: lines.joined(separator: "\n"),
      values: [
        "incident": .string(entry.id), "compared": .number(Double(others.count)),
        "similar": .array(
          shown.map {
            [
              "id": .string($0.entry.id), "score": .number(($0.score * 1000).rounded() / 1000),
              "shared": .array($0.shared.map { .string($0) }), "different": .array($0.different.map { .string($0) }),
              "summary": IncidentWording.summary($0.entry),
            ]
          }),
      ])
  }

  private static func match(_ lead: IncidentReport.Finding, _ entry: InvestigationArchive.Entry) -> Match? {
    guard entry.report.outcome == .causeFound, let other = entry.report.lead else { return nil }
    let traits = traits(lead, other)
    let score = traits.reduce(0) { $0 + $1.weight * $1.share } / traits.reduce(0) { $0 + $1.weight }
    guard score >= leastScore else { return nil }
    return Match(
      entry: entry, score: score, shared: traits.filter { $0.share >= 0.5 }.map(\.words),
      different: traits.filter { $0.share < 0.5 }.map(\.name))
  }

  private static func traits(_ one: IncidentReport.Finding, _ two: IncidentReport.Finding) -> [Trait] {
    var traits = [
      Trait(
        name: "the kind of fault", weight: 3, share: one.fault == two.fault ? 1 : 0,
        words: "a \(two.fault.rawValue) fault"),
      Trait(
        name: "the component", weight: 2, share: one.component == two.component ? 1 : 0,
        words: "the component \(two.component)"),
      Trait(
        name: "the component's role", weight: 1,
        share: one.componentRole == two.componentRole && one.componentRole != .unknown ? 1 : 0,
        words: "the role \(two.componentRole.rawValue)"),
      Trait(
        name: "the component's kind", weight: 0.5, share: one.componentKind == two.componentKind ? 1 : 0,
        words: "the kind \(two.componentKind.rawValue)"),
    ]
    if one.cause != nil || two.cause != nil {
      traits.append(
        Trait(
          name: "the mechanism", weight: 3, share: one.cause == two.cause ? 1 : 0,
          words: "the mechanism \(two.cause ?? "")"))
    }
    let families = (families(one), families(two))
    let common = families.0.intersection(families.1)
    let union = families.0.union(families.1)
    if !union.isEmpty {
      traits.append(
        Trait(
          name: "the families of evidence", weight: 2, share: Double(common.count) / Double(union.count),
          words: "evidence of \(common.sorted().joined(separator: " and "))"))
    }
    return traits
  }

  /// The channels that gave to the score, and the kinds of evidence where there are none.
  private static func families(_ finding: IncidentReport.Finding) -> Set<String> {
    let channels = finding.channels.filter { $0.share > 0 }.map(\.channel.rawValue)
    return Set(channels.isEmpty ? finding.evidence.filter(\.supports).map(\.kind.rawValue) : channels)
  }
}
