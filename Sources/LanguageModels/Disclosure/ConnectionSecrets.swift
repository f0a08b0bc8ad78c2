/// Passwords in addresses and on command lines.
extension SecretText {
  /// At the colon of `scheme://user:password@host`: the password, or a long user that is a token.
  func addressPassword(at colon: Int) -> Match? {
    guard self[colon + 1] == UInt8(ascii: "/"), self[colon + 2] == UInt8(ascii: "/"), self[colon - 1].isAlphanumeric
    else { return nil }
    return userInformation(from: colon + 3)
  }

  /// The authority ends at a blank, a quote or a slash; a password may hold `@`, so the last one counts.
  private func userInformation(from start: Int) -> Match? {
    let last = end(from: start, limit: 512) { !$0.isBlank && !$0.isQuote && !"/?#<>\\".utf8.contains($0) }
    guard let at = (start..<last).last(where: { bytes[$0] == UInt8(ascii: "@") }) else { return nil }
    guard let colon = (start..<at).first(where: { bytes[$0] == UInt8(ascii: ":") }) else {
      return at - start >= 16 && looksGenerated(start..<at) ? Match(range: start..<at, kind: .connection) : nil
    }
    return secret(colon + 1..<at)
  }

  /// `user:password@tcp(host:3306)/db`, `jdbc:oracle:thin:user/password@host`.
  func dataSourcePassword(at start: Int) -> Match? {
    let isOracle = startsIgnoringCase("jdbc:oracle:", at: start)
    let first = isOracle ? end(from: start + 12, limit: 8) { $0 != UInt8(ascii: ":") } + 1 : start
    let separator = UInt8(ascii: isOracle ? "/" : ":")
    let user = end(from: first, limit: 64) { $0.isAlphanumeric || "_-.".utf8.contains($0) }
    guard user > first, self[user] == separator else { return nil }
    let at = end(from: user + 1, limit: 128) { !$0.isBlank && !$0.isQuote && $0 != UInt8(ascii: "@") }
    guard self[at] == UInt8(ascii: "@") else { return nil }
    let isData =
      isOracle || startsIgnoringCase("tcp(", at: at + 1) || startsIgnoringCase("unix(", at: at + 1)
      || startsIgnoringCase("tcp6(", at: at + 1)
    return isData ? secret(user + 1..<at) : nil
  }

  /// `-u user:password`, as web clients take it.
  func userFlag(at dash: Int) -> Match? {
    guard !self[dash - 1].isAlphanumeric, self[dash - 1] != UInt8(ascii: "-") else { return nil }
    let length = startsIgnoringCase("-u ", at: dash) ? 3 : startsIgnoringCase("--user ", at: dash) ? 7 : 0
    guard length > 0 else { return nil }
    let start = self[dash + length].isQuote ? dash + length + 1 : dash + length
    let colon = end(from: start, limit: 64) { $0.isAlphanumeric || "_-.@".utf8.contains($0) }
    guard colon > start, self[colon] == UInt8(ascii: ":"), self[colon + 1] != UInt8(ascii: "/") else { return nil }
    let last = end(from: colon + 1, limit: 256) { !$0.isBlank && !$0.isQuote }
    // `-u 1000:1000` is a user and a group.
    guard bytes[colon + 1..<last].contains(where: { !$0.isDigit }) else { return nil }
    return secret(colon + 1..<last)
  }

  private func secret(_ range: Range<Int>) -> Match? {
    guard let first = bytes[range].first, !"$*{<".utf8.contains(first),
      Placeholder.end(in: bytes, from: range.lowerBound) != range.upperBound
    else { return nil }
    return Match(range: range, kind: .connection)
  }
}
