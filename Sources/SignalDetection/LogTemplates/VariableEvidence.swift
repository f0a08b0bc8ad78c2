/// What rows that agree in all but one place say about that place: is it a variable, or are these different statements?
///
/// People name a statement by its words, so few words that come often (`opened`, `closed`) are different statements,
/// and many words are the values of a variable. What stands around the place, and how the words look, moves the line.
struct VariableEvidence {
  /// Different words.
  var values = 0
  /// Words that look like names of hosts, files, packages or classes.
  var names = 0
  /// Words in capitals, as states and commands are written.
  var capitals = 0
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
    if hasSlot { return sharedWords >= 2 || values >= 3 }
    return values >= neededValues
  }

  private var neededValues: Int {
    var needed: Int
    switch sharedWords {
    case 1: needed = 12
    case 2: needed = 8
    case 3: needed = 6
    default: needed = 5
    }
    if names * 5 >= values * 4 {
      needed = max(2, needed / 3)
    } else if capitals * 5 >= values * 4 {
      needed *= 3
    } else if isNamedValue {
      needed = max(4, needed / 2)
    }
    return isFirstOfMessage ? needed * 2 : needed
  }
}

/// What a word looks like.
enum WordLook {
  case plain, name, capitals

  /// A name has a mark such as `.` or `@` inside, or a capital after a small letter.
  init(_ text: ArraySlice<UInt8>) {
    var hasSmall = false
    var previousIsSmall = false
    var isName = false
    for (offset, byte) in text.enumerated() {
      let isInside = offset > 0 && offset < text.count - 1
      if isInside, "./@$\\".utf8.contains(byte) { isName = true }
      let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      if isCapital, previousIsSmall { isName = true }
      previousIsSmall = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte >= 128
      hasSmall = hasSmall || previousIsSmall
    }
    self = !hasSmall && text.count > 1 ? .capitals : isName ? .name : .plain
  }
}
