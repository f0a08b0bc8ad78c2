import ConfigurationReading

/// A stretch of a prompt: words, or a blank with the place where it stands.
enum PromptPiece: Hashable, Sendable {
  case text(String)
  case blank(String, PromptPlace)

  func fills(_ name: String) -> Bool {
    if case .blank(name, _) = self { true } else { false }
  }

  /// As it was written, so that a digest does not depend on where a file lies.
  var source: String {
    switch self {
    case .text(let words): words
    case .blank(let name, _): "{{\(name)}}"
    }
  }
}

struct PromptPlace: Hashable, Sendable {
  var file: String
  var line: Int
  var column: Int

  func error(_ message: String) -> ProjectFileError {
    ProjectFileError(file: file, line: line, column: column, message: message)
  }
}

/// Cuts a prompt's text into pieces and puts fragments in their place.
struct PromptParser {
  static let maximumDepth = 8

  let fragmentsFolder: String
  private(set) var pieces: [PromptPiece] = []
  /// The fragments that the current one is part of.
  private var open: [String] = []

  init(fragmentsFolder: String) { self.fragmentsFolder = fragmentsFolder }

  mutating func read(_ text: String, file: String, firstLine: Int) throws {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (offset, line) in lines.enumerated() {
      try read(line, at: PromptPlace(file: file, line: firstLine + offset, column: 1))
      if offset < lines.count - 1 { append("\n") }
    }
  }

  private mutating func read(_ line: Substring, at start: PromptPlace) throws {
    var rest = line
    while let opening = rest.firstRange(of: "{{") {
      var place = start
      place.column = line.distance(from: line.startIndex, to: opening.lowerBound) + 1
      append(rest[..<opening.lowerBound])
      guard let closing = rest[opening.upperBound...].firstRange(of: "}}") else {
        throw place.error("`{{` has no `}}` on the same line")
      }
      try take(rest[opening.upperBound..<closing.lowerBound], at: place)
      rest = rest[closing.upperBound...]
    }
    append(rest)
  }

  private mutating func take(_ inside: Substring, at place: PromptPlace) throws {
    if inside.first == ">" {
      let name = inside.dropFirst().trimmed
      guard Self.isName(name) else { throw place.error("“\(name)” is not a fragment's name") }
      try include(name, at: place)
    } else {
      guard Self.isName(inside.trimmed) else { throw place.error("“\(inside.trimmed)” is not an input's name") }
      pieces.append(.blank(inside.trimmed, place))
    }
  }

  private mutating func include(_ name: String, at place: PromptPlace) throws {
    guard !open.contains(name), open.count < Self.maximumDepth else {
      throw place.error("the fragment “\(name)” contains itself, by way of \(open.joined(separator: ", "))")
    }
    let file = "\(fragmentsFolder)/\(name).md"
    let text: String
    do {
      text = try ProjectFile.read(file)
    } catch {
      throw place.error("the fragment “\(name)” cannot be read: \(error)")
    }
    open.append(name)
    // The line that names the fragment brings the line end.
    try read(text.hasSuffix("\n") ? String(text.dropLast()) : text, file: file, firstLine: 1)
    open.removeLast()
  }

  private mutating func append(_ words: some StringProtocol) {
    guard !words.isEmpty else { return }
    if case .text(let earlier)? = pieces.last {
      pieces[pieces.count - 1] = .text(earlier + words)
    } else {
      pieces.append(.text(String(words)))
    }
  }

  /// Small letters, digits, `-` and `_`: also what keeps a fragment inside its folder.
  private static func isName(_ text: String) -> Bool {
    let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    return !text.isEmpty && text.allSatisfy { allowed.contains($0) }
  }
}
