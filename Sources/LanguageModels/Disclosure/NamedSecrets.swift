/// Values that stand beside a name which says that they are secret.
extension SecretText {
  private static let longestValue = 8192

  /// `password=…`, `"apiKey": "…"`, `--token …`, `Authorization: Bearer …`, `Cookie: …`.
  func named(at start: Int) -> Match? {
    guard !isNameByte(self[start - 1]) || self[start - 1] == UInt8(ascii: "-") || self[start - 1] == UInt8(ascii: ".")
    else { return nil }
    let last = end(from: start, limit: 100, while: isNameByte)
    guard last - start >= 3, let name = SecretName(bytes[start..<last]) else { return nil }
    guard let value = value(after: last, isFlag: isFlag(start)) else { return nil }
    switch name {
    case .authorization: return authorization(value)
    case .cookie: return cookies(value, isOnlyFirst: false)
    case .setCookie: return cookies(value, isOnlyFirst: true)
    case .password, .key, .session, .shortCode, .phone:
      guard name.accepts(bytes[value], text: self, range: value) else { return nil }
      return Match(range: value, kind: name == .phone ? .phone : .named)
    }
  }

  private func isNameByte(_ byte: UInt8) -> Bool {
    byte.isAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }

  private func isFlag(_ start: Int) -> Bool {
    self[start - 1] == UInt8(ascii: "-") && !self[start - 2].isAlphanumeric
  }

  /// Behind the name: a closing quote, `=` or `:` or, after a flag, a blank; then the value, with or without quotes.
  private func value(after name: Int, isFlag: Bool) -> Range<Int>? {
    var position = name
    if self[position] == UInt8(ascii: "\\") { position += 1 }
    if self[position].isQuote { position += 1 }
    position = skipBlanks(position)
    let separator = self[position]
    if startsIgnoringCase("%3d", at: position) {
      position += 3
    } else if separator == UInt8(ascii: "=") || separator == UInt8(ascii: ":") {
      position = end(from: position, limit: 3) { "=:>".utf8.contains($0) }
    } else if !(position > name && (isFlag || separator == UInt8(ascii: "'"))) {
      return nil
    }
    position = skipBlanks(position)
    let isEscaped = self[position] == UInt8(ascii: "\\") && self[position + 1].isQuote
    if isEscaped { position += 1 }
    if self[position].isQuote { return quoted(position, isEscaped: isEscaped) }
    let last = end(from: position, limit: Self.longestValue) { !$0.isBlank && !"&;,\"'`<>)]}|".utf8.contains($0) }
    return last > position ? position..<last : nil
  }

  private func skipBlanks(_ start: Int) -> Int {
    end(from: start, limit: 4) { $0 == 0x20 || $0 == 0x09 }
  }

  /// The text between this quote and the next one like it; without one, to the end of the line.
  private func quoted(_ opening: Int, isEscaped: Bool) -> Range<Int>? {
    let quote = bytes[opening]
    var position = opening + 1
    let limit = min(count, position + Self.longestValue)
    while position < limit, bytes[position] != 10 {
      let isBackslash = bytes[position] == UInt8(ascii: "\\")
      if isEscaped ? isBackslash && self[position + 1] == quote : bytes[position] == quote { break }
      position += isBackslash && !isEscaped ? 2 : 1
    }
    position = min(position, limit)
    return position > opening + 1 ? opening + 1..<position : nil
  }

  /// The credentials behind the scheme's word.
  private func authorization(_ value: Range<Int>) -> Match? {
    let isQuotedWhole = bytes[value].contains(0x20)
    let lineEnd =
      isQuotedWhole
      ? value.upperBound : end(from: value.lowerBound, limit: Self.longestValue) { $0 != 10 && !$0.isQuote }
    let schemeEnd = end(from: value.lowerBound, limit: 24) { $0.isAlphanumeric || $0 == UInt8(ascii: "-") }
    // Its parts have names of their own.
    if startsIgnoringCase("aws4-", at: value.lowerBound) { return nil }
    guard self[schemeEnd] == 0x20, schemeEnd < lineEnd else {
      return value.count >= 8 && looksGenerated(value) ? Match(range: value, kind: .authorization) : nil
    }
    let token = schemeEnd + 1
    let isDigest = startsIgnoringCase("digest ", at: value.lowerBound)
    let last =
      isDigest ? lineEnd : end(from: token, limit: lineEnd - token) { !$0.isBlank && !",;)]}".utf8.contains($0) }
    let isPlaceholder = Placeholder.end(in: bytes, from: min(token, count - 1)) == last
    guard last - token >= 6, !isPlaceholder, isDigest || looksGenerated(token..<last) else { return nil }
    return Match(range: token..<last, kind: .authorization)
  }

  /// `name=value` pairs with `; ` between them.
  private func cookies(_ value: Range<Int>, isOnlyFirst: Bool) -> Match? {
    var last = value.lowerBound
    var position = value.lowerBound
    while position < count, position - value.lowerBound < Self.longestValue {
      let name = end(from: position, limit: 100) { isNameByte($0) || $0 == UInt8(ascii: "%") }
      guard name > position, self[name] == UInt8(ascii: "=") else { break }
      last = end(from: name, limit: 4096) { !$0.isBlank && !";\"'`,".utf8.contains($0) }
      guard !isOnlyFirst, self[last] == UInt8(ascii: ";") else { break }
      position = end(from: last + 1, limit: 2) { $0 == 0x20 }
    }
    return last > value.lowerBound ? Match(range: value.lowerBound..<last, kind: .cookie) : nil
  }
}
