import IncidentModel
import Reporting

/// One entry of the board as a sentence.
struct BoardEntryText {
  var sequence: Int
  var author: String
  var kind: String
  var statement: String

  init(_ entry: BlackboardEntry) {
    sequence = entry.sequence
    author = entry.author.rawValue
    (kind, statement) = Self.words(entry.contribution)
  }

  private static func words(_ contribution: Contribution) -> (kind: String, statement: String) {
    switch contribution {
    case .opening(let opening):
      ("opened", "\(opening.incident.title), \(Wording.count(opening.serviceMap.components.count, "component"))")
    case .detection(let detection): ("detection", detection.statement)
    case .signal(let signal): ("signal", signal.evidence.statement)
    case .context(let note): ("context", note.statement)
    case .assessment(let assessment):
      ("ranking", assessment.ranking.prefix(5).map(\.component.rawValue).joined(separator: ", "))
    case .hypothesis(let hypothesis):
      ("suspect \(hypothesis.id)", "\(Wording.percent(hypothesis.confidence)): \(hypothesis.statement)")
    case .critique(let critique):
      ("test of \(critique.hypothesis)", "\(Wording.slug(critique.test)): \(critique.statement)")
    case .remediation(let remediation): ("advice \(remediation.id)", remediation.title)
    case .diagnostic(let diagnostic): ("not seen", diagnostic.statement)
    case .advice(let advice):
      ("model", advice.failure ?? advice.sentences.first?.text ?? "\(advice.agent) asked and nothing stood")
    case .conclusion(let conclusion): ("concluded", conclusion.reason)
    }
  }
}
