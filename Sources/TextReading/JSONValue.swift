import IncidentModel

/// A whole JSON document as a value: for small ones that are made or passed on, such as schemas and messages. Large
/// files are read with `JSONReader`, which builds no tree.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// Whole numbers beyond 2^53 lose digits, as they do for most readers.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// - Throws: `DatasetError` with line and column for bytes that are no JSON, are nested too deep, or repeat a key.
  package init(parsing bytes: [UInt8], name: String) throws {
    let file = FileBytes(name: name, bytes: bytes)
    var reader = try JSONReader(file)
    self = try Self.read(&reader)
    try reader.finish()
  }

  package init(parsing text: String, name: String) throws { try self.init(parsing: Array(text.utf8), name: name) }

  package subscript(key: String) -> JSONValue? { if case .object(let members) = self { members[key] } else { nil } }

  package var string: String? { if case .string(let text) = self { text } else { nil } }

  package var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

  package var object: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }

  package var number: Double? { if case .number(let value) = self { value } else { nil } }

  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// A number without a fraction that an `Int` can hold.
  package var integer: Int? { number.flatMap { Int(exactly: $0) } }

  // A document's depth bounds the recursion: the reader refuses deeper ones.
  private static func read(_ reader: inout JSONReader) throws -> JSONValue {
    switch reader.peek() {
    case UInt8(ascii: "{"):
      var members: [String: JSONValue] = [:]
      try reader.beginObject()
      while try reader.nextMember() {
        let key = String(decoding: reader.key, as: UTF8.self)
        guard members.updateValue(try read(&reader), forKey: key) == nil else {
          throw reader.error("the key “\(key.prefix(80))” stands twice in one object")
        }
      }
      return .object(members)
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      try reader.beginArray()
      while try reader.nextElement() { elements.append(try read(&reader)) }
      return .array(elements)
    case UInt8(ascii: "\""): return .string(try reader.text())
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool(try reader.bool())
    case UInt8(ascii: "n"):
      try reader.skipValue()
      return .null
    default: return .number(try reader.number())
    }
  }
}

extension JSONValue {
  /// One line, keys sorted, so that equal values are equal bytes.
  package var text: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  package func append(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    // JSON has no other numbers.
    case .number(let value) where !value.isFinite: bytes += "null".utf8
    case .number(let value):
      if let whole = Int(exactly: value) { bytes += String(whole).utf8 } else { bytes += String(value).utf8 }
    case .string(let text): Self.append(text, to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, key) in members.keys.sorted().enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.append(key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        members[key]?.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += "\\\"".utf8
      case UInt8(ascii: "\\"): bytes += "\\\\".utf8
      case 10: bytes += "\\n".utf8
      case 13: bytes += "\\r".utf8
      case 9: bytes += "\\t".utf8
      case ..<32:
        let digits = Array("0123456789abcdef".utf8)
        bytes += "\\u00".utf8
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int) { self = .number(Double(value)) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { _, last in last })
  }
}
