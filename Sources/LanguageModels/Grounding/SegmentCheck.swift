/// Checks one part of a sentence against the facts that it cites.
///
/// The part is cut at commas and joining words into pieces; each piece has to be supported by one fact as a whole, and a
/// piece that goes on about the same thing by the same fact as the piece before it, so that the numbers of one component
/// or metric cannot be given to another that is cited beside it.
struct SegmentCheck {
  var register: GroundingRegister
  var facts: [Fact]
  var isHedged: Bool

  func refusal(of tokens: [SentenceToken]) -> GroundedProse.Refusal? {
    var earlier: [Fact]?
    var names: [String] = []
    for piece in pieces(of: tokens) {
      var candidates: [Fact]
      switch supporters(of: piece) {
      case .success(let supporters): candidates = supporters
      case .failure(let failure): return failure.refusal
      }
      if let earlier, piece.names.isEmpty {
        candidates = candidates.filter {
          piece.hasSubject ? names.allSatisfy($0.names.contains) : earlier.contains($0)
        }
        if candidates.isEmpty { return .init(.mixedEvidence, piece.summary) }
      }
      if !piece.names.isEmpty { names = piece.names }
      earlier = candidates
    }
    return nil
  }

  private struct Failure: Error {
    var refusal: GroundedProse.Refusal
  }

  /// The facts that support the piece as a whole; for several names and no number, some fact for each name.
  private func supporters(of piece: Piece) -> Result<[Fact], Failure> {
    var first: GroundedProse.Refusal?
    var supporting: [Fact] = []
    for fact in facts {
      if let refusal = refusal(of: piece, by: fact) {
        // The refusal that came farthest says most.
        if first == nil || first?.reason == .unsupportedName { first = refusal }
      } else {
        supporting.append(fact)
      }
    }
    if supporting.isEmpty, piece.isList, piece.quantities.isEmpty, piece.times.isEmpty {
      let each = piece.names.map { name in facts.filter { refusal(of: piece.about(name), by: $0) == nil } }
      if each.allSatisfy({ !$0.isEmpty }) { return .success(each.flatMap { $0 }) }
    }
    guard supporting.isEmpty else { return .success(supporting) }
    return .failure(Failure(refusal: first ?? .init(.noCitation, "")))
  }

  private func refusal(of piece: Piece, by fact: Fact) -> GroundedProse.Refusal? {
    if let name = piece.names.first(where: { !fact.names.contains($0) }) { return .init(.unsupportedName, name) }
    if Set(piece.names).count > 1, !fact.hasInOrder(piece.names) {
      return .init(.unsupportedName, piece.names.joined(separator: ", "))
    }
    if Set(piece.names).count > 1, let word = piece.prepositions.first(where: { !fact.words.contains($0) }) {
      return .init(.unsupportedWord, word)
    }
    for word in piece.words where !isSupported(word, by: fact) { return .init(.unsupportedWord, word) }
    let isRising = piece.words.contains(where: GroundingVocabulary.rising.contains)
    let isFalling = piece.words.contains(where: GroundingVocabulary.falling.contains)
    if let word = wrongDirection(in: piece.words, fact) { return .init(.wrongDirection, word) }
    if Set(piece.negations) != fact.negations, !(piece.isBare && piece.names.count < 2) {
      return .init(.negation, piece.negations.first ?? fact.negations.sorted().first ?? "")
    }
    if !fact.hasVersionsInOrder(piece.words) { return .init(.unsupportedNumber, "the order of the versions") }
    for quantity in piece.quantities where !fact.supports(quantity, isFalling: isFalling && !isRising) {
      return .init(.unsupportedNumber, "\(quantity.value)")
    }
    if !isInOrder(piece.quantities, fact) { return .init(.unsupportedNumber, "the order of the numbers") }
    for time in piece.times where !fact.supports(time) { return .init(.unsupportedTime, time.time ?? time.date ?? "") }
    for quotation in piece.quotations where !fact.text.contains(quotation) {
      return .init(.unsupportedQuotation, quotation)
    }
    return nil
  }

  private func isSupported(_ word: String, by fact: Fact) -> Bool {
    if fact.stems.contains(GroundingVocabulary.stem(word)) { return true }
    if GroundingVocabulary.rising.contains(word) || GroundingVocabulary.falling.contains(word) { return true }
    if GroundingVocabulary.negations.contains(word) { return true }
    return false
  }

  /// A direction word that the fact does not bear out: by its numbers, or by the same word in it.
  private func wrongDirection(in words: [String], _ fact: Fact) -> String? {
    words.first { word in
      let isRising = GroundingVocabulary.rising.contains(word)
      guard isRising || GroundingVocabulary.falling.contains(word) else { return false }
      if GroundingVocabulary.ofDuration.contains(word),
        fact.stems.isDisjoint(with: ["latency", "duration", "tim", "second"])
      {
        return !fact.stems.contains(GroundingVocabulary.stem(word))
      }
      if fact.direction != .none { return fact.direction != (isRising ? .up : .down) }
      return !fact.stems.contains(GroundingVocabulary.stem(word))
    }
  }

