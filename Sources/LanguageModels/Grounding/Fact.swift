import IncidentModel

/// One thing that a cited statement says: its words, names and numbers. A statement with semicolons says several.
struct Fact: Hashable {
  enum Direction: Hashable { case up, down, none }

  /// Stems of the words, and of the parts of metrics' and operations' identifiers.
  private(set) var stems: Set<String> = []
  /// All words as they stand.
  private(set) var words: Set<String> = []
  /// Names of components in the order in which the statement has them.
  private(set) var names: [String] = []
  private(set) var quantities: [StatedQuantity] = []
  /// Words that begin with a digit, such as versions, in their order.
  private(set) var versions: [String] = []
  private(set) var times: [StatedTime] = []
  private(set) var moments: [Timestamp] = []
  private(set) var negations: Set<String> = []
  private(set) var direction = Direction.none
  /// The whole statement in small letters with single blanks, for quotations.
  private(set) var text = ""

  /// The parts of a statement between semicolons, each with what stands before the statement's first colon.
  static func facts(of item: Citable, names: Set<String>) -> [Fact] {
    let parts = item.statement.split(separator: ";").map(String.init)
    guard parts.count > 1, let colon = parts[0].firstRange(of: ": ") else { return [Fact(item.statement, item, names)] }
    let head = parts[0][..<colon.upperBound]
    return [Fact(parts[0], item, names)] + parts.dropFirst().map { Fact(head + $0, item, names) }
  }

  private init(_ statement: String, _ item: Citable, _ known: Set<String>) {
    text = item.statement.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let tokens = QuantityRoles.assigned(SentenceLexer.tokens(of: statement))
    for token in tokens {
      switch token {
      case .word(let word): take(word, known)
      case .quantity(let quantity): quantities.append(quantity)
      case .clock(let time): times.append(time)
      // What a log line says is quoted, and may be cited as a quotation only.
      case .quotation, .citation, .stop: break
      }
    }
    for words in item.words {
      for case .word(let word) in SentenceLexer.tokens(of: words) { take(word, known, isName: false) }
    }
    moments = item.times
    for measure in item.measures { refine(with: measure) }
    findDirection()
  }

  private mutating func take(_ word: String, _ known: Set<String>, isName: Bool = true) {
    words.insert(word)
    if GroundingVocabulary.negations.contains(word) { negations.insert(word) }
    if known.contains(word) {
      if isName { names.append(word) }
      // Its parts may be the names of others.
      return
    }
    if word.first?.isNumber == true { versions.append(word) }
    stems.insert(GroundingVocabulary.stem(word))
    let parts = word.split { !$0.isLetter && !$0.isNumber }
    if parts.count > 1 {
      for part in parts where !known.contains(String(part)) { stems.insert(GroundingVocabulary.stem(String(part))) }
      // `payment/charge` names the component before the operation.
      if isName, let slash = word.firstIndex(of: "/"), known.contains(String(word[..<slash])) {
        names.append(String(word[..<slash]))
      }
    }
  }

  /// The value of the evidence has more digits than the number in the sentence that it stands behind.
  private mutating func refine(with measure: Citable.Measure) {
    guard let unit = StatedUnit.dimension(of: measure.unit) ?? (measure.unit.isEmpty ? (.plain, 1) : nil) else {
      return
    }
    let value = measure.value * unit.factor
    let same = quantities.filter { $0.dimension == unit.dimension && abs($0.value - value) <= abs(value) * 0.006 }
    if let stated = same.first {
      var precise = stated
      precise.value = value
      if !quantities.contains(precise) { quantities.append(precise) }
    } else if stems.contains("confidenc"), unit.dimension == .share {
      quantities.append(StatedQuantity(value: value, dimension: .share, halfStep: 0, isWhole: false))
    }
  }

  /// From the first value beside what is normal for it; otherwise from what is said to be in excess.
  private mutating func findDirection() {
    if let (observed, baseline) = comparison {
      direction = observed == baseline ? .none : observed > baseline ? .up : .down
    } else if quantities.contains(where: { $0.role == .excess && $0.value > 0 }) {
      direction = .up
    }
  }

  private var comparison: (observed: Double, baseline: Double)? {
    for observed in quantities where observed.role == .observed {
      if let baseline = quantities.first(where: { $0.role == .baseline && $0.dimension == observed.dimension }) {
        return (observed.value, baseline.value)
      }
    }
    return nil
  }

