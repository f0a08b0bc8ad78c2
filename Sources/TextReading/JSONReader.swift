import Foundation
import IncidentModel

/// Pulls values out of JSON bytes one by one, without building a tree: the caller asks for the members it knows and
/// skips the rest.
///
/// For a whole document, or for JSON Lines through `nextRecord`. Strings are bytes of the file (or of an unescaped
/// copy), valid until the next record. Every failure is a `DatasetError` with line and column.
///
///     while try reader.nextRecord() {
///       while try reader.nextMember() {
///         if reader.keyIs("time") { time = try reader.timestamp() } else { try reader.skipValue() }
///       }
///     }
package struct JSONReader: ~Copyable {
  package let file: FileBytes
  /// The key of the current member, unescaped.
  package private(set) var key = UnsafeRawBufferPointer(start: nil, count: 0)
  let limits: ReadLimits
  let numbers = DecimalParser()
  package internal(set) var position = 0
  /// Where reading ends: of the record, or of the document.
  package internal(set) var end: Int
  private var isFirst = false
  /// The opening brackets that have not been closed yet.
  private var openings: [UInt8] = []
  private var isInRecord = false
  var arena = ByteArena()
  var clock = ClockText()

  /// - Throws: `DatasetError` at the first byte that is not UTF-8.
  package init(_ file: FileBytes, limits: ReadLimits = ReadLimits()) throws {
    self.file = file
    self.limits = limits
    end = file.count
    if file.count >= 3, file.start[0] == 0xef, file.start[1] == 0xbb, file.start[2] == 0xbf { position = 3 }
    if let place = file.withBytes({ firstInvalidUTF8($0) }) {
      throw file.error(at: place, "these bytes are not UTF-8; JSON has to be")
    }
  }

  var depth: Int { openings.count }
  var isInObject: Bool { openings.last == UInt8(ascii: "{") }

  /// The line that is being read, from 1; counts the file's lines, so for messages only.
  package var line: Int { file.error(at: position, "").line ?? 1 }

  package func error(_ message: String) -> DatasetError { file.error(at: position, message) }

  /// Moves to the next line that is not blank and into the object that must stand on it; false at the end of the file.
  package mutating func nextRecord() throws -> Bool {
    if isInRecord { try finishRecord() }
    arena.reset()
    while position < file.count {
      let start = file.start + position
      let rest = file.count - position
      let lineLength = memchr(start, 10, rest).map { $0 - UnsafeMutableRawPointer(mutating: start) } ?? rest
      guard lineLength <= limits.maximumLineBytes else {
        throw error("the line is longer than \(limits.maximumLineBytes) bytes (maximumLineBytes)")
      }
      end = position + lineLength
      skipBlanks()
      if position == end {
        position = min(end + 1, file.count)
        continue
      }
      isInRecord = true
      try beginObject()
      return true
    }
    return false
  }

  private mutating func finishRecord() throws {
    guard openings.isEmpty else { throw error("the record was not read to its end") }
    skipBlanks()
    guard position == end else { throw error("text follows the end of the record; one object a line is expected") }
    position = min(end + 1, file.count)
    isInRecord = false
  }

  /// - Throws: `DatasetError` when anything but blanks follows the document.
  package mutating func finish() throws {
    skipBlanks()
    guard position == end else { throw error("text follows the end of the JSON document") }
  }

  package mutating func beginObject() throws { try begin(UInt8(ascii: "{"), "an object") }

  package mutating func beginArray() throws { try begin(UInt8(ascii: "["), "an array") }

  /// Moves to the next member of the innermost object and reads its key; false at the object's end.
  package mutating func nextMember() throws -> Bool {
    guard try advance(closing: UInt8(ascii: "}")) else { return false }
    key = try string()
    skipBlanks()
    guard position < end, file.start[position] == UInt8(ascii: ":") else { throw error("a colon is expected here") }
    position += 1
    return true
  }

  /// A place to come back to: behind the opening brace of the innermost object.
  package struct Mark {
    fileprivate var position: Int
    fileprivate var depth: Int
  }

  /// Call right after `beginObject`.
  package func mark() -> Mark { Mark(position: position, depth: openings.count) }

  /// Back to the beginning of an object that is still open, or was the last to be closed.
  package mutating func rewind(to mark: Mark) {
    position = mark.position
    openings.removeLast(max(0, openings.count - mark.depth))
    if openings.count < mark.depth { openings.append(UInt8(ascii: "{")) }
    isFirst = true
  }

  /// Gives the memory of unescaped texts free again; none of them may be used after this.
  package mutating func releaseTexts() { arena.reset() }

  package func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: file.start + range.lowerBound, count: range.count)
  }

  /// Moves to the next element of the innermost array; false at the array's end.
  package mutating func nextElement() throws -> Bool { try advance(closing: UInt8(ascii: "]")) }

  @inlinable @inline(__always)
  package func keyIs(_ name: StaticString) -> Bool {
    guard key.count == name.utf8CodeUnitCount, let base = key.baseAddress else { return false }
    return memcmp(base, name.utf8Start, key.count) == 0
  }

  /// The first byte of what comes next (`{`, `[`, `"`, a digit, the `n` of null, …) behind any blanks; 0 at the end.
  package mutating func peek() -> UInt8 {
    skipBlanks()
    return position < end ? file.start[position] : 0
  }

  private mutating func begin(_ opening: UInt8, _ what: String) throws {
    guard peek() == opening else { throw error("\(what) is expected here") }
    guard openings.count < limits.maximumJSONDepth else {
      throw error("JSON is nested deeper than \(limits.maximumJSONDepth) levels (maximumJSONDepth)")
    }
    openings.append(opening)
    position += 1
    isFirst = true
  }

  private mutating func advance(closing: UInt8) throws -> Bool {
    let next = peek()
    if next == closing {
      guard !openings.isEmpty else { throw error("a bracket is closed that was not opened") }
      position += 1
      openings.removeLast()
      isFirst = false
      return false
    }
    if !isFirst {
      guard next == UInt8(ascii: ",") else {
        throw error(next == 0 ? "the JSON ends in the middle of a value" : "a comma is expected here")
      }
      position += 1
      skipBlanks()
    }
    isFirst = false
    return true
  }

  @inline(__always)
  mutating func skipBlanks() {
    while position < end {
      switch file.start[position] {
      case 32, 9, 10, 13: position += 1
      default: return
      }
    }
  }
}
