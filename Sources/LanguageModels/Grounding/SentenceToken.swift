import IncidentModel

/// A piece of a sentence as the checker reads it.
enum SentenceToken: Hashable {
  /// In small letters, without punctuation around it.
  case word(String)
  case quantity(StatedQuantity)
  case clock(StatedTime)
  case citation([String])
  /// Text between quotation marks.
  case quotation(String)
  /// A comma, semicolon, colon, bracket or dash between parts.
  case stop
}

/// A moment to the precision that is stated.
struct StatedTime: Hashable {
  /// `2026-03-14`, where given.
  var date: String?
  /// `17:54` or `17:54:16`, where given.
  var time: String?

  func agrees(with moment: Timestamp) -> Bool {
    let text = moment.description
    if let date, !text.hasPrefix(date) { return false }
    if let time, !text.dropFirst(11).hasPrefix(time) { return false }
    return true
  }
}

/// Reads a sentence into tokens, numbers with their units.
struct SentenceLexer {
  private let characters: [Character]
  private var position = 0
  private(set) var tokens: [SentenceToken] = []

  static func tokens(of text: String) -> [SentenceToken] {
    var lexer = SentenceLexer(text)
    lexer.read()
    return lexer.tokens
  }

  private init(_ text: String) {
    characters = text.map { character in
      switch character {
      case "\u{2019}", "\u{2018}": "'"
      case "\u{201C}", "\u{201D}": "\""
      case "\u{2212}": "-"
      case _ where character.isWhitespace: " "
      default: character
      }
    }
  }

  private func at(_ index: Int) -> Character { index < characters.count && index >= 0 ? characters[index] : " " }

  private mutating func read() {
    while position < characters.count {
      let character = characters[position]
      if character == " " {
        position += 1
      } else if character == "[", let end = citation() {
        position = end
      } else if character == "\"" || character == "`", let end = characters[(position + 1)...].firstIndex(of: character)
      {
        tokens.append(.quotation(String(characters[(position + 1)..<end])))
        position = end + 1
      } else if isDigit(character)
        || character == "-" && isDigit(at(position + 1)) && !isWordCharacter(at(position - 1))
      {
        number()
      } else if isWordCharacter(character) {
        word()
      } else {
        // An arrow and the like say nothing by themselves.
        if ",;:()-–—|".contains(character) { tokens.append(.stop) }
        position += 1
      }
    }
  }

  private func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

  private func isWordCharacter(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "%" || character == "#"
      || character == "$" || character == "@"
  }

  /// The end of the word that begins here: joints such as `-`, `.` and `/` belong to it where a letter follows.
  private func endOfWord(_ start: Int) -> Int {
    var end = start
    while end < characters.count {
      if isWordCharacter(characters[end])
        || "-./:'*+=~&?!".contains(characters[end]) && isWordCharacter(at(end + 1)) && end > start
      {
        end += 1
      } else {
        break
      }
    }
    return end
  }

  private mutating func word() {
    let end = endOfWord(position)
    var word = String(characters[position..<end]).lowercased()
    position = end
    if word.hasSuffix("'s") { word.removeLast(2) }
    if let value = StatedUnit.multiples[word] {
      tokens.append(
        .quantity(StatedQuantity(value: value, dimension: .multiple, halfStep: 0.1 * value, isWhole: false)))
    } else if let value = StatedUnit.words[word] {
      append(value: value, halfStep: 0.5, isWhole: true, attached: "")
    } else {
      tokens.append(.word(word))
    }
  }

  /// `[E3]`, `[E3, H1]`: letters then digits between commas.
  private mutating func citation() -> Int? {
    guard let end = characters[position...].prefix(80).firstIndex(of: "]") else { return nil }
    let ids = characters[(position + 1)..<end].split { $0 == "," || $0 == " " || $0 == ";" }.map { String($0) }
    let areIDs = ids.allSatisfy { id in
      let digits = id.drop(while: \.isLetter)
      return id.count <= 12 && digits.count < id.count && !digits.isEmpty && digits.allSatisfy(isDigit)
    }
    guard !ids.isEmpty, areIDs else { return nil }
    tokens.append(.citation(ids))
    return end + 1
  }