  /// Whether the number is one of the fact's, in the same part: what was seen, what is normal, what is in excess.
  func supports(_ stated: StatedQuantity, isFalling: Bool) -> Bool {
    if quantities.contains(where: {
      $0.dimension == stated.dimension && $0.role == stated.role && stated.agrees(with: $0.value)
    }) {
      return true
    }
    guard stated.dimension == .multiple, let (observed, baseline) = comparison, observed > 0, baseline > 0 else {
      return false
    }
    let multiple = observed / baseline
    return stated.agrees(with: multiple) || isFalling && direction == .down && stated.agrees(with: 1 / multiple)
  }

  func supports(_ time: StatedTime) -> Bool {
    moments.contains { time.agrees(with: $0) }
      || times.contains { own in
        (time.date == nil || time.date == own.date)
          && (time.time == nil || own.time.map { $0.hasPrefix(time.time ?? "") } ?? false)
      }
  }

  /// Whether the names stand in the statement in this order.
  func hasInOrder(_ wanted: [String]) -> Bool { Self.has(wanted, inOrderIn: names) }

  /// From which version to which: not the other way round.
  func hasVersionsInOrder(_ words: [String]) -> Bool {
    Self.has(words.filter { $0.first?.isNumber == true }, inOrderIn: versions)
  }

  private static func has(_ wanted: [String], inOrderIn all: [String]) -> Bool {
    var rest = all[...]
    for word in wanted {
      guard let place = rest.firstIndex(of: word) else { return false }
      rest = rest[place...]
    }
    return true
  }
}

/// What each number of a sentence is said to be, from the words around it.
enum QuantityRoles {
  static func assigned(_ tokens: [SentenceToken]) -> [SentenceToken] {
    var result = tokens
    for (index, token) in tokens.enumerated() {
      guard case .quantity(var quantity) = token else { continue }
      if let (previous, joint) = neighbour(before: index, in: result), inherits(joint, previous, quantity) {
        quantity.role = previous.role
      } else {
        quantity.role = role(at: index, in: tokens)
      }
      quantity.bound = bound(at: index, in: tokens)
      result[index] = .quantity(quantity)
    }
    return result
  }

  /// The number before, with one word or stop between.
  private static func neighbour(
    before index: Int, in tokens: [SentenceToken]
  ) -> (previous: StatedQuantity, joint: String)? {
    guard index >= 2, case .quantity(let previous) = tokens[index - 2] else { return nil }
    if case .word(let joint) = tokens[index - 1] { return (previous, joint) }
    return tokens[index - 1] == .stop ? (previous, "–") : nil
  }

  /// `55 ms to 71 ms` in a band; `5 of 15`.
  private static func inherits(_ joint: String, _ previous: StatedQuantity, _ quantity: StatedQuantity) -> Bool {
    switch joint {
    case "to", "and", "–": previous.role == .band && previous.dimension == quantity.dimension
    case "of": previous.dimension == .plain && quantity.dimension == .plain
    default: false
    }
  }

  private static func role(at index: Int, in tokens: [SentenceToken]) -> StatedQuantity.Role {
    let after = words(tokens.dropFirst(index + 1), limit: 2)
    if after.contains(where: GroundingVocabulary.excessCues.contains) { return .excess }
    if let next = after.first, GroundingVocabulary.offsetCues.contains(next) { return .offset }
    let before = words(tokens[..<index].reversed(), limit: 3)
    if before.first == "by" { return .change }
    if before.contains(where: GroundingVocabulary.bandCues.contains) { return .band }
    if before.first != "to", before.contains(where: GroundingVocabulary.baselineCues.contains) { return .baseline }
    if before.contains(where: GroundingVocabulary.excessCues.contains) { return .excess }
    return .observed
  }

  private static func bound(at index: Int, in tokens: [SentenceToken]) -> StatedQuantity.Bound {
    let before = words(tokens[..<index].reversed(), limit: 2)
    guard let last = before.first else { return .exact }
    if last == "than", before.count > 1 {
      if before[1] == "more" { return .atLeast }
      return before[1] == "less" || before[1] == "fewer" ? .atMost : .exact
    }
    if GroundingVocabulary.about.contains(last) { return .about }
    if GroundingVocabulary.atLeast.contains(last) || before == ["least", "at"] { return .atLeast }
    if GroundingVocabulary.atMost.contains(last) || before == ["most", "at"] || before == ["to", "up"] {
      return .atMost
    }
    return .exact
  }

  /// The next words up to a number, a stop, a quotation or a citation.
  private static func words(_ tokens: some Sequence<SentenceToken>, limit: Int) -> [String] {
    var words: [String] = []
    for token in tokens {
      switch token {
      case .word(let word): words.append(word)
      default: return words
      }
      if words.count == limit { break }
    }
    return words
  }
}
