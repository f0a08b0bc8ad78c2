/// Checks prose that a model wrote, sentence by sentence, against what may be cited.
///
/// A sentence is kept only where everything that it says stands in the evidence that it cites: every number with its unit
/// and its part (seen, normal, in excess), every name, the direction, every negation, every word that claims something.
/// What is not recognised is not believed: a true sentence in unusual words is dropped, which costs a nice sentence; a
/// false one in a report would cost trust.
package struct Grounding: Sendable {
  private let register: GroundingRegister
  package static let maximumSentences = 60
  package static let maximumSentenceCharacters = 600

  package init(_ register: GroundingRegister) { self.register = register }

  package func check(_ prose: String) -> GroundedProse {
    let sentences = SentenceSplitting.sentences(of: prose)
    return GroundedProse(
      sentences: sentences.prefix(Self.maximumSentences).map { check(sentence: $0) }
        + sentences.dropFirst(Self.maximumSentences).prefix(Self.maximumSentences).map {
          GroundedProse.Sentence(
            text: String($0.prefix(200)), citations: [], refusal: .init(.tooLong, "too many sentences"))
        })
  }

  private func check(sentence text: String) -> GroundedProse.Sentence {
    guard text.count <= Self.maximumSentenceCharacters else {
      return GroundedProse.Sentence(
        text: String(text.prefix(200)), citations: [], refusal: .init(.tooLong, "\(text.count) characters"))
    }
    let tokens = QuantityRoles.assigned(SentenceLexer.tokens(of: text))
    var citations: [String] = []
    for case .citation(let ids) in tokens { citations += ids.filter { !citations.contains($0) } }
    return GroundedProse.Sentence(text: text, citations: citations, refusal: refusal(text, tokens, citations))
  }

  private func refusal(
    _ text: String, _ tokens: [SentenceToken], _ citations: [String]
  ) -> GroundedProse.Refusal? {
    if let scalar = text.unicodeScalars.first(where: Self.isUnreadable) {
      return .init(.unreadable, "U+\(String(scalar.value, radix: 16, uppercase: true))")
    }
    let small = text.lowercased()
    if let mark = GroundingVocabulary.forbidden.first(where: small.contains) { return .init(.commandOrAddress, mark) }
    if citations.isEmpty { return .init(.noCitation, "") }
    if let unknown = citations.first(where: { register.facts[$0] == nil }) { return .init(.unknownCitation, unknown) }
    if case .word(let first)? = tokens.first(where: { $0 != .stop }), GroundingVocabulary.imperatives.contains(first) {
      return .init(.instruction, first)
    }
    if let refusal = CausalClaim(tokens, register).refusal(citations: citations) { return refusal }
    guard tokens.contains(where: saysSomething) else { return .init(.saysNothing, "") }
    let isHedged = CausalClaim.isHedged(tokens)
    for segment in Segment.segments(of: tokens) {
      let facts = segment.citations.flatMap { register.facts[$0] ?? [] }
      if let refusal = SegmentCheck(register: register, facts: facts, isHedged: isHedged).refusal(of: segment.tokens) {
        return refusal
      }
    }
    return nil
  }

  /// Whether there is a number, a moment, a quotation or a word that claims something.
  private func saysSomething(_ token: SentenceToken) -> Bool {
    switch token {
    case .quantity, .clock, .quotation: true
    case .word(let word):
      !GroundingVocabulary.neutral.contains(word) && !GroundingVocabulary.baselineCues.contains(word)
        && !register.names.contains(word)
    case .citation, .stop: false
    }
  }

  /// Controls and what shows nothing.
  private static func isUnreadable(_ scalar: Unicode.Scalar) -> Bool {
    if (0x20...0x7E).contains(scalar.value) { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: return true
    default: return false
    }
  }
}

/// Prose with what became of each sentence.
package struct GroundedProse: Hashable, Sendable {
  package enum Reason: String, Hashable, Sendable, CaseIterable {
    case noCitation = "no-citation"
    case unknownCitation = "unknown-citation"
    case unsupportedNumber = "unsupported-number"
    case unsupportedTime = "unsupported-time"
    case unsupportedName = "unsupported-name"
    /// A word that claims something which the cited evidence does not say.
    case unsupportedWord = "unsupported-word"
    case unsupportedQuotation = "unsupported-quotation"
    case wrongDirection = "wrong-direction"
    /// Says no where the evidence says yes, or yes where it says no.
    case negation
    /// Each part is supported, but by different observations.
    case mixedEvidence = "mixed-evidence"
    case causalClaim = "causal-claim"
    case commandOrAddress = "command-or-address"
    case instruction
    /// Nothing beside names and citations.
    case saysNothing = "says-nothing"
    case unreadable
    case tooLong = "too-long"
  }

  package struct Refusal: Hashable, Sendable {
    package var reason: Reason
    /// The word, number or identifier at fault.
    package var detail: String

    init(_ reason: Reason, _ detail: String) {
      self.reason = reason
      self.detail = detail
    }
  }

  package struct Sentence: Hashable, Sendable {
    package var text: String
    /// In the order in which they stand.
    package var citations: [String]
    /// Nil for a sentence that is kept.
    package var refusal: Refusal?
  }

  package var sentences: [Sentence]

  package var kept: [Sentence] { sentences.filter { $0.refusal == nil } }
  package var dropped: [Sentence] { sentences.filter { $0.refusal != nil } }
  /// What may be shown; empty where nothing is left.
  package var keptText: String { kept.map(\.text).joined(separator: " ") }
}
