/// Text from telemetry inside Markdown: shown as it is, never read as markup.
enum MarkdownText {
  /// One line with every character that CommonMark, its tables or HTML give a meaning to made harmless.
  static func escaped(_ text: String, limit: Int = ReportLimits.statementLength) -> String {
    var output = ""
    let clean = UntrustedText.clean(text, limit: limit)
    var previous: Character = " "
    for (position, character) in clean.enumerated() {
      let next = clean.dropFirst(position + 1).first
      switch character {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      // Inside a word an underscore is one.
      case "_" where isWord(previous) && isWord(next): output.append(character)
      case "\\", "`", "*", "_", "[", "]", "|", "~", "$": output += "\\\(character)"
      // At the start of a line these open headings, lists and rules.
      case "#", "+", "-", "=": output += position == 0 ? "\\\(character)" : "\(character)"
      case ".", ")": output += next == " " && isNumber(clean.prefix(position)) ? "\\\(character)" : "\(character)"
      // Without this, some renderers make a link of a bare address.
      case ":": output += clean.dropFirst(position + 1).hasPrefix("//") ? "&#58;" : ":"
      case "@": output += "&#64;"
      default: output.append(character)
      }
      previous = character
    }
    return output
  }

  /// Plain names and commands in a code span; anything that could end one is escaped text instead. Not for tables,
  /// where a bar inside a span would end the cell.
  static func code(_ text: String) -> String {
    let clean = UntrustedText.clean(text, limit: 4000)
    guard !clean.isEmpty, !clean.contains(where: { "`<>&\\".contains($0) }) else { return escaped(clean) }
    return "`\(clean)`"
  }

  private static func isNumber(_ text: Substring) -> Bool { !text.isEmpty && text.allSatisfy(\.isNumber) }

  private static func isWord(_ character: Character?) -> Bool { character.map { $0.isLetter || $0.isNumber } ?? false }
}
