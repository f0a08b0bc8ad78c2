/// Splits a line into words and typed slots in one pass over its bytes.
///
/// Tokens end at blanks and at `= : , ; ( ) [ ] { } < > " |`, which stay in the template. Recognised first are values
/// that hold such characters themselves: times, addresses, URLs. What holds a digit never is a word. Lists of like
/// values count as one value, and a place left empty between brackets or after `=` counts as a value, so that the
/// number of tokens does not depend on the values. The result is the same for a line wherever it stands.
struct LineScanner {
  /// Tokens beyond are not looked at: what follows is one more slot.
  static let tokenLimit = 160

  private(set) var tokens: [LineToken] = []
  /// Of what stands after the last token.
  private(set) var tailPrint: UInt64 = 0
  /// Whether the line went on after `tokenLimit`.
  private(set) var isCut = false

  private var gluePrint: UInt64 = 0
  private var lastGlueByte: UInt8 = 0
  private var glue: LineToken.Glue = []

  init() { tokens.reserveCapacity(Self.tokenLimit) }

  mutating func scan(_ line: LineText) {
    tokens.removeAll(keepingCapacity: true)
    clearGlue()
    isCut = false
    var position = 0
    var end = line.count
    while end > 0, line.at(end - 1, is: .blank) { end -= 1 }
    while position < end {
      let here = line.at(position)
      if here.contains(.blank) {
        if lastGlueByte == UInt8(ascii: ":") { glue.insert(.endsLabel) }
        if lastGlueByte != 32 { addGlue(32) }
        glue.insert(.blank)
        position += 1
      } else if here.contains(.delimiter), !isComparison(line, at: position) {
        addDelimiter(line, at: position, end: end)
        position += 1
      } else if tokens.count >= Self.tokenLimit {
        isCut = true
        break
      } else {
        position = addValue(line, at: position, here: here)
      }
    }
    tailPrint = gluePrint
  }

  /// Whether a time is among the first values.
  var mayHaveHeader: Bool { tokens.prefix(4).contains { $0.kind == .time } }

  mutating func replaceTokens(_ body: (inout [LineToken]) -> Void) { body(&tokens) }

  // MARK: - Between values

  @inline(__always)
  private mutating func addGlue(_ byte: UInt8) {
    gluePrint = (gluePrint ^ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15
    lastGlueByte = byte
  }

  @inline(__always)
  private mutating func clearGlue() {
    gluePrint = 0
    lastGlueByte = 0
    glue = []
  }

  private mutating func addDelimiter(_ line: LineText, at position: Int, end: Int) {
    let byte = line[position]
    addGlue(byte)
    let next = line[position + 1]
    switch Unicode.Scalar(byte) {
    case "[":
      glue.insert(.opensBracket)
      if next == UInt8(ascii: "]") { addEmpty(position + 1) }
    case "(", "{":
      glue.insert(.other)
      if next == (byte == UInt8(ascii: "(") ? UInt8(ascii: ")") : UInt8(ascii: "}")) { addEmpty(position + 1) }
    case "]": glue.insert(.closesBracket)
    case ",": glue.insert(.comma)
    case "|": glue.insert(.bar)
    case ":": glue.insert(.colon)
    case "\"":
      let isOpening = !glue.contains(.quote)
      glue.insert(.quote)
      if isOpening, next == byte { addEmpty(position + 1) }
    case "=":
      glue.insert(.equals)
      let isEnd = position + 1 >= end || line.at(position + 1, is: .blank) || Self.endsValue(next)
      if isEnd, position > 0, !line.at(position - 1, is: .boundary) { addEmpty(position + 1) }
    default: glue.insert(.other)
    }
  }

  private static func endsValue(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case ",", ";", ")", "]", "}": true
    default: false
    }
  }

  /// `<1 sec`: the mark belongs to the number, as a sign does; `<6>` is a number in brackets.
  @inline(__always)
  private func isComparison(_ line: LineText, at position: Int) -> Bool {
    guard line.at(position, is: "<") || line.at(position, is: ">"), line.at(position + 1, is: .digit),
      lastGlueByte == 32, tokens.count < Self.tokenLimit
    else { return false }
    return !line.at(position + 1 + line.digits(at: position + 1), is: ">")
  }

  private mutating func addEmpty(_ position: Int) {
    guard tokens.count < Self.tokenLimit else { return }
    append(position..<position, .empty, word: 0)
  }