  /// Counts without a unit have nothing but their order to tell them apart: `5 of 15` is not `15 of 5`.
  private func isInOrder(_ stated: [StatedQuantity], _ fact: Fact) -> Bool {
    for role in Set(stated.map(\.role)) {
      var rest = fact.quantities.filter { $0.dimension == .plain && $0.role == role }[...]
      for quantity in stated where quantity.dimension == .plain && quantity.role == role {
        guard let place = rest.firstIndex(where: { quantity.agrees(with: $0.value) }) else { return false }
        rest = rest[(place + 1)...]
      }
    }
    return true
  }
}

/// A stretch of words without a comma or joining word in it.
struct Piece {
  /// Words that claim something, without names.
  var words: [String] = []
  var names: [String] = []
  /// Which of two names does something to the other hangs on these.
  var prepositions: [String] = []
  var quantities: [StatedQuantity] = []
  var times: [StatedTime] = []
  var quotations: [String] = []
  /// Whether its names are a list of which the same is said, one by one.
  var isList = false

  var negations: [String] { words.filter(GroundingVocabulary.negations.contains) }
  /// Whether it names something of its own that is observed, such as a metric.
  var hasSubject: Bool {
    words.contains {
      !GroundingVocabulary.rising.contains($0) && !GroundingVocabulary.falling.contains($0)
        && !GroundingVocabulary.negations.contains($0) && !GroundingVocabulary.excessCues.contains($0)
    }
  }
  /// Names and neutral words alone.
  var isBare: Bool { words.isEmpty && quantities.isEmpty && times.isEmpty && quotations.isEmpty }
  var isEmpty: Bool { isBare && names.isEmpty }
  var summary: String { (names + words).joined(separator: " ") }

  func about(_ name: String) -> Piece {
    var copy = self
    copy.names = [name]
    return copy
  }
}

extension SegmentCheck {
  fileprivate static let joints: Set<String> = ["and", "while", "but", "whereas", "which", "or"]

  func pieces(of tokens: [SentenceToken]) -> [Piece] {
    var pieces: [Piece] = []
    var current = Piece()
    func close() {
      guard !current.isEmpty else { return }
      // `A and B are slow`: what is said of B is said of A.
      if let last = pieces.last, last.isBare {
        pieces.removeLast()
        current.isList = current.names.count <= 1
        current.names = last.names + current.names
      }
      pieces.append(current)
      current = Piece()
    }
    for (index, token) in tokens.enumerated() {
      switch token {
      case .stop: close()
      case .word(let word) where Self.joints.contains(word) && !isBand(index, tokens): close()
      case .word(let word): take(word, at: index, of: tokens, into: &current)
      case .quantity(let quantity): current.quantities.append(quantity)
      case .clock(let time): current.times.append(time)
      case .quotation(let text):
        current.quotations.append(text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " "))
      case .citation: break
      }
    }
    close()
    // `along calls: A, B, C`: the list belongs to what stands before it.
    if pieces.count > 1, let last = pieces.last, last.isBare {
      pieces.removeLast()
      pieces[pieces.count - 1].names += last.names
    }
    return pieces
  }

  /// The `and` of `between 55 ms and 71 ms`.
  private func isBand(_ index: Int, _ tokens: [SentenceToken]) -> Bool {
    guard index > 0, index + 1 < tokens.count, case .quantity(let before) = tokens[index - 1] else { return false }
    if case .quantity = tokens[index + 1] { return before.role == .band }
    return false
  }

  private func take(_ word: String, at index: Int, of tokens: [SentenceToken], into piece: inout Piece) {
    if register.names.contains(word) {
      piece.names.append(word)
      return
    }
    if let slash = word.firstIndex(of: "/"), register.names.contains(String(word[..<slash])) {
      piece.names.append(String(word[..<slash]))
    }
    // `more than 3`: part of the number.
    if index + 1 < tokens.count, isComparison(word, before: tokens[index + 1], tokens.dropFirst(index + 2).first) {
      return
    }
    if word == "than", !comparesWithNormal(tokens.dropFirst(index + 1)) { piece.words.append(word) }
    if GroundingVocabulary.prepositions.contains(word) { piece.prepositions.append(word) }
    guard !Self.saysNothing(word) else { return }
    if GroundingVocabulary.hedges.contains(word) || isHedged && GroundingVocabulary.causal.contains(word) { return }
    // Causal words were checked for the whole sentence.
    if GroundingVocabulary.causal.contains(word) { return }
    piece.words.append(word)
  }

  /// Whether a number or what is usual follows: two components are not compared by anybody but the engine.
  private func comparesWithNormal(_ tokens: ArraySlice<SentenceToken>) -> Bool {
    for token in tokens {
      switch token {
      case .quantity: return true
      case .word(let word) where GroundingVocabulary.baselineCues.contains(word): return true
      case .word(let word) where ["the", "its", "a"].contains(word): continue
      default: return false
      }
    }
    return false
  }

  private static func saysNothing(_ word: String) -> Bool {
    GroundingVocabulary.neutral.contains(word) || GroundingVocabulary.baselineCues.contains(word)
      || GroundingVocabulary.bandCues.contains(word)
  }

  private func isComparison(_ word: String, before next: SentenceToken, _ afterNext: SentenceToken?) -> Bool {
    if case .quantity = next {
      return GroundingVocabulary.atLeast.contains(word) || GroundingVocabulary.atMost.contains(word)
        || GroundingVocabulary.about.contains(word) || word == "least" || word == "most"
    }
    guard case .quantity? = afterNext else { return false }
    return next == .word("than") && ["more", "less", "fewer"].contains(word) || next == .word("to") && word == "up"
  }
}
