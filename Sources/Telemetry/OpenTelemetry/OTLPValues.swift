import IncidentModel
import TextReading

/// The pieces that all of OTLP's records share, as its JSON form writes them: 64-bit numbers as text or as numbers,
/// attributes as lists of a key and a typed value, unknown members to be passed over.
extension JSONReader {
  /// Attributes by key, values as text; what is no scalar is left out.
  mutating func otlpAttributes() throws -> [String: String] {
    var attributes: [String: String] = [:]
    try beginArray()
    while try nextElement() {
      var name: String?
      var value: String?
      try beginObject()
      while try nextMember() {
        if keyIs("key") {
          name = try text()
        } else if keyIs("value") {
          value = try otlpValue()
        } else {
          try skipValue()
        }
      }
      if let name, let value { attributes[name] = value }
    }
    return attributes
  }

  /// An `AnyValue` as text; lists and maps as the JSON that stands there; nil for an empty one.
  mutating func otlpValue() throws -> String? {
    guard peek() == UInt8(ascii: "{") else {
      try skipValue()
      return nil
    }
    var value: String?
    try beginObject()
    while try nextMember() {
      if keyIs("stringValue") || keyIs("intValue") || keyIs("doubleValue") || keyIs("boolValue") {
        value = peek() == UInt8(ascii: "\"") ? try text() : String(decoding: try rawValue(), as: UTF8.self)
      } else {
        value = String(decoding: try rawValue(), as: UTF8.self)
      }
    }
    return value
  }

  /// Nanoseconds since 1970, 0 where the sender knew none.
  mutating func otlpTime() throws -> Int64 {
    let bytes = peek() == UInt8(ascii: "\"") ? try string() : try rawValue()
    guard let time = Int64(String(decoding: bytes, as: UTF8.self)), time >= 0 else {
      throw error("a time in whole nanoseconds since 1970 is expected here")
    }
    return time
  }

  /// A number, also as text, as protobuf writes 64 bits and what is not finite.
  mutating func otlpNumber() throws -> Double {
    guard peek() == UInt8(ascii: "\"") else { return try number() }
    let text = try text()
    guard let value = text == "Infinity" ? .infinity : text == "-Infinity" ? -.infinity : Double(text) else {
      throw error("a number is expected here, not “\(text.prefix(40))”")
    }
    return value
  }

  mutating func otlpNumbers() throws -> [Double] {
    var numbers: [Double] = []
    try beginArray()
    while try nextElement() { numbers.append(try otlpNumber()) }
    return numbers
  }

  /// Calls back for every object of an array, with the reader inside it; the callback reads its members to the end.
  mutating func forEachObject(_ body: (inout JSONReader) throws -> Void) throws {
    guard peek() != UInt8(ascii: "n") else { return try skipValue() }
    try beginArray()
    while try nextElement() {
      try beginObject()
      try body(&self)
    }
  }
}
