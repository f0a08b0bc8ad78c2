/// Quotes text from telemetry for a model as data: bounded, on marked lines, without anything that could be taken for
/// an instruction's frame.
///
///     BEGIN DATA log
///     | connection refused
///     | retrying
///     END DATA
///
/// Every line of the data begins with `| `, so no line of it can end the fence. What changes how text is read (control,
/// direction and invisible characters) is written as `<U+202E>` would be, with round brackets; square and angle
/// brackets, braces in pairs and backticks, which frame citations, tags, templates and code, become harmless relatives;
/// a speaker's name before a colon loses the colon.
package struct Fence: Hashable, Sendable {
  /// How much of a text is shown; the rest is counted.
  package var maximumCharacters: Int
  package var maximumLines: Int

  package init(maximumCharacters: Int = 4000, maximumLines: Int = 60) {
    self.maximumCharacters = maximumCharacters
    self.maximumLines = maximumLines
  }

  /// The text as a block; `label` says in one or two plain words what it is.
  package func block(_ text: String, label: String) -> String {
    var lines: [String] = []
    var left = maximumCharacters
    var cutCharacters = 0
    var cutLines = 0
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      guard lines.count < maximumLines, left > 0 else {
        cutLines += 1
        cutCharacters += line.count
        continue
      }
      let shown = Self.shown(line, limit: left)
      left -= shown.count + 1
      cutCharacters += line.count - shown.count
      lines.append("| " + Self.harmless(shown))
    }
    if cutCharacters > 0 || cutLines > 0 {
      lines.append("(\(cutCharacters) characters and \(cutLines) whole lines are not shown)")
    }
    return (["BEGIN DATA " + Self.label(label)] + lines + ["END DATA"]).joined(separator: "\n")
  }

  /// The text as part of a line, between double quotes; what is cut is counted.
  package func inline(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " / ")
    let shown = Self.shown(line[...], limit: maximumCharacters)
    let cut = line.count - shown.count
    let quoted = "\"" + Self.harmless(shown).replacing("\"", with: "'") + "\""
    return cut > 0 ? "\(quoted) (\(cut) characters are not shown)" : quoted
  }

  /// The first characters up to the last blank before the limit: a word that is cut might be half a secret.
  private static func shown(_ line: Substring, limit: Int) -> Substring {
    guard let cut = line.index(line.startIndex, offsetBy: limit, limitedBy: line.endIndex), cut < line.endIndex else {
      return line
    }
    let head = line[..<cut]
    guard let blank = head.lastIndex(where: \.isWhitespace), head.distance(from: blank, to: head.endIndex) < 200 else {
      return head.dropLast(min(200, head.count / 2))
    }
    return head[..<blank]
  }

  private static func label(_ text: String) -> String {
    String(
      text.unicodeScalars.filter { $0.properties.isAlphabetic || $0 == " " || $0 == "-" }.map(Character.init).prefix(40)
    )
  }

  /// The text as a plain part of a line that frames nothing, with `…` where it was cut at the limit of characters.
  package static func harmlessLine(_ text: String, limit: Int) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " / ")
    let shown = shown(line[...], limit: limit)
    return harmless(shown) + (shown.count < line.count ? " …" : "")
  }

  /// The text with everything in it, but with characters that deceive written out; for what has to stay exact.
  package static func readable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isDeceptive) else { return text }
    return text.unicodeScalars.reduce(into: "") { output, scalar in
      output += isDeceptive(scalar) ? writtenOut(scalar) : String(Character(scalar))
    }
  }

  private static func writtenOut(_ scalar: Unicode.Scalar) -> String {
    "(U+\(String(scalar.value, radix: 16, uppercase: true)))"
  }

  /// One line that frames nothing.
  static func harmless(_ line: Substring) -> String {
    var output = String.UnicodeScalarView()
    var previous: Unicode.Scalar = " "
    for scalar in line.unicodeScalars {
      switch scalar {
      case "[": output.append("(")
      case "]": output.append(")")
      case "<": output.append("\u{2039}")
      case ">": output.append("\u{203A}")
      case "`": output.append("'")
      case "\t": output.append(" ")
      case "{" where previous == "{", "}" where previous == "}":
        output.append(" ")
        output.append(scalar)
      default:
        if isDeceptive(scalar) {
          output.append(contentsOf: writtenOut(scalar).unicodeScalars)
        } else {
          output.append(scalar)
        }
      }
      previous = scalar
    }
    return withoutSpeakers(String(output))
  }

  /// Characters that show nothing or look like ASCII without being it.
  private static func isDeceptive(_ scalar: Unicode.Scalar) -> Bool {
    if (0x20...0x7E).contains(scalar.value) { return false }
    // Full-width forms, tags and variation selectors read as plain letters or as nothing.
    if (0xFF01...0xFF5E).contains(scalar.value) || (0xE0000...0xE0FFF).contains(scalar.value) { return true }
    if (0xFE00...0xFE0F).contains(scalar.value) || (0x1D400...0x1D7FF).contains(scalar.value) { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: return true
    default: return scalar.properties.isWhitespace
    }
  }

  /// `system: …` is written `(system) …`: who speaks is said outside the fence alone.
  private static func withoutSpeakers(_ line: String) -> String {
    guard line.utf8.contains(UInt8(ascii: ":")) else { return line }
    let parts = line.split(separator: ":", omittingEmptySubsequences: false)
    var output = ""
    for (number, part) in parts.enumerated() {
      guard number < parts.count - 1 else { return output + part }
      let trimmed = part.reversed().drop { " \"'*#".contains($0) }
      let word = String(String(trimmed.prefix { $0.isLetter }).reversed()).lowercased()
      if speakers.contains(word) {
        output += part.dropLast(part.count - trimmed.count + word.count)
        output += "(\(word))"
      } else {
        output += part + ":"
      }
    }
    return output
  }

  private static let speakers: Set<String> = [
    "system", "assistant", "user", "human", "developer", "tool", "function", "instruction", "instructions", "ai",
  ]
}
