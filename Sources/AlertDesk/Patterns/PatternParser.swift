/// Reads RE2's syntax as Go's `regexp/syntax` reads it with Perl's extensions, and bounds it in the same way.
struct PatternParser {
  /// Letters between `(?` and `)`.
  struct Flags: Hashable {
    var foldsCase = false
    var isMultiline = false
    var dotTakesNewline = false
  }

  fileprivate struct Group {
    var outerFlags: Flags
    var isCapture: Bool
    var choices: [PatternPiece] = []
    var items: [PatternPiece] = []
  }

  static let maximumHeight = 1000
  static let maximumRepeat = 1000
  /// Go bounds its own program by memory; this many steps are linear-time work that still ends soon.
  static let maximumStepCount = 200_000

  let text: [Unicode.Scalar]
  var position = 0
  var flags = Flags()
  private var groups = [Group(outerFlags: Flags(), isCapture: false)]
  private var groupNames: Set<String> = []
  private var setIndex: [ScalarSet: Int32] = [:]
  private(set) var sets: [ScalarSet] = []

  init(_ pattern: String) { text = Array(pattern.unicodeScalars) }

  mutating func parse() throws(PatternError) -> PatternPiece {
    var lastWasRepeat = false
    while position < text.count {
      let scalar = text[position]
      switch scalar {
      case "(": try openGroup()
      case "|":
        position += 1
        groups[groups.count - 1].endChoice()
      case ")": try closeGroup()
      case "*", "+", "?":
        position += 1
        try repeatLast(wasRepeat: lastWasRepeat) { piece in
          switch scalar {
          case "*": piece.anyTimes
          case "+": piece.atLeastOnce
          default: piece.optional
          }
        }
        lastWasRepeat = true
        continue
      case "{":
        if let (least, most) = try bounds() {
          try repeatLast(wasRepeat: lastWasRepeat) { $0.repeated(least, most) }
          lastWasRepeat = true
          continue
        }
        position += 1
        try push(literal(scalar))
      default: try atom(scalar)
      }
      lastWasRepeat = false
    }
    guard groups.count == 1, var whole = groups.popLast() else { throw PatternError("a parenthesis is not closed") }
    whole.endChoice()
    return .choice(whole.choices)
  }

  private mutating func atom(_ scalar: Unicode.Scalar) throws(PatternError) {
    switch scalar {
    case "[": try push(take(try characterClass()))
    case "\\": try escape()
    default:
      position += 1
      switch scalar {
      case "^": try push(.assertion(flags.isMultiline ? .lineStart : .textStart))
      case "$": try push(.assertion(flags.isMultiline ? .lineEnd : .textEnd))
      case ".": try push(take(flags.dotTakesNewline ? .all : ScalarSet.newline.complement))
      default: try push(literal(scalar))
      }
    }
  }

  // MARK: - Pieces

  mutating func push(_ piece: PatternPiece) throws(PatternError) {
    guard piece.height <= Self.maximumHeight else { throw PatternError("the expression nests too deeply") }
    guard piece.steps.count <= Self.maximumStepCount else { throw PatternError("the expression is too large") }
    groups[groups.count - 1].items.append(piece)
  }

  mutating func literal(_ scalar: Unicode.Scalar) -> PatternPiece {
    let set = ScalarSet(scalar.value)
    return take(flags.foldsCase ? CaseFolding.closed(set) : set)
  }

  mutating func take(_ set: ScalarSet) -> PatternPiece {
    if let index = setIndex[set] { return PatternPiece(steps: [.take(index)]) }
    let index = Int32(sets.count)
    setIndex[set] = index
    sets.append(set)
    return PatternPiece(steps: [.take(index)])
  }

  private mutating func repeatLast(
    wasRepeat: Bool, _ apply: (PatternPiece) -> PatternPiece
  ) throws(PatternError) {
    if position < text.count, text[position] == "?" { position += 1 }
    if wasRepeat { throw PatternError("a repetition cannot be repeated without parentheses") }
    guard let last = groups[groups.count - 1].items.popLast() else {
      throw PatternError("there is nothing before the repetition")
    }
    guard last.steps.count <= Self.maximumStepCount / 2 else { throw PatternError("the expression is too large") }
    let piece = apply(last)
    guard piece.repeatProduct <= Self.maximumRepeat else {
      throw PatternError("repetitions multiply to more than \(Self.maximumRepeat)")
    }
    try push(piece)
  }

