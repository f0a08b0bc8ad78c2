/// Secrets with a form of their own.
extension SecretText {
  /// How far into a token is looked before it is decided whether it is one.
  private static let deciding = 64
  private static let longest = 65_536

  func issuedToken(at start: Int) -> Match? {
    for prefix in SecretPrefix.byFirstByte[Int(bytes[start])] where starts(prefix.prefix, at: start) {
      let body = start + prefix.prefix.count
      let decided = end(from: body, limit: max(Self.deciding, prefix.minimumLength), while: prefix.contains)
      guard decided - body >= prefix.minimumLength,
        bytes[body..<decided].contains(where: { $0.isDigit || $0.isUppercase })
      else { continue }
      return Match(range: start..<end(from: decided, limit: Self.longest, while: prefix.contains), kind: prefix.kind)
    }
    return botToken(at: start)
  }

  /// `123456789:AA…`: the form of chat bots.
  private func botToken(at start: Int) -> Match? {
    guard bytes[start].isDigit else { return nil }
    let colon = end(from: start, limit: 12, while: \.isDigit)
    guard colon - start >= 8, self[colon] == UInt8(ascii: ":"), starts(Array("AA".utf8), at: colon + 1) else {
      return nil
    }
    let last = end(from: colon + 1, limit: 64, while: \.isBase64)
    return last - colon > 30 ? Match(range: start..<last, kind: .issuedToken) : nil
  }

  /// Two or three parts of base64 between dots, the first of which begins a JSON object.
  func jsonWebToken(at start: Int) -> Match? {
    guard startsIgnoringCase("eyj", at: start), bytes[start + 2] == UInt8(ascii: "J") else { return nil }
    var position = end(from: start, limit: 2048, while: \.isBase64)
    guard position - start >= 12 else { return nil }
    while self[position] == UInt8(ascii: "."), self[position + 1].isBase64 || self[position + 1] == 0x2E {
      position = end(from: position + 1, limit: Self.longest, while: \.isBase64)
    }
    return Match(range: start..<position, kind: .jsonWebToken)
  }

  /// From `-----BEGIN … PRIVATE KEY-----` to the end of the block, or as far as its characters reach.
  func privateKey(at start: Int) -> Match? {
    guard starts(Array("-----BEGIN ".utf8), at: start) else { return nil }
    let title = end(from: start + 11, limit: 60) { $0 != UInt8(ascii: "-") }
    let words = String(decoding: bytes[start + 11..<title], as: UTF8.self)
    guard words.contains("PRIVATE KEY") else { return nil }
    let closing = Array("-----END".utf8)
    var position = end(from: title, limit: 5) { $0 == UInt8(ascii: "-") }
    while position < count, position - start < Self.longest, !starts(closing, at: position) {
      let byte = bytes[position]
      guard byte.isBase64 || byte.isBlank || "=\\,:.|>".utf8.contains(byte) else { break }
      position += 1
    }
    if starts(closing, at: position) {
      position = end(from: position + 8, limit: 60) { $0 != UInt8(ascii: "-") }
      position = end(from: position, limit: 5) { $0 == UInt8(ascii: "-") }
    }
    return Match(range: start..<position, kind: .privateKey)
  }

  /// The path of an address that lets anybody post: what follows the host is the secret.
  func webhook(at start: Int) -> Match? {
    let hosts: [StaticString] = [
      "hooks.slack.com/services/", "hooks.slack.com/workflows/", "discord.com/api/webhooks/",
      "discordapp.com/api/webhooks/", "outlook.office.com/webhook/", "hooks.zapier.com/hooks/catch/",
      "chat.googleapis.com/v1/spaces/", "maker.ifttt.com/trigger/", "webhook.office.com/webhookb2/",
      "events.pagerduty.com/integration/", "alert.victorops.com/integrations/generic/",
    ]
    guard bytes[start].isLetter, let host = hosts.first(where: { startsIgnoringCase($0, at: start) }) else {
      return nil
    }
    let path = start + host.utf8CodeUnitCount
    let last = end(from: path, limit: 1024) { !$0.isBlank && !$0.isQuote && !"<>)]},;".utf8.contains($0) }
    return last > path ? Match(range: path..<last, kind: .webhook) : nil
  }

