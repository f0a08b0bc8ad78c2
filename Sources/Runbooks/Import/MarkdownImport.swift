import ConfigurationReading

/// Takes a Markdown runbook apart, in the style of the Prometheus operator's: sections, steps for people, and commands
/// in fences.
struct MarkdownImport {
  private var pieces: [RunbookDraft.Piece] = []
  private var section = ""
  /// The heading of the second level: what says whether prose explains or instructs.
  private var chapter = ""
  private var title: String?
  private var gathered = ""

  /// Under these headings nothing is to be done.
  private static let explaining: Set<String> = ["", "meaning", "impact", "summary", "overview", "description", "notes"]

  static func draft(_ text: String, name: String, source: String) -> RunbookDraft {
    var reading = MarkdownImport()
    reading.read(text)
    return RunbookDraft(
      name: name, title: reading.title ?? name, source: source, text: text, pieces: reading.pieces)
  }

  private mutating func read(_ text: String) {
    var lines: [Substring] = []
    var rest = text[...]
    while let end = rest.firstIndex(where: \.isNewline) {
      lines.append(rest[...end])
      rest = rest[rest.index(after: end)...]
    }
    if !rest.isEmpty { lines.append(rest) }
    var index = 0
    if lines.first?.trimmed == "---", let end = lines.dropFirst().firstIndex(where: { $0.trimmed == "---" }) {
      let front = lines[...end].joined()
      title = lines[...end].first { $0.hasPrefix("title:") }.map { String($0.dropFirst(6)).trimmed }
      add(.frontMatter, front)
      index = end + 1
    }
    while index < lines.count {
      let line = lines[index]
      if let fence = Self.fence(line) {
        let end = lines[(index + 1)...].firstIndex { $0.trimmed.hasPrefix(fence.mark) } ?? lines.count - 1
        flush()
        addCode(lines[index...end], language: fence.language)
        index = end + 1
      } else if let heading = Self.heading(line) {
        flush()
        if heading.level <= 2 { chapter = heading.level == 1 ? "" : heading.text.lowercased() }
        section = heading.text
        if title == nil { title = heading.text }
        add(.heading, String(line))
        index += 1
      } else {
        gathered += line
        index += 1
      }
    }
    flush()
  }

  /// A paragraph alone is not told from the next: what stands between two headings or fences is one piece.
  private mutating func flush() {
    guard !gathered.isEmpty else { return }
    let isBlank = gathered.allSatisfy(\.isWhitespace)
    add(isBlank || Self.explaining.contains(chapter) ? .prose : .manual, gathered)
    gathered = ""
  }

  private mutating func addCode(_ lines: ArraySlice<Substring>, language: String) {
    let inside = lines.dropFirst().dropLast().map { String($0.drop(while: \.isWhitespace)).trimmed }
      .filter { !$0.isEmpty }
    switch language {
    case "promql": add(.query, lines.joined(), proposed: inside.filter { !$0.hasPrefix("#") })
    case "", "shell", "sh", "bash", "console":
      let prompted = inside.filter { $0.hasPrefix("$ ") || $0.hasPrefix("# ") && language == "console" }
      let commands = prompted.isEmpty ? inside.filter { !$0.hasPrefix("#") } : prompted.map { String($0.dropFirst(2)) }
      add(.command, lines.joined(), proposed: commands)
    default: add(.prose, lines.joined())
    }
  }

  private mutating func add(_ kind: RunbookDraft.Piece.Kind, _ text: String, proposed: [String] = []) {
    pieces.append(RunbookDraft.Piece(kind: kind, section: section, text: text, proposed: proposed))
  }

  private static func fence(_ line: Substring) -> (mark: String, language: String)? {
    let text = line.trimmed
    guard let mark = ["```", "~~~"].first(where: text.hasPrefix) else { return nil }
    return (mark, text.dropFirst(3).prefix { $0.isLetter }.lowercased())
  }

  private static func heading(_ line: Substring) -> (level: Int, text: String)? {
    let level = line.prefix { $0 == "#" }.count
    guard (1...6).contains(level), line.dropFirst(level).first == " " else { return nil }
    return (level, line.dropFirst(level).trimmed)
  }
}
