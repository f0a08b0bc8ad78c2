/// Makes text that came from telemetry safe to show: names and log lines may hold anything.
package enum UntrustedText {
  /// One line without escape sequences, control, format or direction characters; at most `limit` characters.
  ///
  /// Tabs, newlines and their relatives become one blank. Removing every character of the category "format" takes
  /// the direction overrides and the invisible ones with it.
  package static func clean(_ text: String, limit: Int = ReportLimits.statementLength) -> String {
    if isPlain(text, limit: limit) { return text }
    var output = String.UnicodeScalarView()
    var count = 0
    var scalars = text.unicodeScalars.makeIterator()
    var pending = scalars.next()
    while let scalar = pending {
      pending = scalars.next()
      if scalar == "\u{1B}" {
        skipEscapeSequence(&pending, &scalars)
      } else if scalar == "\u{9B}" {
        skipControlSequence(&pending, &scalars)
      } else if isBlank(scalar) {
        if let last = output.last, last != " " { output.append(" ") }
      } else if !isInvisible(scalar) {
        output.append(scalar)
        count += 1
      }
      // A bound on work as well as on size: what follows is cut in any case.
      if count > 4 * limit { break }
    }
    while output.last == " " { output.removeLast() }
    let line = String(output)
    guard line.count > limit else { return line }
    return String(line.prefix(max(0, limit - 1))) + "…"
  }

  /// Printable ASCII that is short enough and has no blanks to drop: most text, and most of the time.
  private static func isPlain(_ text: String, limit: Int) -> Bool {
    guard text.utf8.count <= limit else { return false }
    var previous = UInt8(ascii: " ")
    for byte in text.utf8 {
      guard (0x20...0x7E).contains(byte), byte != 0x20 || previous != 0x20 else { return false }
      previous = byte
    }
    return previous != 0x20
  }

  /// Whether a character shows nothing but changes how what follows is shown or read.
  static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    if (0x20...0x7E).contains(scalar.value) { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: return true
    default: return false
    }
  }

  /// Writes control and format characters of a JSON document as `\uXXXX`; structural newlines stay.
  static func escapingInvisibleCharacters(inJSON text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0 != "\n" && isInvisible($0) }) else { return text }
    var output = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard scalar != "\n", isInvisible(scalar) else {
        output.append(scalar)
        continue
      }
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        output.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
      }
    }
    return String(output)
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || ("\t"..."\r").contains(scalar) || scalar == "\u{85}" || scalar.properties.isWhitespace
  }

  /// After ESC: `[` opens a control sequence, `]`, `P`, `X`, `^` and `_` a string up to BEL or ESC `\`; anything else
  /// is one character, after intermediates.
  private static func skipEscapeSequence(
    _ pending: inout Unicode.Scalar?, _ scalars: inout String.UnicodeScalarView.Iterator
  ) {
    guard let kind = pending else { return }
    pending = scalars.next()
    switch kind {
    case "[": skipControlSequence(&pending, &scalars)
    case "]", "P", "X", "^", "_": skipControlString(&pending, &scalars)
    case "\u{20}"..."\u{2F}":
      while let scalar = pending, ("\u{20}"..."\u{2F}").contains(scalar) { pending = scalars.next() }
      pending = scalars.next()
    default: break
    }
  }

  private static func skipControlSequence(
    _ pending: inout Unicode.Scalar?, _ scalars: inout String.UnicodeScalarView.Iterator
  ) {
    while let scalar = pending, ("\u{20}"..."\u{3F}").contains(scalar) { pending = scalars.next() }
    if let final = pending, ("\u{40}"..."\u{7E}").contains(final) { pending = scalars.next() }
  }

  private static func skipControlString(
    _ pending: inout Unicode.Scalar?, _ scalars: inout String.UnicodeScalarView.Iterator
  ) {
    // A string that never ends would swallow the text behind it: give up after what a title or link can be long.
    for _ in 0..<512 {
      guard let scalar = pending else { return }
      pending = scalars.next()
      if scalar == "\u{07}" || scalar == "\u{9C}" { return }
      if scalar == "\u{1B}" {
        if pending == "\\" { pending = scalars.next() }
        return
      }
    }
  }
}
