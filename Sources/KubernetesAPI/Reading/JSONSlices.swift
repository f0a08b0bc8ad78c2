import Foundation

/// Cuts JSON into the texts of its parts without reading them: objects travel as the API wrote them, and whoever needs
/// their values reads them once.
///
/// Only the outline is checked: strings end, brackets match in number. Readers of the parts find the rest.
struct JSONSlices {
  /// The text is not JSON at this byte.
  struct Malformed: Error { var position: Int }

  let bytes: [UInt8]

  struct Member {
    /// As it is written, without quotes: no key that matters here has escapes.
    var key: Range<Int>
    var value: Range<Int>
  }

  var all: Range<Int> { bytes.indices }

  func members(_ range: Range<Int>) throws(Malformed) -> [Member] {
    try bytes.withUnsafeBufferPointer { bytes throws(Malformed) in
      var found: [Member] = []
      var cursor = Cursor(bytes: bytes, position: range.lowerBound, end: range.upperBound)
      try cursor.expect(UInt8(ascii: "{"))
      if cursor.takes(UInt8(ascii: "}")) { return found }
      repeat {
        let key = try cursor.value()
        guard key.count >= 2, bytes[key.lowerBound] == UInt8(ascii: "\"") else {
          throw Malformed(position: key.lowerBound)
        }
        try cursor.expect(UInt8(ascii: ":"))
        found.append(Member(key: key.lowerBound + 1..<key.upperBound - 1, value: try cursor.value()))
      } while cursor.takes(UInt8(ascii: ","))
      try cursor.expect(UInt8(ascii: "}"))
      return found
    }
  }

  func elements(_ range: Range<Int>) throws(Malformed) -> [Range<Int>] {
    if isNull(range) { return [] }
    return try bytes.withUnsafeBufferPointer { bytes throws(Malformed) in
      var found: [Range<Int>] = []
      var cursor = Cursor(bytes: bytes, position: range.lowerBound, end: range.upperBound)
      try cursor.expect(UInt8(ascii: "["))
      if cursor.takes(UInt8(ascii: "]")) { return found }
      repeat { found.append(try cursor.value()) } while cursor.takes(UInt8(ascii: ","))
      try cursor.expect(UInt8(ascii: "]"))
      return found
    }
  }

  func has(_ range: Range<Int>, _ text: String) -> Bool { bytes[range].elementsEqual(text.utf8) }

  func isNull(_ range: Range<Int>) -> Bool { has(range, "null") }

  /// A string's text; nil for anything else.
  func text(_ range: Range<Int>) -> String? {
    guard range.count >= 2, bytes[range.lowerBound] == UInt8(ascii: "\"") else { return nil }
    let inside = bytes[range.lowerBound + 1..<range.upperBound - 1]
    guard inside.contains(UInt8(ascii: "\\")) else { return String(validating: inside, as: UTF8.self) }
    return try? JSONDecoder().decode(String.self, from: Data(bytes[range]))
  }

  private struct Cursor {
    let bytes: UnsafeBufferPointer<UInt8>
    var position: Int
    let end: Int

    mutating func skipBlanks() {
      while position < end, [32, 10, 13, 9].contains(bytes[position]) { position += 1 }
    }

    mutating func takes(_ byte: UInt8) -> Bool {
      skipBlanks()
      guard position < end, bytes[position] == byte else { return false }
      position += 1
      return true
    }

    mutating func expect(_ byte: UInt8) throws(Malformed) {
      guard takes(byte) else { throw Malformed(position: position) }
    }

    /// The text of one value; the cursor goes behind it.
    mutating func value() throws(Malformed) -> Range<Int> {
      skipBlanks()
      let start = position
      var depth = 0
      while position < end {
        switch bytes[position] {
        case UInt8(ascii: "\""): try passString()
        case UInt8(ascii: "{"), UInt8(ascii: "["):
          depth += 1
          position += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          if depth == 0 { return try plain(start) }
          depth -= 1
          position += 1
        case UInt8(ascii: ","), UInt8(ascii: ":"), 32, 10, 13, 9:
          if depth == 0 { return try plain(start) }
          position += 1
          continue
        default:
          position += 1
          continue
        }
        if depth == 0 { return start..<position }
      }
      throw Malformed(position: position)
    }

    private func plain(_ start: Int) throws(Malformed) -> Range<Int> {
      guard start < position else { throw Malformed(position: start) }
      return start..<position
    }

    private mutating func passString() throws(Malformed) {
      position += 1
      while position < end {
        switch bytes[position] {
        case UInt8(ascii: "\\"): position += 2
        case UInt8(ascii: "\""):
          position += 1
          return
        default: position += 1
        }
      }
      throw Malformed(position: position)
    }
  }
}
