/// Swift source with comments and the words of string literals blanked out, line by line as long as before;
/// code inside `\( … )` stays.
struct SourceText {
  private(set) var code: [UInt8]
  private(set) var lines: [String] = []
  /// Where each line begins in `code`.
  private var lineStarts: [Int] = [0]

  init(_ text: String) {
    code = Array(text.utf8)
    var position = 0
    blankCode(from: &position, insideInterpolation: false)
    for (offset, byte) in code.enumerated() where byte == UInt8(ascii: "\n") { lineStarts.append(offset + 1) }
    lines = String(decoding: code, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  /// The line of a position in `code`, from 1.
  func line(at position: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while low + 1 < high {
      let middle = (low + high) / 2
      if lineStarts[middle] <= position { low = middle } else { high = middle }
    }
    return low + 1
  }

  private func starts(_ token: StaticString, at position: Int) -> Bool {
    let length = token.utf8CodeUnitCount
    guard position + length <= code.count, code[position] == token.utf8Start.pointee else { return false }
    return (1..<length).allSatisfy { code[position + $0] == token.utf8Start[$0] }
  }

  private func starts(_ token: [UInt8], at position: Int) -> Bool {
    guard position + token.count <= code.count, code[position] == token[0] else { return false }
    return token.indices.allSatisfy { code[position + $0] == token[$0] }
  }

  private mutating func blank(_ position: Int) {
    if position < code.count, code[position] != UInt8(ascii: "\n") { code[position] = UInt8(ascii: " ") }
  }

  private mutating func blankCode(from position: inout Int, insideInterpolation: Bool) {
    var depth = 0
    while position < code.count {
      if starts("//", at: position) {
        while position < code.count, code[position] != UInt8(ascii: "\n") {
          blank(position)
          position += 1
        }
      } else if starts("/*", at: position) {
        blankBlockComment(from: &position)
      } else if let hashes = literalHashes(at: position) {
        blankLiteral(from: &position, hashes: hashes)
      } else {
        if code[position] == UInt8(ascii: "(") { depth += 1 }
        if code[position] == UInt8(ascii: ")") {
          if insideInterpolation, depth == 0 { return }
          depth -= 1
        }
        position += 1
      }
    }
  }

  private mutating func blankBlockComment(from position: inout Int) {
    var depth = 0
    while position < code.count {
      if starts("/*", at: position) { depth += 1 }
      let closes = starts("*/", at: position)
      if closes { depth -= 1 }
      let isPair = closes || starts("/*", at: position)
      blank(position)
      if isPair { blank(position + 1) }
      position += isPair ? 2 : 1
      if depth == 0 { return }
    }
  }

  /// How many `#` precede the quote of a literal that begins here; nil where none does.
  private func literalHashes(at position: Int) -> Int? {
    guard code[position] == UInt8(ascii: "#") || code[position] == UInt8(ascii: "\"") else { return nil }
    var end = position
    while end < code.count, code[end] == UInt8(ascii: "#") { end += 1 }
    return end < code.count && code[end] == UInt8(ascii: "\"") ? end - position : nil
  }

  private mutating func blankLiteral(from position: inout Int, hashes: Int) {
    position += hashes
    let quotes = starts("\"\"\"", at: position) ? 3 : 1
    let marks = [UInt8](repeating: UInt8(ascii: "#"), count: hashes)
    let ending = [UInt8](repeating: UInt8(ascii: "\""), count: quotes) + marks
    let escape = [UInt8(ascii: "\\")] + marks
    let interpolation = escape + [UInt8(ascii: "(")]
    position += quotes
    while position < code.count {
      if starts(ending, at: position) {
        position += ending.count
        return
      }
      if starts(interpolation, at: position) {
        position += interpolation.count
        blankCode(from: &position, insideInterpolation: true)
      } else if starts(escape, at: position) {
        for offset in 0...escape.count { blank(position + offset) }
        position += escape.count + 1
      } else {
        blank(position)
        position += 1
      }
    }
  }
}
