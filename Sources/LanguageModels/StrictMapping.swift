import Yams

/// A YAML mapping that is read to the last key: what is unknown, missing or of the wrong kind is an error with its
/// place.
package struct StrictMapping {
  package let file: String
  /// Lines above the YAML text in its file.
  private let lineOffset: Int
  private let mark: Mark?
  private let pairs: [(key: String, keyMark: Mark?, value: Node)]

  /// - Throws: `ProjectFileError` when the text is not YAML or not a mapping with plain keys.
  package init(yaml: String, file: String, lineOffset: Int = 0) throws {
    let node: Node?
    do {
      node = try compose(yaml: yaml)
    } catch let error as YamlError {
      throw ProjectFileError(error, file: file, lineOffset: lineOffset)
    }
    guard let node, case .mapping = node else {
      throw ProjectFileError(file: file, line: lineOffset + 1, message: "expected keys and values, as in `key: value`")
    }
    try self.init(node: node, file: file, lineOffset: lineOffset)
  }

  private init(node: Node, file: String, lineOffset: Int) throws {
    self.file = file
    self.lineOffset = lineOffset
    mark = node.mark
    pairs = try (node.mapping.map(Array.init) ?? []).map { key, value in
      guard let name = key.scalar?.string else {
        throw ProjectFileError(
          file: file, line: key.mark.map { $0.line + lineOffset }, column: key.mark?.column,
          message: "a key must be a plain word")
      }
      return (name, key.mark, value)
    }
  }

  /// The keys in the order of the file.
  package var keys: [String] { pairs.map(\.key) }

  /// - Throws: for the first key that is not in the list, with the keys that would be right.
  package func allowOnly(_ known: [String]) throws {
    for pair in pairs where !known.contains(pair.key) {
      throw error(at: pair.keyMark, "unknown key “\(pair.key)”; known are \(known.joined(separator: ", "))")
    }
  }

  /// A text that is not blank.
  package func text(_ key: String) throws -> String {
    let node = try value(key)
    guard let text = node.scalar?.string, text.contains(where: { !$0.isWhitespace }) else {
      throw error(at: node.mark, "“\(key)” must be a text")
    }
    return text
  }

  /// A text, or nil where the key is missing.
  package func textIfPresent(_ key: String) throws -> String? { keys.contains(key) ? try text(key) : nil }

  /// `true` or `false`, and no other spelling.
  package func flag(_ key: String) throws -> Bool {
    let node = try value(key)
    switch node.scalar?.string {
    case "true": return true
    case "false": return false
    default: throw error(at: node.mark, "“\(key)” must be true or false")
    }
  }

  package func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int {
    let node = try value(key)
    guard let text = node.scalar?.string, let number = Int(text), range.contains(number) else {
      throw error(
        at: node.mark, "“\(key)” must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  package func number(_ key: String, in range: ClosedRange<Double>) throws -> Double {
    let node = try value(key)
    guard let text = node.scalar?.string, let number = Double(text), range.contains(number) else {
      throw error(at: node.mark, "“\(key)” must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A mapping inside this one.
  package func mapping(_ key: String) throws -> StrictMapping {
    let node = try value(key)
    guard case .mapping = node else { throw error(at: node.mark, "“\(key)” must hold keys and values") }
    return try StrictMapping(node: node, file: file, lineOffset: lineOffset)
  }

  /// An error at the value of a key, or at the mapping where the key is missing.
  package func error(at key: String, _ message: String) -> ProjectFileError {
    error(at: pairs.first { $0.key == key }?.value.mark ?? mark, message)
  }

  private func value(_ key: String) throws -> Node {
    guard let pair = pairs.first(where: { $0.key == key }) else { throw error(at: mark, "“\(key)” is missing") }
    return pair.value
  }

  private func error(at mark: Mark?, _ message: String) -> ProjectFileError {
    ProjectFileError(file: file, line: mark.map { $0.line + lineOffset }, column: mark?.column, message: message)
  }
}

extension ProjectFileError {
  fileprivate init(_ error: YamlError, file: String, lineOffset: Int) {
    let place: Mark?
    let message: String
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      (place, message) = (mark, "this is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      (place, message) = (context.mark, "the key “\(duplicates.first ?? "")” is given twice")
    default:
      (place, message) = (nil, "this is not YAML: \(error)")
    }
    self.init(file: file, line: place.map { $0.line + lineOffset }, column: place?.column, message: message)
  }
}
