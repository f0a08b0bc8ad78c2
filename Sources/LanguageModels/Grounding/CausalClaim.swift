/// What a sentence says about a cause, and whether it may.
struct CausalClaim {
  private let tokens: [SentenceToken]
  private let register: GroundingRegister

  init(_ tokens: [SentenceToken], _ register: GroundingRegister) {
    self.tokens = tokens
    self.register = register
  }

  static func isHedged(_ tokens: [SentenceToken]) -> Bool {
    tokens.contains { if case .word(let word) = $0 { GroundingVocabulary.hedges.contains(word) } else { false } }
  }

  /// A sentence that makes something a cause cites the finding which says so and names that component as the cause. What
  /// is not the engine's own verdict may be called a possible cause only.
  func refusal(citations: [String]) -> GroundedProse.Refusal? {
    guard let cue = tokens.indices.first(where: isCausal), case .word(let word) = tokens[cue] else { return nil }
    // A negated cause is a claim that nothing here can prove.
    if tokens.contains(where: isNegation) { return .init(.causalClaim, word) }
    let named = namedCause(cue)
    for id in citations {
      switch register.standings[id] {
      case .verdict(let component)? where named == component.lowercased(): return nil
      case .hypothesis(let component)? where named == component.lowercased() && Self.isHedged(tokens): return nil
      default: continue
      }
    }
    return .init(.causalClaim, named ?? word)
  }

  private func isCausal(_ index: Int) -> Bool {
    guard case .word(let word) = tokens[index] else { return false }
    // A chain of calls leads from one to another.
    if word == "leads" || word == "led" { return index + 1 < tokens.count && tokens[index + 1] == .word("to") }
    return GroundingVocabulary.causal.contains(word) && !register.names.contains(word)
  }

  private func isNegation(_ token: SentenceToken) -> Bool {
    if case .word(let word) = token { GroundingVocabulary.negations.contains(word) } else { false }
  }

  /// `because of X`, `caused by X`, `the cause is X`: the first name behind the word. `X caused`, `X is the cause`: the
  /// only name before it. Nil where it is not plain, or where there is more than one word of this kind between names.
  private func namedCause(_ cue: Int) -> String? {
    let names = tokens.indices.compactMap { index -> (index: Int, name: String)? in
      guard case .word(let word) = tokens[index], register.names.contains(word) else { return nil }
      return (index, word)
    }
    let last = tokens.indices.last(where: isCausal) ?? cue
    // `X led to Y, which caused Z` makes Y a cause as well.
    if names.contains(where: { cue < $0.index && $0.index < last }) { return nil }
    let follows = tokens.dropFirst(last + 1).prefix(2).contains { token in
      if case .word(let word) = token { GroundingVocabulary.causeFollows.contains(word) } else { false }
    }
    let stem = tokens[cue]
    let isPassive = follows && !isActive(last) || stem == .word("because") || stem == .word("due")
    if isPassive, let next = names.first(where: { $0.index > last }) { return next.name }
    let before = names.filter { $0.index < cue }
    return before.count == 1 ? before.first?.name : nil
  }

  /// `led to`, `X is the cause of Y`: the cause stands before.
  private func isActive(_ index: Int) -> Bool {
    guard case .word(let word) = tokens[index] else { return false }
    if ["led", "leads", "responsible", "culprit", "explains", "makes", "made", "trigger", "triggers"].contains(word) {
      return true
    }
    guard index + 1 < tokens.count else { return true }
    let isNoun = ["cause", "root", "reason", "source", "origin"].contains(word)
    return isNoun && [.word("of"), .word("in"), .word("at"), .word("for")].contains(tokens[index + 1])
      && tokens[..<index].contains { if case .word(let word) = $0 { register.names.contains(word) } else { false } }
  }
}
