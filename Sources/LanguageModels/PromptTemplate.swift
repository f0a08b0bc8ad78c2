import ConfigurationReading
import IncidentModel

/// A Markdown text with declared inputs, filled strictly: what a model is told, word for word.
///
/// A file begins with front matter between two lines `---`: `purpose`, and `inputs` as a mapping from name to
/// description. In the text `{{name}}` stands for an input and `{{> name}}` for `fragments/<name>.md`. Values are put
/// in as they are and never looked through for blanks.
package struct PromptTemplate: Hashable, Sendable {
  package struct Input: Hashable, Sendable {
    package var name: String
    package var description: String
  }

  package let name: String
  package let file: String
  package let purpose: String
  /// In the order of the file.
  package let inputs: [Input]
  /// `sha256:<hex>` over the front matter, the text and the fragments, for provenance.
  package let digest: String
  let pieces: [PromptPiece]

  /// Reads one prompt with its fragments from `fragmentsFolder`.
  /// - Throws: `ProjectFileError` with file, line and column.
  package init(name: String, file: String, fragmentsFolder: String) throws {
    let (front, body, bodyLine) = try Self.split(try ProjectFile.read(file), file: file)
    let mapping = try StrictValue<ProjectFileError>(yaml: front, file: file, lineOffset: 1)
      .mapping(KeyTable(required: ["purpose", "inputs"]))
    let declared = try mapping.value("inputs").mapping()
    self.name = name
    self.file = file
    purpose = try mapping.value("purpose").text()
    inputs = try declared.keys.map { Input(name: $0, description: try declared.value($0).text()) }
    var parser = PromptParser(fragmentsFolder: fragmentsFolder)
    try parser.read(body, file: file, firstLine: bodyLine)
    pieces = parser.pieces
    let names = inputs.map(\.name)
    for case .blank(let blank, let place) in pieces where !names.contains(blank) {
      throw place.error("the blank “\(blank)” is not declared under `inputs` of \(file)")
    }
    for input in inputs where !pieces.contains(where: { $0.fills(input.name) }) {
      throw declared.problem(at: input.name, "the input “\(input.name)” is declared but never used")
    }
    var digest = ContentDigest()
    digest.update(front)
    for piece in pieces { digest.update(piece.source) }
    self.digest = digest.finalize()
  }

  /// The text with every blank filled.
  /// - Throws: `ProjectFileError` when a declared input has no value or a value has no input.
  package func render(_ values: [String: String]) throws -> String {
    for input in inputs where values[input.name] == nil {
      throw ProjectFileError(file: file, message: "no value was given for the input “\(input.name)”")
    }
    let names = inputs.map(\.name)
    if let surplus = values.keys.sorted().first(where: { !names.contains($0) }) {
      throw ProjectFileError(file: file, message: "a value was given for “\(surplus)”, which is not an input")
    }
    return pieces.reduce(into: "") { text, piece in
      switch piece {
      case .text(let words): text += words
      case .blank(let name, _): text += values[name] ?? ""
      }
    }
  }

  /// Front matter and text; `bodyLine` is the line at which the text begins.
  private static func split(_ text: String, file: String) throws -> (front: String, body: String, bodyLine: Int) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == "---" else {
      throw ProjectFileError(file: file, line: 1, column: 1, message: "a prompt begins with front matter after `---`")
    }
    guard let end = lines.dropFirst().firstIndex(of: "---") else {
      throw ProjectFileError(file: file, line: 1, column: 1, message: "the front matter has no closing `---`")
    }
    return (
      lines[1..<end].joined(separator: "\n"), lines[(end + 1)...].joined(separator: "\n"), end + 2
    )
  }
}
