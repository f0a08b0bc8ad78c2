/// A text split at its `{{blanks}}`.
struct TextWithBlanks {
  enum Piece: Hashable {
    case words(String)
    case blank(String)
  }

  /// What makes a text unreadable: the piece as it stands in the file.
  struct Malformed: Error { var text: String }

  var pieces: [Piece] = []

  /// - Throws: `Malformed` for an unclosed blank or one whose name is not a letter followed by letters and digits.
  init(_ text: String) throws(Malformed) {
    // Most texts have none, and to look for a byte costs least.
    guard text.utf8.contains(UInt8(ascii: "{")) else {
      pieces = text.isEmpty ? [] : [.words(text)]
      return
    }
    var rest = Substring(text)
    while let opening = Self.firstPair(of: UInt8(ascii: "{"), in: rest) {
      if opening.lowerBound > rest.startIndex { pieces.append(.words(String(rest[..<opening.lowerBound]))) }
      let inside = rest[opening.upperBound...]
      guard let closing = Self.firstPair(of: UInt8(ascii: "}"), in: inside) else {
        throw Malformed(text: String(rest[opening.lowerBound...].prefix(20)))
      }
      let name = inside[..<closing.lowerBound]
      guard Self.isName(name) else { throw Malformed(text: "{{\(name.prefix(20))}}") }
      pieces.append(.blank(String(name)))
      rest = inside[closing.upperBound...]
    }
    if !rest.isEmpty { pieces.append(.words(String(rest))) }
  }

  private static func firstPair(of byte: UInt8, in text: Substring) -> Range<Substring.Index>? {
    let bytes = text.utf8
    var rest = bytes[...]
    while let first = rest.firstIndex(of: byte) {
      let second = bytes.index(after: first)
      guard second < bytes.endIndex else { return nil }
      if bytes[second] == byte { return first..<bytes.index(after: second) }
      rest = bytes[second...]
    }
    return nil
  }

  var blanks: [String] {
    pieces.compactMap { if case .blank(let name) = $0 { name } else { nil } }
  }

  /// The text with each blank replaced by what `value` gives for its name.
  static func fill(_ text: String, with value: (String) -> String) -> String {
    guard let parsed = try? TextWithBlanks(text) else { return text }
    return parsed.pieces.map { piece in
      switch piece {
      case .words(let words): words
      case .blank(let name): value(name)
      }
    }.joined()
  }

  static func isName(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 40, isLetter(first) else { return false }
    return text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
}
