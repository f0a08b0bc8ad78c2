/// Bounds how deep YAML nests before it is parsed, since the parser calls itself for every level.
enum YAMLNesting {
  static let maximumDepth = 64

  /// Where the text may nest too deep: brackets that stay open, marks of lists and keys one after
  /// another on a line, and indentation that grows line by line. Brackets in prose count too, with room to spare.
  static func firstTooDeep(_ text: String) -> (line: Int, column: Int)? {
    var text = text
    return text.withUTF8 { bytes in
      firstTooDeep(bytes).map { position in
        let before = bytes[..<position]
        let lineStart = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
        return (1 + before.count { $0 == 10 }, position - lineStart + 1)
      }
    }
  }

  private static func firstTooDeep(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var openBrackets = 0
    var indents: [Int] = []
    var position = 0
    while position < bytes.count {
      let lineStart = position
      var marks = 0
      while position < bytes.count, [32, UInt8(ascii: "-"), UInt8(ascii: "?")].contains(bytes[position]) {
        if bytes[position] != 32, position + 1 < bytes.count, bytes[position + 1] == 32 { marks += 1 }
        position += 1
      }
      if position < bytes.count, bytes[position] != 10 {
        let indent = position - lineStart
        while let last = indents.last, last >= indent { indents.removeLast() }
        indents.append(indent)
      }
      if marks > maximumDepth || indents.count > maximumDepth { return position }
      while position < bytes.count, bytes[position] != 10 {
        switch bytes[position] {
        case UInt8(ascii: "["), UInt8(ascii: "{"): openBrackets += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"): openBrackets = max(0, openBrackets - 1)
        default: break
        }
        if openBrackets > maximumDepth { return position }
        position += 1
      }
      position += 1
    }
    return nil
  }
}
