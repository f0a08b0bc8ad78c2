/// Finds what must not leave the house in a text: left to right, each place looked at once, every look-ahead bounded.
struct SecretScanner: Sendable {
  struct Match {
    var range: Range<Int>
    var kind: SecretKind
  }

  private let settings: Redaction.Settings
  /// The names to hide by their first byte, the longest first.
  private var namesByFirstByte: [[[UInt8]]] = []

  init(_ settings: Redaction.Settings) {
    self.settings = settings
    guard !settings.names.isEmpty else { return }
    namesByFirstByte = Array(repeating: [], count: 256)
    for name in settings.names.sorted(by: { ($1.utf8.count, $0) < ($0.utf8.count, $1) }) {
      let bytes = Array(name.utf8)
      // A single letter stands everywhere.
      if bytes.count > 1 { namesByFirstByte[Int(bytes[0])].append(bytes) }
    }
  }

  /// Reports what it finds in ascending order and without overlap.
  func scan(_ bytes: [UInt8], _ report: (Range<Int>, SecretKind) -> Void) {
    let text = SecretText(bytes: bytes)
    var position = 0
    while position < bytes.count {
      guard let match = match(text, at: position), !match.range.isEmpty else {
        position += 1
        continue
      }
      report(match.range, match.kind)
      position = match.range.upperBound
    }
  }

  private func match(_ text: SecretText, at position: Int) -> Match? {
    switch text.bytes[position] {
    case UInt8(ascii: "~"):
      return Placeholder.end(in: text.bytes, from: position).map { Match(range: position..<$0, kind: .placeholder) }
    case UInt8(ascii: "-"):
      return text.privateKey(at: position) ?? text.userFlag(at: position)
    case UInt8(ascii: ":"):
      return text.addressPassword(at: position) ?? (settings.hidesAddresses ? text.address(at: position) : nil)
    case UInt8(ascii: "+"): return text.phone(at: position)
    case UInt8(ascii: "/"): return text.isRunStart(position) ? text.random(at: position) : nil
    default: break
    }
    guard text.isWordStart(position) else { return nil }
    return text.issuedToken(at: position) ?? text.jsonWebToken(at: position) ?? text.webhook(at: position)
      ?? text.schemeToken(at: position) ?? text.named(at: position) ?? text.dataSourcePassword(at: position)
      ?? personal(text, at: position)
      ?? (text.isRunStart(position) ? text.random(at: position) : nil)
  }

  private func personal(_ text: SecretText, at position: Int) -> Match? {
    if let match = text.email(at: position) ?? text.card(at: position) ?? text.account(at: position) { return match }
    if settings.hidesAddresses, let match = text.address(at: position) { return match }
    if settings.hidesHostNames, let match = text.host(at: position) { return match }
    guard !namesByFirstByte.isEmpty else { return nil }
    let name = namesByFirstByte[Int(text.bytes[position])].first { name in
      let end = position + name.count
      return text.starts(name, at: position) && (end == text.count || !text.bytes[end].isAlphanumeric)
    }
    return name.map { Match(range: position..<position + $0.count, kind: .name) }
  }
}

/// The bytes of a text, and small questions about them. What is found is in the extensions.
struct SecretText {
  typealias Match = SecretScanner.Match

  let bytes: [UInt8]

  var count: Int { bytes.count }

  /// The byte at a place; 0 behind the end.
  subscript(position: Int) -> UInt8 { position >= 0 && position < bytes.count ? bytes[position] : 0 }

  func starts(_ word: [UInt8], at position: Int) -> Bool {
    guard position + word.count <= bytes.count else { return false }
    for offset in word.indices where bytes[position + offset] != word[offset] { return false }
    return true
  }

  /// Whether the word stands here in any case; `word` in small letters.
  func startsIgnoringCase(_ word: StaticString, at position: Int) -> Bool {
    let length = word.utf8CodeUnitCount
    guard position + length <= bytes.count else { return false }
    for offset in 0..<length where bytes[position + offset].lowercased != word.utf8Start[offset] { return false }
    return true
  }

  /// Behind the longest run of bytes that satisfy the condition, at most `limit` of them.
  func end(from start: Int, limit: Int, while condition: (UInt8) -> Bool) -> Int {
    let last = min(bytes.count, start + limit)
    var position = start
    while position < last, condition(bytes[position]) { position += 1 }
    return position
  }

  /// A letter, digit or part of another script that follows none.
  func isWordStart(_ position: Int) -> Bool {
    let byte = bytes[position]
    return (byte.isAlphanumeric || byte == UInt8(ascii: "_") || byte >= 0x80) && !self[position - 1].isAlphanumeric
  }

  /// The first of a run of base64 characters.
  func isRunStart(_ position: Int) -> Bool { bytes[position].isBase64 && !self[position - 1].isBase64 }

  /// Whether somebody chose the characters by chance: neither a word nor a number.
  func looksGenerated(_ range: Range<Int>) -> Bool {
    var digits = 0
    var lower = 0
    var upper = 0
    var others = 0
    for byte in bytes[range] {
      if byte.isDigit {
        digits += 1
      } else if byte.isLowercase {
        lower += 1
      } else if byte.isUppercase {
        upper += 1
      } else {
        others += 1
      }
    }
    let letters = lower + upper
    if digits > 0 && letters > 0 { return true }
    // `Capitalised` is a word; `mIxEd` is not.
    return upper > 1 && lower > 0 || others > range.count / 3 && letters > 0
  }
}
