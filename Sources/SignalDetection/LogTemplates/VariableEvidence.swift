/// What rows that agree in all but one place say about that place: is it a variable, or are these different statements?
///
/// People name a statement by its words, so few words that come often (`opened`, `closed`) are different statements,
/// and many words are the values of a variable. What stands around the place, and how the words look, moves the line.
struct VariableEvidence {
  /// Different words.
  var values = 0
  /// Words that look like names of hosts, files, packages or classes.
  var names = 0
  /// Words in capitals, as states and commands are written, and words such as `started` and `starting`.
  var statements = 0
  /// Whether a number, address or other slot stands there on some lines.
  var hasSlot = false
  /// Whether any word was found to fit there before.
  var takesAnyWord = false
  /// Words of the message that all rows share, without names of values and such values.
  var sharedWords = 0
  var isFirstOfMessage = false
  /// Whether the place is all of a named value: `key=value`.
  var isNamedValue = false

  var isVariable: Bool {
    if sharedWords == 0 { return false }
    if takesAnyWord { return true }
    if hasSlot, values >= 3 || (sharedWords >= 3 && !areStatements) { return true }
    return values >= neededValues
  }

  var areNames: Bool { names > 0 && names * 5 >= values * 4 }
  private var areStatements: Bool { statements * 5 >= values * 4 }

  private var neededValues: Int {
    var needed: Int
    switch sharedWords {
    case 1: needed = 12
    case 2: needed = 8
    case 3: needed = 6
    default: needed = 4
    }
    if isFirstOfMessage { return areNames && sharedWords >= 4 ? needed : needed * 2 }
    if areNames { return max(3, needed / 2) }
    if areStatements { return needed * 3 }
    return isNamedValue ? max(4, needed / 2) : needed
  }
}

/// What a word looks like.
enum WordLook {
  case plain, name, statement

  /// A name has a mark such as `.` or `@` inside.
  init(_ text: ArraySlice<UInt8>) {
    let hasSmall = text.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 >= 128 }
    let isName = text.dropFirst().dropLast().contains { "./@$\\".utf8.contains($0) }
    let isVerb = text.count > 4 && (text.ends(with: "ed") || text.ends(with: "ing"))
    self = (!hasSmall && text.count > 1) || isVerb ? .statement : isName ? .name : .plain
  }
}

extension ArraySlice<UInt8> {
  fileprivate func ends(with ending: StaticString) -> Bool {
    ending.withUTF8Buffer { suffix($0.count).elementsEqual($0) }
  }
}
