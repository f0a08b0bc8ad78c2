/// How many columns text takes on a terminal, and cutting and breaking by that measure.
package enum DisplayWidth {
  package static func of(_ text: String) -> Int { text.reduce(0) { $0 + of($1) } }

  /// 0 for a character that only adds to the one before, 2 for East Asian wide ones and pictures, 1 otherwise.
  static func of(_ character: Character) -> Int {
    var width = 0
    for scalar in character.unicodeScalars {
      if scalar.value == 0xFE0F { return 2 }
      width = max(width, of(scalar))
    }
    return width
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// Unicode's East Asian Width classes W and F, as whole blocks.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF,
    0x1F200...0x1F2FF, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x1FA70...0x1FAFF,
    0x20000...0x3FFFD,
  ]

  /// Cut in the middle with `…`, so that a name keeps its beginning and its end.
  static func cutMiddle(_ text: String, to width: Int) -> String {
    guard of(text) > width else { return text }
    guard width > 1 else { return width == 1 ? "…" : "" }
    let tailWidth = (width - 1) / 2
    var tail: [Character] = []
    var used = 0
    for character in text.reversed() {
      guard used + of(character) <= tailWidth else { break }
      used += of(character)
      tail.append(character)
    }
    return prefix(text, width: width - 1 - used) + "…" + String(tail.reversed())
  }

  /// Cut at the end with `…`.
  package static func cutEnd(_ text: String, to width: Int) -> String {
    guard of(text) > width else { return text }
    return width > 0 ? prefix(text, width: width - 1) + "…" : ""
  }

  package static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - of(text)))
  }

  /// What to do with a word that is longer than a line.
  package enum LongWord: Sendable {
    /// A name is known by its beginning and its end.
    case cut
    /// Nothing may be missing from what somebody is to run again.
    case broken
  }

  /// Lines of at most `width` columns, broken at blanks.
  package static func wrap(_ text: String, width: Int, longWords: LongWord = .cut) -> [String] {
    guard width > 0 else { return [] }
    var lines: [String] = []
    var line = ""
    var used = 0
    let words = text.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    for word in words.flatMap({ longWords == .cut ? [cutMiddle($0, to: width)] : pieces(of: $0, width: width) }) {
      let size = of(word)
      if used > 0, used + 1 + size > width {
        lines.append(line)
        (line, used) = ("", 0)
      }
      line += used > 0 ? " \(word)" : word
      used += size + (used > 0 ? 1 : 0)
    }
    if used > 0 { lines.append(line) }
    return lines
  }

  /// All but the last fill a line.
  private static func pieces(of word: String, width: Int) -> [String] {
    var pieces: [String] = []
    var rest = word
    while of(rest) > width {
      // A character that is wider than the line stands alone.
      let head = max(1, prefix(rest, width: width).count)
      pieces.append(String(rest.prefix(head)))
      rest.removeFirst(head)
    }
    return pieces + [rest]
  }

  /// As `wrap`, but at most so many lines; the last ends with `…` when there was more.
  static func wrap(_ text: String, width: Int, lines limit: Int, longWords: LongWord = .cut) -> [String] {
    let lines = wrap(text, width: width, longWords: longWords)
    guard lines.count > limit, limit > 0 else { return limit > 0 ? lines : [] }
    let last = of(lines[limit - 1]) < width ? lines[limit - 1] + "…" : cutEnd(lines[limit - 1] + "…", to: width)
    return lines.prefix(limit - 1) + [last]
  }

  private static func prefix(_ text: String, width: Int) -> String {
    var head = ""
    var used = 0
    for character in text {
      guard used + of(character) <= width else { break }
      used += of(character)
      head.append(character)
    }
    return head
  }
}