  /// `{n}`, `{n,}` or `{n,m}`; nil where the brace is a literal.
  private mutating func bounds() throws(PatternError) -> (Int, Int?)? {
    var reader = position + 1
    guard let least = number(&reader) else { return nil }
    var most: Int? = least
    if reader < text.count, text[reader] == "," {
      reader += 1
      most = nil
      if reader < text.count, text[reader] != "}" {
        guard let number = number(&reader) else { return nil }
        most = number
      }
    }
    guard reader < text.count, text[reader] == "}" else { return nil }
    guard least <= Self.maximumRepeat, most ?? least <= Self.maximumRepeat, most ?? least >= least else {
      throw PatternError("a repetition count must be from 0 to \(Self.maximumRepeat), the smaller number first")
    }
    position = reader + 1
    return (least, most)
  }

  /// Digits without a leading zero; what is beyond all bounds stays so.
  private func number(_ reader: inout Int) -> Int? {
    let start = reader
    var value = 0
    while reader < text.count, ("0"..."9").contains(text[reader]) {
      value = min(value * 10 + Int(text[reader].value - 48), 100_000_000)
      reader += 1
    }
    let hasLeadingZero = reader - start > 1 && text[start] == "0"
    return reader == start || hasLeadingZero ? nil : value
  }

  // MARK: - Groups

  private mutating func openGroup() throws(PatternError) {
    position += 1
    guard position < text.count, text[position] == "?" else {
      groups.append(Group(outerFlags: flags, isCapture: true))
      return
    }
    position += 1
    let rest = text[position...]
    if rest.starts(with: "P<".unicodeScalars) || rest.first == "<" {
      position += rest.first == "<" ? 1 : 2
      try readGroupName()
      groups.append(Group(outerFlags: flags, isCapture: true))
      return
    }
    try readFlags()
  }

  private mutating func readGroupName() throws(PatternError) {
    guard let end = text[position...].firstIndex(of: ">") else { throw PatternError("a group's name is not closed") }
    let name = text[position..<end]
    let isName = !name.isEmpty && name.allSatisfy { UnicodeClasses.word.contains($0.value) }
    guard isName, groupNames.insert(String(String.UnicodeScalarView(name))).inserted else {
      throw PatternError("a group's name must be a word that no other group has")
    }
    position = end + 1
  }

  private mutating func readFlags() throws(PatternError) {
    var changed = flags
    var isOn = true
    var sawFlag = false
    while position < text.count {
      let letter = text[position]
      position += 1
      switch letter {
      case "i": changed.foldsCase = isOn
      case "m": changed.isMultiline = isOn
      case "s": changed.dotTakesNewline = isOn
      case "U": break
      case "-" where isOn:
        isOn = false
        sawFlag = false
        continue
      case ":" where isOn || sawFlag:
        groups.append(Group(outerFlags: flags, isCapture: false))
        flags = changed
        return
      case ")" where isOn || sawFlag:
        flags = changed
        return
      default: throw PatternError("what follows “(?” is none of RE2's groups and flags")
      }
      sawFlag = true
    }
    throw PatternError("a parenthesis is not closed")
  }

  private mutating func closeGroup() throws(PatternError) {
    position += 1
    guard groups.count > 1, var group = groups.popLast() else {
      throw PatternError("a parenthesis is closed that was not opened")
    }
    group.endChoice()
    flags = group.outerFlags
    var piece = PatternPiece.choice(group.choices)
    if group.isCapture { piece.height += 1 }
    try push(piece)
  }
}

extension PatternParser.Group {
  fileprivate mutating func endChoice() {
    choices.append(.sequence(items))
    items = []
  }
}

extension PatternPiece {
  static func assertion(_ assertion: PatternAssertion) -> PatternPiece { PatternPiece(steps: [.assert(assertion)]) }
}
