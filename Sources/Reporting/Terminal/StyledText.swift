/// What colour adds on a terminal; the text says the same without it.
enum Tone: Hashable {
  case plain, strong, quiet, bad, watch, good

  fileprivate var code: String? {
    switch self {
    case .plain: nil
    case .strong: "1"
    case .quiet: "2"
    case .bad: "1;31"
    case .watch: "33"
    case .good: "32"
    }
  }
}

/// A line of text in pieces, each with its tone.
struct StyledText: Hashable, ExpressibleByStringLiteral {
  private var pieces: [Piece] = []

  private struct Piece: Hashable {
    var text: String
    var tone: Tone
  }

  init(_ text: String = "", _ tone: Tone = .plain) {
    // A second fence behind `UntrustedText.clean`: whatever comes here can steer nothing.
    let visible = String(String.UnicodeScalarView(text.unicodeScalars.filter { !UntrustedText.isInvisible($0) }))
    if !visible.isEmpty { pieces = [Piece(text: visible, tone: tone)] }
  }

  init(stringLiteral text: String) { self.init(text) }

  var width: Int { pieces.reduce(0) { $0 + DisplayWidth.of($1.text) } }

  static func + (left: StyledText, right: StyledText) -> StyledText {
    var sum = left
    sum.pieces += right.pieces
    return sum
  }

  static func += (left: inout StyledText, right: StyledText) { left.pieces += right.pieces }

  func padded(to width: Int) -> StyledText {
    self + StyledText(String(repeating: " ", count: max(0, width - self.width)))
  }

  /// The last fence against a line that breaks: cut at the end with `…`.
  func cut(to width: Int) -> StyledText {
    guard self.width > width else { return self }
    var room = width
    var result = StyledText()
    for piece in pieces where room > 0 {
      let text = DisplayWidth.of(piece.text) < room ? piece.text : DisplayWidth.cutEnd(piece.text + "…", to: room)
      result += StyledText(text, piece.tone)
      room -= DisplayWidth.of(text)
      if text.last == "…", text != piece.text { break }
    }
    return result
  }

  func rendered(usesColor: Bool) -> String {
    var text = ""
    for piece in pieces {
      if usesColor, let code = piece.tone.code {
        text += "\u{1B}[\(code)m\(piece.text)\u{1B}[0m"
      } else {
        text += piece.text
      }
    }
    guard !usesColor else { return text }
    while text.last == " " { text.removeLast() }
    return text
  }
}
