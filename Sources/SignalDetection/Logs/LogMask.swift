import Telemetry

/// Takes out of a log line what differs from line to line of one kind.
///
/// A line that names its place in the source (`OrderService#88`) early is known by that place; others by their first
/// words, in which numbers, identifiers, values after `=`, and what stands in brackets are masked. Of a line of JSON or
/// of `key=value` pairs these are the words of its message and its error.
struct LogMask {
  /// The severity's byte, then the masked line: equal for lines of one kind.
  private(set) var masked: [UInt8] = []

  /// How far into a line its place in the source may stand.
  static let placeLimit = 160
  static let maximumWords = 14
  /// Words beyond this many bytes are not looked at.
  static let byteLimit = 512

  var text: String { String(decoding: masked.dropFirst(), as: UTF8.self) }

  mutating func apply(to line: UnsafeBufferPointer<UInt8>, _ severity: LogSeverity) {
    masked.removeAll(keepingCapacity: true)
    masked.append(severity.rawValue)
    if let place = Self.sourcePlace(line) {
      masked.append(contentsOf: line[place])
      return
    }
    let said = Self.said(line)
    guard !said.isEmpty else { return maskWords(line) }
    for part in said {
      if masked.count > 1 { masked.append(UInt8(ascii: " ")) }
      maskWords(UnsafeBufferPointer(rebasing: line[part]))
    }
  }

  /// Where a line of JSON or of `key=value` pairs has its message and its error; empty for other lines.
  private static func said(_ line: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
    let line = UnsafeBufferPointer(rebasing: line.prefix(byteLimit))
    let isJSON = line.first == UInt8(ascii: "{")
    let keys: [[StaticString]] =
      isJSON
      ? [["\"msg\":", "\"message\":"], ["\"error\":", "\"err\":"]]
      : [[" msg=", " message="], [" error=", " err="]]
    let parts = keys.compactMap { names in names.lazy.compactMap { value(of: $0, in: line) }.first }
    return parts.first.map { _ in parts } ?? []
  }

  private static func value(of key: StaticString, in line: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    let key = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
    guard line.count > key.count,
      let place = (0..<line.count - key.count).first(where: { start in
        line[start] == key[0] && line[start..<start + key.count].elementsEqual(key)
      })
    else { return nil }
    var start = place + key.count
    while start < line.count, line[start] == UInt8(ascii: " ") { start += 1 }
    guard start < line.count else { return nil }
    guard line[start] == UInt8(ascii: "\"") else {
      let end = line[start...].firstIndex { $0 <= UInt8(ascii: " ") || $0 == UInt8(ascii: ",") } ?? line.count
      return start < end ? start..<end : nil
    }
    start += 1
    var end = start
    while end < line.count, line[end] != UInt8(ascii: "\"") { end += line[end] == UInt8(ascii: "\\") ? 2 : 1 }
    return start < end ? start..<min(end, line.count) : nil
  }

  /// The first word of the shape `Name#123`.
  static func sourcePlace(_ line: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    let limit = min(line.count, placeLimit)
    for hash in 0..<limit where line[hash] == UInt8(ascii: "#") {
      var start = hash
      while start > 0, isName(line[start - 1]) { start -= 1 }
      var end = hash + 1
      while end < line.count, isDigit(line[end]) { end += 1 }
      let hasLetter = line[start..<hash].contains(where: isLetter)
      if hasLetter, end > hash + 1, end == line.count || !isName(line[end]) { return start..<end }
    }
    return nil
  }

  private mutating func maskWords(_ line: UnsafeBufferPointer<UInt8>) {
    var position = 0
    var words = 0
    let end = min(line.count, Self.byteLimit)
    while position < end, words < Self.maximumWords {
      let byte = line[position]
      if byte <= UInt8(ascii: " ") {
        position += 1
        continue
      }
      if words > 0 { masked.append(UInt8(ascii: " ")) }
      position = maskWord(line, from: position, to: end)
      words += 1
    }
  }

  /// Copies one word with what varies in it as `*`, and returns where it ends.
  private mutating func maskWord(_ line: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int {
    var position = start
    while position < end, line[position] > UInt8(ascii: " ") {
      let byte = line[position]
      if let closing = Self.closing(byte) {
        mask()
        position = Self.afterClose(of: byte, closing, line, position, end)
      } else if byte == UInt8(ascii: "=") {
        masked.append(byte)
        mask()
        position += 1
        position = Self.endOfValue(line, position, end)
      } else if Self.isName(byte) {
        position = maskRun(line, from: position, to: end)
      } else {
        masked.append(byte)
        position += 1
      }
    }
    return position
  }

  private mutating func mask() {
    if masked.last != UInt8(ascii: "*") { masked.append(UInt8(ascii: "*")) }
  }

  /// A run of letters, digits and `_ - .`: masked whole when it is a number, an identifier or mostly digits.
  private mutating func maskRun(_ line: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int {
    var stop = start
    var digits = 0
    var letters = 0
    var otherLetters = 0
    while stop < end, Self.isName(line[stop]) {
      if Self.isDigit(line[stop]) { digits += 1 }
      if Self.isLetter(line[stop]) {
        letters += 1
        if (line[stop] | 0x20) > UInt8(ascii: "f") { otherLetters += 1 }
      }
      stop += 1
    }
    let isNumber = digits > 0 && (letters == 0 || letters <= 3 && Self.isDigit(line[start]))
    let isHex = digits > 0 && otherLetters == 0 && digits + letters >= 6
    let isIdentifier = digits >= 3 || (digits > 0 && stop - start >= 10)
    if isNumber || isHex || isIdentifier { mask() } else { masked.append(contentsOf: line[start..<stop]) }
    return stop
  }

  private static func closing(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "("): UInt8(ascii: ")")
    case UInt8(ascii: "{"): UInt8(ascii: "}")
    case UInt8(ascii: "\""): UInt8(ascii: "\"")
    default: nil
    }
  }

  /// Behind the bracket that closes the one at `start`, counting nested ones; the end when it is not closed in sight.
  private static func afterClose(
    of opening: UInt8, _ closing: UInt8, _ line: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int
  ) -> Int {
    var depth = 1
    var position = start + 1
    while position < end {
      if line[position] == closing {
        depth -= 1
        if depth == 0 { return position + 1 }
      } else if line[position] == opening {
        depth += 1
      }
      position += 1
    }
    return end
  }

  private static func endOfValue(_ line: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var position = start
    if position < end, let closing = closing(line[position]) {
      return afterClose(of: line[position], closing, line, position, end)
    }
    while position < end, line[position] > UInt8(ascii: " "), line[position] != UInt8(ascii: ",") { position += 1 }
    return position
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private static func isLetter(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
  }

  private static func isName(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "$")
  }
}