  // MARK: - Values

  @inline(__always)
  private mutating func append(_ range: Range<Int>, _ kind: SlotKind, word: UInt64, detail: UInt64 = 0) {
    if word == 0, let last = tokens.indices.last, continuesList(kind, detail) {
      tokens[last].end = Int32(range.upperBound)
      if kind == .identifier { tokens[last].detail = 1 }
    } else {
      tokens.append(
        LineToken(
          start: Int32(range.lowerBound), end: Int32(range.upperBound), kind: kind, gluePrint: gluePrint, glue: glue,
          word: word, detail: detail))
    }
    clearGlue()
  }

  /// `1, 2, 3`, `7f 45 4c` and `blk_1 blk_2` are one value each.
  @inline(__always)
  private func continuesList(_ kind: SlotKind, _ detail: UInt64) -> Bool {
    guard let last = tokens.last, last.kind == kind, kind != .empty else { return false }
    if glue == .blank {
      if kind == .identifier { return last.detail == detail || last.detail == 1 }
      return kind == .number || kind == .hexadecimal || kind == .address
    }
    return glue.contains(.comma) && glue.isSubset(of: [.comma, .blank])
  }

  /// Reads the value that begins here and gives the position after it.
  private mutating func addValue(_ line: LineText, at start: Int, here: ByteClass) -> Int {
    if here.contains(.delimiter) { return addPlain(line, start..<line.endOfNumber(at: start + 1), seen: .digit) }
    if let end = addComposite(line, at: start, here: here) { return end }
    var end = start
    var seen: ByteClass = []
    while true {
      let next = line.at(end)
      if !next.isDisjoint(with: .boundary) { break }
      seen.formUnion(next)
      end += 1
    }
    guard !seen.isDisjoint(with: .alphanumeric) else { return addMarks(line, start..<end) }
    if !here.contains(.digit), line.at(end, is: ":"), line.at(end + 1, is: "/"), line.at(end + 2, is: "/") {
      end = line.endOfURL(at: start)
      append(start..<end, .url, word: 0)
      return end
    }
    if end == start + 1, line.at(end, is: ":"), line.at(end + 1, is: "\\"), !line.at(end + 2, is: "\"") {
      end = line.endOfURL(at: start)
      append(start..<end, .path, word: 0)
      return end
    }
    if seen.contains(.slash), let slashed = addSlashed(line, start..<end) { return slashed }
    if seen.contains(.dot), let stop = line.firstRunOfDots(in: start..<end) {
      guard stop > start else {
        end = start
        while line.at(end, is: .dot) { end += 1 }
        return addMarks(line, start..<end)
      }
      end = stop
      seen = line.classes(in: start..<end)
    }
    while end > start + 1, line.at(end - 1, is: [.dot, .mark]), !line.at(end - 1, is: "_"), !line.at(end - 1, is: "%") {
      end -= 1
    }
    if seen.contains(.dot), let port = line.endOfPort(afterHost: start..<end) {
      append(start..<port, .address, word: 0)
      return port
    }
    return addPlain(line, start..<end, seen: seen)
  }

  /// Times, addresses and paths: values that hold delimiters.
  @inline(__always)
  private mutating func addComposite(_ line: LineText, at start: Int, here: ByteClass) -> Int? {
    if here.contains(.digit) {
      if let end = line.endOfTime(at: start) {
        append(start..<end, .time, word: 0)
        return end
      }
      if let end = line.endOfAddress(at: start) {
        append(start..<end, .address, word: 0)
        return end
      }
    } else if here.contains(.slash) {
      if line.at(start + 1, is: .digit), let end = line.endOfAddress(at: start + 1) {
        append(start..<end, .address, word: 0)
        return end
      }
      return nil
    } else if line.at(start + 3, is: " ") || line.at(start + 3, is: ","), let end = line.endOfTime(at: start) {
      // A date in words, which begins with three letters.
      append(start..<end, .time, word: 0)
      return end
    }
    if !here.isDisjoint(with: .hexadecimal), line.at(start + 2, is: ":") || line.at(start + 4, is: ":"),
      let found = line.endOfColonHexadecimal(at: start)
    {
      append(start..<found.end, found.kind, word: 0)
      return found.end
    }
    return nil
  }

