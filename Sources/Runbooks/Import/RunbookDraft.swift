import ConfigurationReading
import IncidentModel

/// A page from elsewhere, taken apart but not yet a runbook: nothing of it can be carried out.
///
/// Its pieces put together are the page, letter by letter. A person makes a runbook of it, which is then checked like
/// every other; the library reads no drafts.
package struct RunbookDraft: Hashable, Sendable {
  package var name: String
  package var title: String
  /// Where it came from: a path or an address.
  package var source: String
  package var sourceDigest: String
  package var pieces: [Piece]

  package struct Piece: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
      case frontMatter = "front-matter"
      case heading, prose
      /// What a person is told to do.
      case manual
      /// A block of commands: proposed, reviewed by nobody.
      case command
      /// A query: proposed, reviewed by nobody.
      case query
      /// A job, action or playbook that another system runs.
      case external
    }
    package var kind: Kind
    /// The heading that it stands under; empty before the first.
    package var section: String
    /// As it stands in the source, line ends included.
    package var text: String
    /// The commands or queries in it, or the name by which the other system knows it.
    package var proposed: [String] = []
  }

  package init(name: String, title: String, source: String, text: String, pieces: [Piece]) {
    self.name = name
    self.title = title
    self.source = source
    sourceDigest = ContentDigest.of(text)
    self.pieces = pieces
  }

  /// The page that it came from.
  package var text: String { pieces.map(\.text).joined() }
}

extension RunbookDraft {
  /// `KubePodCrashLooping.md` → `kube-pod-crash-looping`.
  static func slug(_ name: String) -> String {
    var slug = ""
    var previous: Character = "-"
    for (position, letter) in name.enumerated() {
      let next = name.dropFirst(position + 1).first
      let isPlain = letter.isASCII && (letter.isLetter || letter.isNumber)
      guard isPlain else {
        if slug.last != "-", !slug.isEmpty { slug.append("-") }
        previous = "-"
        continue
      }
      let begins = letter.isUppercase && (previous.isLowercase || previous.isUppercase && next?.isLowercase == true)
      if begins, slug.last != "-", !slug.isEmpty { slug.append("-") }
      slug += letter.lowercased()
      previous = letter
    }
    while slug.last == "-" { slug.removeLast() }
    return String((slug.isEmpty ? "page" : slug).prefix(60))
  }

  package static let format = "tocsin.runbook-draft/1"

  /// The file in which it waits for a person.
  package var yaml: String {
    var lines = [
      "# Nothing here can be run. Make a runbook of it (docs/runbooks.md) and check that.",
      "draft: \(Self.format)", "name: \(name)", "title: \(Self.quoted(title))", "source: \(Self.quoted(source))",
      "sourceDigest: \(sourceDigest)", "reviewed: false", "pieces:",
    ]
    for piece in pieces {
      lines.append("  - kind: \(piece.kind.rawValue)")
      lines.append("    section: \(Self.quoted(piece.section))")
      if !piece.proposed.isEmpty {
        lines.append("    proposed:")
        lines += piece.proposed.map { "      - \(Self.quoted($0))" }
      }
      lines.append("    text: \(Self.block(piece.text))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A literal block where that keeps every letter, else a quoted text.
  private static func block(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy {
      $0 == "\n" || (32..<127).contains($0.value) || (0xA0..<0x2028).contains($0.value)
    }
    guard isPlain, text.hasSuffix("\n"), text.contains(where: { $0 != "\n" && $0 != " " }) else { return quoted(text) }
    let lines = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
    return "|2+\n" + lines.map { $0.isEmpty ? "" : "      \($0)" }.joined(separator: "\n")
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case _ where scalar.value < 32 || scalar.value == 127 || (0x80..<0xA0).contains(scalar.value):
        quoted += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      case _ where scalar.value == 0x2028 || scalar.value == 0x2029 || scalar.value == 0xFEFF:
        quoted += "\\u" + String(repeating: "0", count: scalar.value < 0x1000 ? 1 : 0) + String(scalar.value, radix: 16)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// Reads what `yaml` wrote.
  /// - Throws: `RunbookProblem` with file, line and column.
  package init(yaml: String, file: String) throws(RunbookProblem) {
    let root = try StrictValue<RunbookProblem>(yaml: yaml, file: file).mapping(
      KeyTable(required: ["draft", "name", "title", "source", "sourceDigest", "reviewed", "pieces"]))
    guard try root.value("draft").text() == Self.format else {
      throw root.problem(at: "draft", "“draft” is “\(Self.format)”")
    }
    name = try root.value("name").text()
    title = try root.value("title").text(canBeEmpty: true)
    source = try root.value("source").text()
    sourceDigest = try root.value("sourceDigest").text()
    pieces = []
    for entry in try root.value("pieces").list() {
      let fields = try entry.mapping(KeyTable(required: ["kind", "section", "text"], optional: ["proposed"]))
      var piece = Piece(
        kind: try fields.value("kind").choice(), section: try fields.value("section").text(canBeEmpty: true),
        text: try fields.value("text").text(canBeEmpty: true))
      for proposed in try fields["proposed"]?.list() ?? [] { piece.proposed.append(try proposed.text()) }
      pieces.append(piece)
    }
  }
}
