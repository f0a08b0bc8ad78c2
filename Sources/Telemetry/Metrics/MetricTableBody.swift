import Foundation
import IncidentModel
import TextReading

/// The rows of a wide table, behind its header: the loop that reads most of a case's bytes.
struct MetricTableBody: ~Copyable {
  /// In the order of the file.
  private(set) var times: [Int64] = []
  private(set) var infinityCount = 0
  private var matrix: ValueMatrix
  private let file: FileBytes
  private let end: Int
  private let timeColumn: Int
  private let hasIndexRow: Bool
  private let limits: ReadLimits
  private let numbers = DecimalParser()
  private var clock = ClockText()
  private var position: Int

  init(
    file: FileBytes, position: Int, columnCount: Int, timeColumn: Int, hasIndexRow: Bool, limits: ReadLimits
  ) {
    self.file = file
    self.position = position
    self.timeColumn = timeColumn
    self.hasIndexRow = hasIndexRow
    self.limits = limits
    end = file.count
    matrix = ValueMatrix(
      columnCount: columnCount, expectedRows: Self.expectedRows(file, position, columnCount: columnCount))
  }

  /// One array for every column but that of the times.
  func columns() -> [[Double]] { matrix.columns(except: timeColumn) }

  mutating func read() throws {
    let bytes = file.start
    while position < end {
      let rowStart = position
      if bytes[position] == UInt8(ascii: "\n") || isCarriageReturn(position) {
        position += 1
        continue
      }
      let row = matrix.nextRow()
      if try readRow(into: row) { matrix.keepRow() }
      guard position - rowStart <= limits.maximumLineBytes else {
        throw file.error(
          at: rowStart, "the line is longer than \(limits.maximumLineBytes) bytes (maximumLineBytes)")
      }
    }
  }

  /// False for a row that holds no sample: the name of the index under several header rows.
  private mutating func readRow(into row: UnsafeMutablePointer<Double>) throws -> Bool {
    let bytes = file.start
    let rowStart = position
    let columnCount = matrix.columnCount
    var column = 0
    while true {
      guard column < columnCount else { throw ragged(rowStart, at: position) }
      if column == timeColumn {
        guard let time = try readTime() else {
          if column == 0, skipIndexRow() { return false }
          throw file.error(
            at: position, "a time is expected here: Unix seconds, or RFC 3339 as in 2026-03-01T03:12:40Z")
        }
        times.append(time)
      } else {
        row[column] = try readValue()
      }
      column += 1
      guard position < end else { break }
      let separator = bytes[position]
      position += 1
      if separator == UInt8(ascii: ",") { continue }
      if separator == UInt8(ascii: "\r") { position = min(position + 1, end) }
      break
    }
    guard column == columnCount else { throw ragged(rowStart, at: endOfLine(rowStart)) }
    return true
  }

  @inline(__always)
  private mutating func readValue() throws -> Double {
    let start = position
    if start == end || file.start[start] == UInt8(ascii: ",") { return .nan }
    if let value = numbers.scan(file.start, &position, end), isFieldEnd(position), value.isFinite { return value }
    position = start
    return try readUnusualValue()
  }

  /// A gap, an infinity, or a number in quotes or between blanks.
  private mutating func readUnusualValue() throws -> Double {
    let start = position
    let field = try takeField()
    if let value = numbers.number(field) { return value }
    let word = String(decoding: field, as: UTF8.self).lowercased()
    if ["", "nan", "-nan", "null", "none", "na", "n/a"].contains(word) { return .nan }
    let isNumber = withUTF8Bytes(word) { bytes in
      var place = 0
      return bytes.baseAddress.map {
        numbers.scan($0.assumingMemoryBound(to: UInt8.self), &place, bytes.count) != nil && place == bytes.count
      } ?? false
    }
    guard isNumber || ["inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"].contains(word) else {
      throw file.error(at: start, "a number is expected here, or nothing for a gap, not “\(word.prefix(40))”")
    }
    infinityCount += 1
    return .nan
  }

  /// Leaves the position in place where the field holds no time.
  private mutating func readTime() throws -> Int64? {
    let start = position
    if let time = clock.nanoseconds(try takeField()) { return time }
    position = start
    return nil
  }

  /// The field at the position, without quotes and blanks around it; moves behind it.
  private mutating func takeField() throws -> UnsafeRawBufferPointer {
    let bytes = file.start
    var first = position
    if first < end, bytes[first] == UInt8(ascii: "\"") {
      first += 1
      position = first
      while position < end, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\n") {
        position += 1
      }
      guard position < end, bytes[position] == UInt8(ascii: "\""), isFieldEnd(position + 1) else {
        throw file.error(at: first - 1, "the quote is not closed where the field ends")
      }
      position += 1
      return trimmed(first, position - 1)
    }
    while !isFieldEnd(position) { position += 1 }
    return trimmed(first, position)
  }

  private func trimmed(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
    var (start, end) = (start, end)
    while start < end, file.start[start] == UInt8(ascii: " ") { start += 1 }
    while start < end, file.start[end - 1] == UInt8(ascii: " ") { end -= 1 }
    return UnsafeRawBufferPointer(start: file.start + start, count: end - start)
  }

  @inline(__always)
  private func isFieldEnd(_ place: Int) -> Bool {
    guard place < end else { return true }
    let byte = file.start[place]
    return byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || isCarriageReturn(place)
  }

  /// A carriage return that ends a line.
  @inline(__always)
  private func isCarriageReturn(_ place: Int) -> Bool {
    file.start[place] == UInt8(ascii: "\r") && (place + 1 == end || file.start[place + 1] == UInt8(ascii: "\n"))
  }

  /// pandas writes the index' name in a row of its own under several header rows.
  private mutating func skipIndexRow() -> Bool {
    guard hasIndexRow, times.isEmpty else { return false }
    let lineEnd = endOfLine(position)
    guard let comma = (position..<lineEnd).first(where: { file.start[$0] == UInt8(ascii: ",") }),
      (comma..<lineEnd).allSatisfy({ file.start[$0] == UInt8(ascii: ",") })
    else { return false }
    position = lineEnd
    return true
  }

  private func endOfLine(_ start: Int) -> Int {
    var place = start
    while place < end, file.start[place] != UInt8(ascii: "\n"), !isCarriageReturn(place) { place += 1 }
    return place
  }

  private func ragged(_ rowStart: Int, at place: Int) -> DatasetError {
    let fields = (rowStart..<endOfLine(rowStart)).count { file.start[$0] == UInt8(ascii: ",") } + 1
    return file.error(at: place, "the row has \(fields) fields where the header has \(matrix.columnCount)")
  }

  /// No more rows than there are line ends, nor than there is room for with one byte a field.
  private static func expectedRows(_ file: FileBytes, _ position: Int, columnCount: Int) -> Int {
    let rest = file.count - position
    guard rest > 0 else { return 1 }
    let most = rest / max(1, columnCount) + 1
    var rows = 1
    var place = file.start + position
    let end = file.start + file.count
    while rows <= most, let found = memchr(place, 10, end - place) {
      rows += 1
      place = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) + 1
    }
    return min(rows, most)
  }
}