  /// What follows `Bearer` or `Basic`, wherever they stand.
  func schemeToken(at start: Int) -> Match? {
    let isBasic = startsIgnoringCase("basic ", at: start)
    guard isBasic || startsIgnoringCase("bearer ", at: start) || startsIgnoringCase("bearer%20", at: start) else {
      return nil
    }
    let token = isBasic ? start + 6 : start + (self[start + 6] == UInt8(ascii: "%") ? 9 : 7)
    let last = end(from: token, limit: Self.longest) { $0.isBase64 || "=.~".utf8.contains($0) }
    guard isBasic ? decodesToCredentials(token..<last) : last - token >= 12 && looksGenerated(token..<last) else {
      return nil
    }
    return Match(range: token..<last, kind: .authorization)
  }

  /// `user:password` in base64.
  private func decodesToCredentials(_ range: Range<Int>) -> Bool {
    guard range.count >= 6, range.count <= 1024 else { return false }
    var bits: UInt32 = 0
    var bitCount = 0
    var hasColon = false
    for byte in bytes[range] {
      let value: UInt8
      switch byte {
      case 0x41...0x5A: value = byte - 0x41
      case 0x61...0x7A: value = byte - 0x61 + 26
      case 0x30...0x39: value = byte - 0x30 + 52
      case 0x2B, 0x2D: value = 62
      case 0x2F, 0x5F: value = 63
      default: continue
      }
      bits = (bits << 6 | UInt32(value)) & 0xFFFF
      bitCount += 6
      guard bitCount >= 8 else { continue }
      bitCount -= 8
      let decoded = UInt8(truncatingIfNeeded: bits >> UInt32(bitCount))
      if decoded < 0x20 || decoded == 0x7F { return false }
      if decoded == UInt8(ascii: ":") { hasColon = true }
    }
    return hasColon
  }

  /// A run that no name explains, by how often its characters change between small, large and digit.
  ///
  /// Words in camel case change at most twice a word, hexadecimal (digests, traces, UUIDs) has too few kinds of
  /// character; keys in base64 or base62 change at six places of ten.
  func random(at start: Int) -> Match? {
    let last = end(from: start, limit: .max - start, while: \.isBase64)
    guard last - start >= 20, !followsDigestName(start), RunProfile(bytes[start..<last]).isRandom else { return nil }
    return Match(range: start..<end(from: last, limit: 2) { $0 == UInt8(ascii: "=") }, kind: .random)
  }

  private func followsDigestName(_ start: Int) -> Bool {
    guard self[start - 1] == UInt8(ascii: ":") || startsIgnoringCase("sha", at: start) else { return false }
    let names: [StaticString] = ["sha256:", "sha512:", "sha384:", "sha1:", "md5:"]
    return startsIgnoringCase("sha256-", at: start) || startsIgnoringCase("sha384-", at: start)
      || startsIgnoringCase("sha512-", at: start)
      || names.contains { startsIgnoringCase($0, at: max(0, start - $0.utf8CodeUnitCount)) }
  }
}

/// What kinds of character a run is made of, and how they alternate.
struct RunProfile {
  private var lower = 0
  private var upper = 0
  private var digits = 0
  private var separators = 0
  private var isHexadecimal = true
  /// Neighbours that are both letters or digits, and those of different kinds among them.
  private var pairs = 0
  private var changes = 0
  private var longestSegment = 0
  private var distinct = 0

  init(_ run: ArraySlice<UInt8>) {
    var seen: (UInt64, UInt64) = (0, 0)
    var previous = 0
    var segment = 0
    for byte in run {
      let kind = byte.isLowercase ? 1 : byte.isUppercase ? 2 : byte.isDigit ? 3 : 0
      switch kind {
      case 1: lower += 1
      case 2: upper += 1
      case 3: digits += 1
      default: separators += 1
      }
      if kind != 0, previous != 0 {
        pairs += 1
        if kind != previous { changes += 1 }
      }
      segment = kind == 0 ? 0 : segment + 1
      longestSegment = max(longestSegment, segment)
      if kind != 0, !byte.isHexadecimal { isHexadecimal = false }
      if byte < 64 { seen.0 |= 1 << UInt64(byte) } else { seen.1 |= 1 << UInt64(byte & 63) }
      previous = kind
    }
    distinct = seen.0.nonzeroBitCount + seen.1.nonzeroBitCount
  }

  var isRandom: Bool {
    let letters = lower + upper
    guard distinct >= 12, pairs > 0, separators * 6 <= letters + digits else { return false }
    let share = Double(changes) / Double(pairs)
    if isHexadecimal { return false }
    if lower > 0, upper > 0 {
      // Without a digit only a long run is told from words that begin with capitals.
      return digits >= 2 ? letters + digits >= 20 && share >= 0.42 : letters >= 32 && share >= 0.42
    }
    return digits >= 4 && longestSegment >= 32 && share >= 0.25
  }
}
