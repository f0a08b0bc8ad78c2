import Foundation
import IncidentModel
import Yams

/// A YAML mapping of which every key has to be known; errors carry file, line and column.
package struct StrictMapping {
  private let file: String
  private let node: Node
  private let mapping: Node.Mapping
  /// Larger files are refused: YAML here is written by hand or describes a topology.
  package static let maximumBytes = 64 << 20

  /// The mapping that a whole file has to be.
  ///
  /// - Throws: `DatasetError` for what is not YAML, not UTF-8, or not a mapping.
  package init(_ file: FileBytes, keys: [String]) throws {
    guard file.count <= Self.maximumBytes else {
      throw DatasetError(file: file.name, message: "the file has more than \(Self.maximumBytes) bytes")
    }
    let text = try file.withBytes { bytes in
      if let place = firstInvalidUTF8(bytes) { throw file.error(at: place, "these bytes are not UTF-8") }
      if let place = YAMLNesting.firstTooDeep(bytes) {
        throw file.error(at: place, "YAML is nested deeper than \(YAMLNesting.maximumDepth) levels")
      }
      return String(decoding: bytes, as: UTF8.self)
    }
    let node: Node?
    do {
      // The basic resolver: the usual one tries regular expressions on every word, which is most of its time.
      node = try Yams.compose(yaml: text, .basic)
    } catch let error as YamlError {
      throw Self.datasetError(error, file: file.name)
    }
    guard let node, let mapping = node.mapping else {
      throw DatasetError(
        file: file.name, line: node?.mark?.line ?? 1, column: node?.mark?.column ?? 1,
        message: node == nil
          ? "the file is empty; keys and values are expected (\(keys.joined(separator: ", ")))"
          : "keys and values are expected (\(keys.joined(separator: ", ")))")
    }
    try self.init(file: file.name, node: node, mapping: mapping, keys: keys)
  }

  private init(file: String, node: Node, mapping: Node.Mapping, keys: [String]) throws {
    self.file = file
    self.node = node
    self.mapping = mapping
    for (key, _) in mapping {
      guard let name = key.scalar?.string, keys.contains(name) else {
        let name = key.scalar?.string ?? "…"
        throw Self.error(
          file, key.mark, "the key “\(name)” is not known here; expected are \(keys.joined(separator: ", "))")
      }
    }
  }

  /// An error at a key's value, or at the mapping's beginning when the key is missing.
  package func error(_ key: String, _ message: String) -> DatasetError {
    Self.error(file, mapping[key]?.mark ?? node.mark, message)
  }

  package func contains(_ key: String) -> Bool { value(key) != nil }

  /// Nil for a key that is missing or has no value.
  package func text(_ key: String) throws -> String? {
    guard let value = value(key) else { return nil }
    guard let scalar = value.scalar else { throw error(key, "“\(key)” must be a text") }
    return scalar.string
  }

  package func requiredText(_ key: String) throws -> String {
    guard let text = try text(key), !text.isEmpty else { throw error(key, "“\(key)” is missing") }
    return text
  }

  /// Where a key's value stands, from 1; nil for a key that is missing.
  package func line(of key: String) -> Int? { mapping[key]?.mark?.line }

  /// A list of texts with their lines; empty for a key that is missing or has no value.
  package func texts(_ key: String) throws -> [(text: String, line: Int?)] {
    guard let value = value(key) else { return [] }
    guard let sequence = value.sequence else { throw error(key, "“\(key)” must be a list") }
    return try sequence.map { item in
      guard let scalar = item.scalar, !scalar.string.isEmpty else {
        throw Self.error(file, item.mark, "a text is expected here")
      }
      return (scalar.string, item.mark?.line)
    }
  }

  package func bool(_ key: String) throws -> Bool? {
    guard let text = try text(key) else { return nil }
    guard ["true", "false"].contains(text) else { throw error(key, "“\(key)” must be true or false") }
    return text == "true"
  }

  /// RFC 3339, or Unix seconds.
  package func timestamp(_ key: String) throws -> Timestamp? {
    guard let text = try text(key) else { return nil }
    var clock = ClockText()
    guard let nanoseconds = withUTF8Bytes(text, { clock.nanoseconds($0) }) else {
      throw error(
        key, "“\(key)” must be a time (2026-03-01T03:12:40Z or Unix seconds), not “\(text.prefix(40))”")
    }
    return Timestamp(nanoseconds: nanoseconds)
  }

  /// One of a closed set of words.
  package func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ type: Choice.Type) throws -> Choice?
  where Choice.RawValue == String {
    guard let text = try text(key) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw error(key, "“\(key)” must be one of \(known), not “\(text)”")
    }
    return choice
  }

  /// A list of words of a closed set; empty for a key that is missing or has no value.
  package func choices<Choice: RawRepresentable & CaseIterable>(_ key: String, _ type: Choice.Type) throws -> [Choice]
  where Choice.RawValue == String {
    guard let value = value(key) else { return [] }
    guard let sequence = value.sequence else { throw error(key, "“\(key)” must be a list") }
    return try sequence.map { item in
      guard let choice = item.scalar.flatMap({ Choice(rawValue: $0.string) }) else {
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw Self.error(file, item.mark, "“\(key)” may hold \(known)")
      }
      return choice
    }
  }

  package func mapping(_ key: String, keys: [String]) throws -> StrictMapping? {
    guard let value = value(key) else { return nil }
    guard let mapping = value.mapping else { throw error(key, "“\(key)” must be a mapping") }
    return try StrictMapping(file: file, node: value, mapping: mapping, keys: keys)
  }

  /// A list of mappings; empty for a key that is missing or has no value.
  package func mappings(_ key: String, keys: [String]) throws -> [StrictMapping] {
    guard let value = value(key) else { return [] }
    guard let sequence = value.sequence else { throw error(key, "“\(key)” must be a list") }
    return try sequence.map { item in
      guard let mapping = item.mapping else { throw Self.error(file, item.mark, "a mapping is expected here") }
      return try StrictMapping(file: file, node: item, mapping: mapping, keys: keys)
    }
  }

  private func value(_ key: String) -> Node? {
    guard let value = mapping[key] else { return nil }
    if let scalar = value.scalar, scalar.style == .plain, ["", "~", "null"].contains(scalar.string) { return nil }
    return value
  }

  private static func error(_ file: String, _ mark: Mark?, _ message: String) -> DatasetError {
    DatasetError(file: file, line: mark?.line, column: mark?.column, message: message)
  }

  private static func datasetError(_ error: YamlError, file: String) -> DatasetError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      Self.error(file, mark, "this is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      Self.error(file, context.mark, "the key “\(keys.sorted().joined(separator: "”, “"))” is given twice")
    case .reader(let problem, _, _, _):
      DatasetError(file: file, message: "this is not YAML: \(problem)")
    default:
      DatasetError(file: file, message: "this is not YAML: \(error)")
    }
  }
}
