import IncidentModel
import LanguageModels

/// Keeps a sentence that names what it rests on, and drops any other.
struct SentenceCheck {
  private let facts: PromptFacts

  init(_ facts: PromptFacts) { self.facts = facts }

  func check(_ text: String, kind: String, into advice: inout ModelAdvice) {
    let cited = text.matches(of: /\[([A-Za-z0-9.]+(?:, ?[A-Za-z0-9.]+)*)\]/).flatMap {
      $0.1.split(separator: ",").map { String($0).trimmingPrefix(" ") }.map(String.init)
    }
    guard !cited.isEmpty else {
      advice.dropped.append(ModelAdvice.Dropped(text: text, reason: "it cites nothing"))
      return
    }
    if let unknown = cited.first(where: { facts.statements[$0] == nil }) {
      advice.dropped.append(ModelAdvice.Dropped(text: text, reason: "\(unknown) was not issued"))
      return
    }
    advice.sentences.append(ModelAdvice.Sentence(kind: kind, text: text, cites: cited))
    for id in cited { advice.grounds[id] = facts.statements[id] }
  }
}
