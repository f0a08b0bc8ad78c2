import IncidentModel
import LanguageModels

/// Keeps sentences in which all is said by the evidence that they cite, and drops any other with the reason.
struct SentenceCheck {
  private let facts: PromptFacts
  private let grounding: Grounding

  init(_ facts: PromptFacts) {
    self.facts = facts
    grounding = Grounding(GroundingRegister(facts.citable.sorted { $0.key < $1.key }.map(\.value), names: facts.names))
  }

  func check(_ text: String, kind: String, into advice: inout ModelAdvice) {
    for sentence in grounding.check(text).sentences {
      if let refusal = sentence.refusal {
        let detail = refusal.detail.isEmpty ? "" : " (\(refusal.detail))"
        advice.dropped.append(ModelAdvice.Dropped(text: sentence.text, reason: "\(refusal.reason.rawValue)\(detail)"))
      } else {
        advice.sentences.append(ModelAdvice.Sentence(kind: kind, text: sentence.text, cites: sentence.citations))
        for id in sentence.citations { advice.grounds[id] = facts.citable[id]?.statement }
      }
    }
  }
}