  private mutating func number() {
    if moment() { return }
    let start = position
    var index = position + (characters[position] == "-" ? 1 : 0)
    var digits = characters[start] == "-" ? "-" : ""
    var places = 0
    var isFraction = false
    while index < characters.count {
      let character = characters[index]
      if isDigit(character) {
        digits.append(character)
        if isFraction { places += 1 }
      } else if character == ",", !isFraction, (1...3).allSatisfy({ isDigit(at(index + $0)) }), !isDigit(at(index + 4))
      {
        // A thousands separator.
      } else if character == ".", !isFraction, isDigit(at(index + 1)) {
        isFraction = true
        digits.append(character)
      } else {
        break
      }
      index += 1
    }
    var exponent = 0
    if at(index).lowercased() == "e", isDigit(at(index + 1)) || "+-".contains(at(index + 1)) && isDigit(at(index + 2)) {
      var end = index + 1
      if "+-".contains(at(end)) { end += 1 }
      while isDigit(at(end)) { end += 1 }
      exponent = max(-300, min(300, Int(String(characters[(index + 1)..<end])) ?? 0))
      index = end
    }
    let attachedEnd = max(index, endOfWord(index == start ? start : index))
    var attached = String(characters[index..<attachedEnd])
    if at(index) == "-" {
      let end = endOfWord(index + 1)
      attached = String(characters[(index + 1)..<max(end, index + 1)])
      if StatedUnit.dimension(of: attached) != nil {
        index += 1
      } else {
        attached = end > index + 1 ? "-" + attached : ""
      }
    }
    // `2.4.1` is a version.
    if at(index) == ".", isDigit(at(index + 1)) { return word() }
    guard attached.isEmpty || StatedUnit.dimension(of: attached) != nil, let value = Double(digits + "e\(exponent)")
    else {
      // A name that begins with a digit.
      word()
      return
    }
    position = index + attached.count
    var step = 0.5
    for _ in 0..<max(0, places - exponent) { step /= 10 }
    for _ in 0..<max(0, exponent - places) { step *= 10 }
    append(value: value, halfStep: step, isWhole: places == 0 && exponent == 0, attached: attached)
  }

  /// The unit stands at the number or is the next word.
  private mutating func append(value: Double, halfStep: Double, isWhole: Bool, attached: String) {
    var unit = attached
    if unit.isEmpty, at(position) == " " || at(position) == "\u{A0}" || at(position) == "%" {
      var start = position
      while at(start) == " ", start < characters.count { start += 1 }
      let end = endOfWord(start)
      let candidate = String(characters[start..<max(start, end)])
      if StatedUnit.dimension(of: candidate) != nil {
        unit = candidate
        position = end
      }
    }
    let known = StatedUnit.dimension(of: unit) ?? (.plain, 1)
    let quantity = StatedQuantity(
      value: value * known.factor, dimension: known.dimension, halfStep: halfStep * known.factor,
      isWhole: isWhole && known.dimension == .plain)
    // `1 min 20 s` is one length of time.
    if known.dimension == .time, known.factor < 3601, case .quantity(let larger)? = tokens.last,
      larger.dimension == .time,
      larger.halfStep >= 30 * known.factor
    {
      var sum = quantity
      sum.value += larger.value
      tokens[tokens.count - 1] = .quantity(sum)
    } else {
      tokens.append(.quantity(quantity))
    }
  }

  /// Whether a word goes on behind what was matched here.
  private func continues(_ match: Substring) -> Bool {
    let next = at(position + match.count)
    return isWordCharacter(next) || next == ":" && isDigit(at(position + match.count + 1))
  }

  /// A date, a time of day, or both.
  private mutating func moment() -> Bool {
    let text = String(characters[position..<min(characters.count, position + 32)])
    if let match = text.prefixMatch(of: /(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?:Z| UTC)?)?/),
      !continues(match.0)
    {
      tokens.append(.clock(StatedTime(date: String(match.1), time: match.2.map(String.init))))
      position += match.0.count
      return true
    }
    if let match = text.prefixMatch(of: /(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?: UTC)?/), !continues(match.0) {
      tokens.append(.clock(StatedTime(date: nil, time: String(match.1))))
      position += match.0.count
      return true
    }
    return false
  }
}