  /// A token with slashes: an address after a host name, or a path; nil for words such as `read/write`.
  private mutating func addSlashed(_ line: LineText, _ range: Range<Int>) -> Int? {
    var slashes = 0
    for position in range where line.at(position, is: .slash) {
      slashes += 1
      if line.at(position, is: "/"), line.at(position + 1, is: .digit), let end = line.endOfAddress(at: position + 1) {
        append(range.lowerBound..<end, .address, word: 0)
        return end
      }
    }
    guard slashes >= 2 || line.at(range.lowerBound, is: .slash) else { return nil }
    // A query may hold delimiters: `/items?page=2&size=10`.
    let hasQuery = line.contains("?", in: range) && line.at(range.upperBound, is: .delimiter)
    var end = hasQuery ? line.endOfURL(at: range.lowerBound) : range.upperBound
    while end > range.lowerBound + 1, line.at(end - 1, is: [.dot, .mark]) { end -= 1 }
    append(range.lowerBound..<end, .path, word: 0)
    return end
  }

  @inline(__always)
  private mutating func addPlain(_ line: LineText, _ range: Range<Int>, seen: ByteClass) -> Int {
    guard seen.contains(.digit) else {
      append(range, .word, word: line.fingerprint(range))
      return range.upperBound
    }
    if let kind = line.numberKind(range) {
      let unit = seen.isDisjoint(with: .letter) ? line.spelledUnit(after: range.upperBound) : nil
      return addMeasure(line, range.lowerBound..<(unit?.end ?? range.upperBound), unit?.kind ?? kind)
    } else if isHexadecimal(line, range, seen) {
      append(range, .hexadecimal, word: 0)
    } else if line.isUUID(range) {
      append(range, .uuid, word: 0)
    } else {
      append(range, .identifier, word: 0, detail: line.fingerprintWithoutNumbers(range))
    }
    return range.upperBound
  }

  @inline(__always)
  private func isHexadecimal(_ line: LineText, _ range: Range<Int>, _ seen: ByteClass) -> Bool {
    // What was seen is at least what the range holds.
    (range.count >= 6 && seen.isSubset(of: .hexadecimal)) || line.isHexadecimal(range)
  }

  /// A number with its unit; the same once more in round brackets, `1536 bytes (1.5 KB)`, is part of it.
  private mutating func addMeasure(_ line: LineText, _ range: Range<Int>, _ kind: SlotKind) -> Int {
    let repeats = kind == .size || kind == .duration
    if repeats, let last = tokens.indices.last, tokens[last].kind == kind, tokens[last].word == 0,
      glue == [.blank, .other], lastGlueByte == UInt8(ascii: "("), line.at(range.upperBound, is: ")")
    {
      tokens[last].end = Int32(range.upperBound + 1)
      clearGlue()
      return range.upperBound + 1
    }
    append(range, kind, word: 0)
    return range.upperBound
  }

  /// A token of marks only, such as `-` or `***`: each run of one mark counts once.
  private mutating func addMarks(_ line: LineText, _ range: Range<Int>) -> Int {
    if range.count == 1, line.at(range.lowerBound, is: "-") {
      // By custom a lone dash stands for nothing, or between parts of a header.
      let isBetweenBlanks = lastGlueByte == 32 && line.at(range.upperBound, is: " ")
      if glue == .blank, tokens.last?.kind == .number, let last = tokens.indices.last,
        range.upperBound == line.count || (isBetweenBlanks && line.at(range.upperBound + 1, is: "\""))
      {
        // `200 -` in an access log, as `200 512`.
        tokens[last].end = Int32(range.upperBound)
        clearGlue()
        return range.upperBound
      }
      append(range, .empty, word: 0)
      if isBetweenBlanks { glue.insert(.loneDash) }
      return range.upperBound
    }
    if range.count == 1, line.at(range.lowerBound, is: "/") {
      append(range, .path, word: 0)
      return range.upperBound
    }
    glue.insert(.other)
    var previous: UInt8 = 0
    for position in range where line[position] != previous {
      previous = line[position]
      addGlue(previous)
    }
    return range.upperBound
  }
}

extension LineText {
  /// Where two or more dots in a row begin: they lead the eye, and are no part of a word.
  fileprivate func firstRunOfDots(in range: Range<Int>) -> Int? {
    range.first { self[$0] == UInt8(ascii: ".") && self[$0 + 1] == UInt8(ascii: ".") }
  }
}
