import IncidentModel

/// Issues `E1`, `E2`, … in order of appearance and remembers what each can draw.
struct EvidenceRegister {
  /// Evidence identifier to the points of its chart.
  private(set) var excerpts: [String: SeriesExcerpt] = [:]
  private var identifiers: [Key: String] = [:]

  /// The same query with the same result, said in the same way, is one item wherever it is cited.
  private struct Key: Hashable {
    var query: Evidence.Query
    var digest: String
    var statement: String

    init(_ evidence: Evidence) {
      query = evidence.query
      digest = evidence.digest
      statement = evidence.statement
    }
  }

  /// `supports` says which way the observation speaks where it is cited; without it, as the observer saw it.
  mutating func item(for evidence: Evidence, supports: Bool? = nil) -> IncidentReport.EvidenceItem {
    let key = Key(evidence)
    let id = identifiers[key] ?? "E\(identifiers.count + 1)"
    identifiers[key] = id
    if excerpts[id] == nil { excerpts[id] = evidence.excerpt?.isDrawable == true ? evidence.excerpt : nil }
    var query = evidence.query
    query.expression = bounded(query.expression, limit: 4000)
    return IncidentReport.EvidenceItem(
      id: id, kind: evidence.kind, supports: supports ?? evidence.supports, statement: bounded(evidence.statement),
      query: query, digest: evidence.digest, value: evidence.value.roundedToSignificantDigits(6),
      unit: bounded(evidence.unit, limit: 60))
  }

  func identifier(of evidence: Evidence) -> String? {
    identifiers[Key(evidence)]
  }
}

extension SeriesExcerpt {
  /// Whether at least two finite points with ascending times are there to draw.
  var isDrawable: Bool {
    guard times.count == values.count, times.count >= 2 else { return false }
    guard zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) else { return false }
    return values.count { $0?.isFinite == true } >= 2
  }
}

/// The text, cut at a number of characters so that one log line cannot fill a report.
func bounded(_ text: String, limit: Int = ReportLimits.statementLength) -> String {
  guard text.utf8.count > limit, text.count > limit else { return text }
  return String(text.prefix(limit - 1)) + "…"
}
