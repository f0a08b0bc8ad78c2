import Foundation
import IncidentModel

/// Reading one value at the reader's place.
extension JSONReader {
  /// A string's bytes, unescaped.
  package mutating func string() throws -> UnsafeRawBufferPointer {
    guard peek() == UInt8(ascii: "\"") else { throw error("a string is expected here") }
    let start = position + 1
    let hasEscapes = try passString()
    let raw = start..<position - 1
    return hasEscapes ? try unescape(raw) : UnsafeRawBufferPointer(start: file.start + start, count: raw.count)
  }

  /// From an opening quote to behind the closing one; whether there are escapes between.
  private mutating func passString() throws -> Bool {
    position += 1
    var hasEscapes = false
    while true {
      position = endOfPlainText(from: position)
      guard position < end else { throw error("the string is not closed") }
      let byte = file.start[position]
      if byte == UInt8(ascii: "\"") { break }
      guard byte == UInt8(ascii: "\\") else { throw error("a control character in a string must be escaped") }
      guard position + 1 < end else { throw error("the string is not closed") }
      hasEscapes = true
      position += 2
    }
    position += 1
    return hasEscapes
  }

  package mutating func text() throws -> String { String(decoding: try string(), as: UTF8.self) }

  /// A string, or nil for `null`.
  package mutating func stringIfNotNull() throws -> UnsafeRawBufferPointer? {
    if peek() == UInt8(ascii: "n") {
      try skipValue()
      return nil
    }
    return try string()
  }

  /// A string as text, or nil for `null`.
  package mutating func textIfNotNull() throws -> String? {
    try stringIfNotNull().map { String(decoding: $0, as: UTF8.self) }
  }

  /// A number or word as it is written.
  package mutating func rawValue() throws -> UnsafeRawBufferPointer {
    skipBlanks()
    let start = position
    try skipValue()
    return bytes(start..<position)
  }

  package mutating func number() throws -> Double {
    let first = peek()
    let start = position
    guard first == UInt8(ascii: "-") || isDigit(first), let value = numbers.scan(file.start, &position, end) else {
      throw error("a number is expected here")
    }
    guard value.isFinite else {
      position = start
      throw error("the number is too large")
    }
    return value
  }

  package mutating func bool() throws -> Bool {
    if takeWord("true") { return true }
    if takeWord("false") { return false }
    throw error("true or false is expected here")
  }

  /// Nanoseconds since 1970, from an RFC 3339 string or from Unix seconds as a number.
  package mutating func timestamp() throws -> Int64 {
    let isText = peek() == UInt8(ascii: "\"")
    let start = position
    let value: Int64?
    if isText {
      value = clock.nanoseconds(rfc3339: try string())
    } else {
      _ = try number()
      value = clock.nanoseconds(
        unixSeconds: UnsafeRawBufferPointer(start: file.start + start, count: position - start))
    }
    guard let value else {
      position = start
      throw error("a time is expected here: RFC 3339 as in \"2026-03-01T03:12:40Z\", or Unix seconds")
    }
    return value
  }

  /// Passes over one value of any kind, checking its brackets; needs no stack, so depth is bounded by the limit alone.
  package mutating func skipValue() throws {
    let outer = depth
    repeat {
      switch peek() {
      case UInt8(ascii: "{"): try beginObject()
      case UInt8(ascii: "["): try beginArray()
      case UInt8(ascii: "\""): _ = try passString()
      case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
        guard takeWord("true") || takeWord("false") || takeWord("null") else { throw error("a value is expected here") }
      case 0: throw error("the JSON ends in the middle of a value")
      default: _ = try number()
      }
      try closeFinished(downTo: outer)
    } while depth > outer
  }

  /// After a value inside a skipped one: closes what ends here and moves to the next value.
  private mutating func closeFinished(downTo outer: Int) throws {
    while depth > outer {
      if try isInObject ? nextMember() : nextElement() { return }
    }
  }

  private mutating func takeWord(_ word: StaticString) -> Bool {
    skipBlanks()
    let count = word.utf8CodeUnitCount
    guard end - position >= count, memcmp(file.start + position, word.utf8Start, count) == 0 else { return false }
    position += count
    return true
  }
}
