import Testing

/// How long files and functions may be.
enum SizeRules {
  static let fileLimit = 400
  static let usualFileLimit = 300
  static let functionLimit = 70

  struct Function {
    var line: Int
    var lineCount: Int
  }

  /// Functions, initialisers and subscripts with a body, from the keyword's line to the closing brace's.
  static func functions(in source: SourceText) -> [Function] {
    let code = source.code
    var functions: [Function] = []
    var wordStart: Int?
    for position in 0...code.count {
      let byte = position < code.count ? code[position] : 0
      if isWord(byte) {
        if wordStart == nil { wordStart = position }
        continue
      }
      guard let start = wordStart else { continue }
      wordStart = nil
      let isMember = start > 0 && (code[start - 1] == UInt8(ascii: ".") || code[start - 1] == UInt8(ascii: "`"))
      guard !isMember, isKeyword(code[start..<position]), let opening = bodyStart(code, from: position) else {
        continue
      }
      let line = source.line(at: start)
      let last = source.line(at: closingBrace(code, from: opening))
      functions.append(Function(line: line, lineCount: last - line + 1))
    }
    return functions
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 95
  }

  private static func isKeyword(_ word: ArraySlice<UInt8>) -> Bool {
    guard [4, 9].contains(word.count) else { return false }
    return ["func", "init", "subscript"].contains(String(decoding: word, as: UTF8.self))
  }

  /// The brace that opens the body; nil for a requirement of a protocol.
  private static func bodyStart(_ code: [UInt8], from start: Int) -> Int? {
    var depth = 0
    var hasParameters = false
    for position in start..<code.count {
      switch code[position] {
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"):
        depth -= 1
        hasParameters = true
        if depth < 0 { return nil }
      case UInt8(ascii: "{") where depth == 0: return position
      case UInt8(ascii: "}") where depth == 0: return nil
      case UInt8(ascii: "\n") where depth == 0 && hasParameters:
        let next = code[(position + 1)...].drop { $0 == UInt8(ascii: " ") }
        let goesOn = ["{", "where", "->", "throws", "async"].contains { next.starts(with: Array($0.utf8)) }
        if !goesOn { return nil }
      default: break
      }
    }
    return nil
  }

  private static func closingBrace(_ code: [UInt8], from opening: Int) -> Int {
    var depth = 0
    for position in opening..<code.count {
      if code[position] == UInt8(ascii: "{") { depth += 1 }
      if code[position] == UInt8(ascii: "}") { depth -= 1 }
      if depth == 0 { return position }
    }
    return code.count
  }
}

@Suite struct SizeTests {
  @Test func measuresFunctions() {
    let source = SourceText(
      """
      protocol P {
        func requirement() -> Int
        init(x: Int)
      }
      struct S {
        func short() { print("}") }
        func long(
          _ x: Int
        ) -> Int
        where Int: Sendable {
          // }
          if x > 0 { return 1 }
          return self.init(x).x
        }
        subscript(x: Int) -> Int { x }
      }
      """)
    #expect(SizeRules.functions(in: source).map(\.line) == [6, 7, 15])
    #expect(SizeRules.functions(in: source).map(\.lineCount) == [1, 8, 1])
  }

  @Test func filesStayShort() throws {
    let files = try ProjectTree.swiftFiles().map(\.file)
    let tooLong = files.filter { $0.lineCount > SizeRules.fileLimit }.map { "\($0.path): \($0.lineCount) lines" }
    #expect(tooLong.isEmpty, "over \(SizeRules.fileLimit) lines: \(tooLong.joined(separator: ", "))")
    let long = files.filter { $0.lineCount >= SizeRules.usualFileLimit }.map { "\($0.path): \($0.lineCount) lines" }
    #expect(
      long.count * 10 <= files.count,
      "more than a tenth of \(files.count) files has \(SizeRules.usualFileLimit) lines: \(long.joined(separator: ", "))"
    )
  }

  @Test func functionsStayShort() throws {
    var offences: [String] = []
    var count = 0
    for file in try ProjectTree.swiftFiles() {
      for function in SizeRules.functions(in: file.source) {
        count += 1
        guard function.lineCount > SizeRules.functionLimit else { continue }
        offences.append("\(file.path):\(function.line): \(function.lineCount) lines")
      }
    }
    #expect(count > 100)
    #expect(offences.isEmpty, "over \(SizeRules.functionLimit) lines: \(offences.joined(separator: ", "))")
  }
}
