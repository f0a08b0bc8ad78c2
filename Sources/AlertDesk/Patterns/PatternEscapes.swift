/// Backslashes and what stands in brackets.
extension PatternParser {
  /// At a backslash outside brackets.
  mutating func escape() throws(PatternError) {
    guard position + 1 < text.count else { throw PatternError("the expression ends with a backslash") }
    switch text[position + 1] {
    case "A": try pushAssertion(.textStart)
    case "z": try pushAssertion(.textEnd)
    case "b": try pushAssertion(.wordBoundary)
    case "B": try pushAssertion(.noWordBoundary)
    case "Q": try quoted()
    default:
      if let set = try namedClass() {
        try push(take(set))
      } else {
        try push(literal(try escapedScalar()))
      }
    }
  }

  private mutating func pushAssertion(_ assertion: PatternAssertion) throws(PatternError) {
    position += 2
    try push(.assertion(assertion))
  }

  /// `\Q` up to `\E` or the end.
  private mutating func quoted() throws(PatternError) {
    position += 2
    while position < text.count {
      if text[position] == "\\", position + 1 < text.count, text[position + 1] == "E" {
        position += 2
        return
      }
      try push(literal(text[position]))
      position += 1
    }
  }

  /// `\d` and its like, `\p{Greek}` and its like; nil at another escape.
  private mutating func namedClass() throws(PatternError) -> ScalarSet? {
    let letter = text[position + 1]
    let set: ScalarSet
    switch letter {
    case "d", "D": set = folded(UnicodeClasses.digit)
    case "s", "S": set = folded(UnicodeClasses.space)
    case "w", "W": set = folded(UnicodeClasses.word)
    case "p", "P": return try unicodeClass(isNegated: letter == "P")
    default: return nil
    }
    position += 2
    return ["D", "S", "W"].contains(letter) ? set.complement : set
  }

  private func folded(_ set: ScalarSet) -> ScalarSet { flags.foldsCase ? CaseFolding.closed(set) : set }

  private mutating func unicodeClass(isNegated: Bool) throws(PatternError) -> ScalarSet {
    var isNegated = isNegated
    position += 2
    guard position < text.count else { throw PatternError("the name of a class is missing after \\p") }
    var name = text[position...position]
    if text[position] == "{" {
      guard let end = text[position...].firstIndex(of: "}") else {
        throw PatternError("the name of a class is not closed")
      }
      name = text[(position + 1)..<end]
    }
    position = name.endIndex + (text[position] == "{" ? 1 : 0)
    if name.first == "^" {
      isNegated.toggle()
      name = name.dropFirst()
    }
    let word = String(String.UnicodeScalarView(name))
    guard let set = UnicodeClasses.unicode(word) else {
      throw PatternError("\\p knows no class “\(word.prefix(40))”")
    }
    return isNegated ? folded(set).complement : folded(set)
  }

  /// At a backslash that stands for one scalar.
  private mutating func escapedScalar() throws(PatternError) -> Unicode.Scalar {
    guard position + 1 < text.count else { throw PatternError("the expression ends with a backslash") }
    let letter = text[position + 1]
    position += 2
    switch letter {
    case "1"..."7":
      guard position < text.count, ("0"..."7").contains(text[position]) else {
        throw PatternError("references to groups cannot be matched in linear time and do not exist here")
      }
      return octal(from: letter)
    case "0": return octal(from: letter)
    case "x": return try hexadecimal()
    case "a": return "\u{7}"
    case "f": return "\u{c}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{b}"
    default:
      guard letter.isASCII, !UnicodeClasses.word.contains(letter.value) || letter == "_" else {
        throw PatternError("the escape \\\(letter) does not exist")
      }
      return letter
    }
  }

  private mutating func octal(from first: Unicode.Scalar) -> Unicode.Scalar {
    var value = first.value - 48
    for _ in 0..<2 {
      guard position < text.count, ("0"..."7").contains(text[position]) else { break }
      value = value * 8 + text[position].value - 48
      position += 1
    }
    return Unicode.Scalar(value) ?? "\u{fffd}"
  }

  private mutating func hexadecimal() throws(PatternError) -> Unicode.Scalar {
    let isBraced = position < text.count && text[position] == "{"
    if isBraced { position += 1 }
    var value: UInt32 = 0
    var count = 0
    while position < text.count, isBraced || count < 2, let digit = Character(text[position]).hexDigitValue,
      text[position].isASCII
    {
      value = value * 16 + UInt32(digit)
      count += 1
      position += 1
      guard value <= ScalarSet.highest else { throw PatternError("\\x{…} is beyond Unicode's last scalar") }
    }
    guard count > 0, isBraced || count == 2 else { throw PatternError("hexadecimal digits are missing after \\x") }
    if isBraced {
      guard position < text.count, text[position] == "}" else { throw PatternError("\\x{ is not closed") }
      position += 1
    }
    return Unicode.Scalar(value) ?? "\u{fffd}"
  }

  // MARK: - Brackets

  /// At an opening bracket.
  mutating func characterClass() throws(PatternError) -> ScalarSet {
    position += 1
    let isNegated = position < text.count && text[position] == "^"
    if isNegated { position += 1 }
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while true {
      guard position < text.count else { throw PatternError("a bracket is not closed") }
      if text[position] == "]", !isFirst { break }
      isFirst = false
      if let set = try posixClass() {
        ranges += set.ranges
      } else if text[position] == "\\", position + 1 < text.count, let set = try namedClass() {
        ranges += set.ranges
      } else {
        ranges += folded(ScalarSet([try range()])).ranges
      }
    }
    position += 1
    let set = ScalarSet(ranges)
    return isNegated ? set.complement : set
  }

  private mutating func range() throws(PatternError) -> ClosedRange<UInt32> {
    let low = try classScalar()
    guard position + 1 < text.count, text[position] == "-", text[position + 1] != "]" else {
      return low.value...low.value
    }
    position += 1
    let high = try classScalar()
    guard low <= high else { throw PatternError("a range in brackets goes backwards") }
    return low.value...high.value
  }

  private mutating func classScalar() throws(PatternError) -> Unicode.Scalar {
    guard position < text.count else { throw PatternError("a bracket is not closed") }
    if text[position] == "\\" { return try escapedScalar() }
    position += 1
    return text[position - 1]
  }

  /// `[:word:]` within brackets; nil where there is none.
  private mutating func posixClass() throws(PatternError) -> ScalarSet? {
    guard text[position...].starts(with: "[:".unicodeScalars) else { return nil }
    var end = position + 2
    while end + 1 < text.count, !(text[end] == ":" && text[end + 1] == "]") { end += 1 }
    guard end + 1 < text.count else { return nil }
    var name = text[(position + 2)..<end]
    let isNegated = name.first == "^"
    if isNegated { name = name.dropFirst() }
    let word = String(String.UnicodeScalarView(name))
    guard let set = UnicodeClasses.posix[word] else { throw PatternError("there is no class [:\(word.prefix(40)):]") }
    position = end + 2
    return isNegated ? folded(set).complement : folded(set)
  }
}
