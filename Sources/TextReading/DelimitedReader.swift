import Foundation
import IncidentModel

/// Walks a CSV file row by row without making strings; RFC 4180 with `\n` or `\r\n` at line ends, a byte order mark
/// skipped, blank lines left out.
///
/// Fields are bytes of the file (or of an unescaped copy) and valid until the next row. Any number of fields is
/// accepted: whoever needs an equal number calls `requireFieldCount`.
package struct DelimitedReader: ~Copyable {
  package let file: FileBytes
  /// The line on which the current row began, from 1.
  package private(set) var line = 0
  private let delimiter: UInt8
  private let limits: ReadLimits
  private var fields: [UnsafeRawBufferPointer] = []
  private var position = 0
  private var nextLine = 1
  private var rowStart = 0
  private var rowEnd = 0
  private var escaped: [(field: Int, start: Int, end: Int)] = []
  private var arena = ByteArena()

  package init(_ file: FileBytes, delimiter: Character = ",", limits: ReadLimits = ReadLimits()) {
    self.file = file
    self.delimiter = delimiter.asciiValue ?? UInt8(ascii: ",")
    self.limits = limits
    if file.count >= 3, file.start[0] == 0xef, file.start[1] == 0xbb, file.start[2] == 0xbf { position = 3 }
  }

  package var fieldCount: Int { fields.count }

  /// Where the next row begins, in bytes from the start of the file.
  package var nextPosition: Int { position }

  /// The bytes of a field without its quotes; empty beyond the last field.
  package subscript(index: Int) -> UnsafeRawBufferPointer {
    index >= 0 && index < fields.count ? fields[index] : UnsafeRawBufferPointer(start: nil, count: 0)
  }

  /// A field as text; bytes that are not UTF-8 become U+FFFD.
  package func text(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }

  /// Moves to the next row; false at the end of the file.
  ///
  /// - Throws: `DatasetError` for a line beyond the limit, a quote that is not closed, or text after a closing quote.
  package mutating func nextRow() throws -> Bool {
    arena.reset()
    escaped.removeAll(keepingCapacity: true)
    repeat {
      fields.removeAll(keepingCapacity: true)
      guard position < file.count else { return false }
      try readRow()
    } while fields.count == 1 && fields[0].isEmpty
    for item in escaped { fields[item.field] = unescape(item.start, item.end) }
    return true
  }

  /// An error at a field of the current row.
  package func error(field: Int, _ message: String) -> DatasetError {
    var place = field >= fields.count ? rowEnd : rowStart
    if field >= 0, field < fields.count, let base = fields[field].baseAddress {
      let offset = base - UnsafeRawPointer(file.start)
      if (rowStart...rowEnd).contains(offset) { place = offset }
    }
    return file.error(at: place, message)
  }

  /// - Throws: `DatasetError` at the end of the row, or at the first field too many, when the row is ragged.
  package func requireFieldCount(_ expected: Int) throws {
    guard fields.count != expected else { return }
    throw error(
      field: min(expected, fields.count),
      "the row has \(fields.count) fields where the header has \(expected)")
  }

  private mutating func readRow() throws {
    let bytes = file.start
    let end = file.count
    line = nextLine
    rowStart = position
    let limit = position + min(limits.maximumLineBytes, end - position)
    while true {
      if position < end, bytes[position] == UInt8(ascii: "\"") {
        try readQuotedField()
      } else {
        let start = position
        while position < end, bytes[position] != delimiter, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        var fieldEnd = position
        let endsLine = position == end || bytes[position] == UInt8(ascii: "\n")
        if endsLine, fieldEnd > start, bytes[fieldEnd - 1] == UInt8(ascii: "\r") { fieldEnd -= 1 }
        fields.append(UnsafeRawBufferPointer(start: bytes + start, count: fieldEnd - start))
      }
      guard position <= limit else {
        throw file.error(
          at: rowStart, "the line is longer than \(limits.maximumLineBytes) bytes (maximumLineBytes)")
      }
      rowEnd = position
      if position == end { return }
      let separator = bytes[position]
      position += 1
      if separator == UInt8(ascii: "\n") {
        nextLine += 1
        return
      }
    }
  }

  /// Leaves the position at the delimiter, at the line end, or at the end of the file.
  private mutating func readQuotedField() throws {
    let bytes = file.start
    let end = file.count
    let start = position + 1
    let limit = position + min(limits.maximumLineBytes, end - position)
    var hasDoubledQuotes = false
    position = start
    while true {
      while position < end, bytes[position] != UInt8(ascii: "\"") {
        if bytes[position] == UInt8(ascii: "\n") { nextLine += 1 }
        position += 1
        if position > limit { return }
      }
      guard position < end else { throw file.error(at: start - 1, "the quote is not closed before the file ends") }
      guard position + 1 < end, bytes[position + 1] == UInt8(ascii: "\"") else { break }
      hasDoubledQuotes = true
      position += 2
    }
    if hasDoubledQuotes { escaped.append((fields.count, start, position)) }
    fields.append(UnsafeRawBufferPointer(start: bytes + start, count: position - start))
    position += 1
    if position + 1 < end, bytes[position] == UInt8(ascii: "\r"), bytes[position + 1] == UInt8(ascii: "\n") {
      position += 1
    } else if position + 1 == end, bytes[position] == UInt8(ascii: "\r") {
      position = end
    }
    guard position == end || bytes[position] == delimiter || bytes[position] == UInt8(ascii: "\n") else {
      throw file.error(at: position, "text follows a closing quote; a quote inside a field must be doubled")
    }
  }

  private mutating func unescape(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
    let target = arena.allocate(end - start)
    var count = 0
    var index = start
    while index < end {
      target[count] = file.start[index]
      index += file.start[index] == UInt8(ascii: "\"") ? 2 : 1
      count += 1
    }
    return UnsafeRawBufferPointer(start: target, count: count)
  }
}
