/// What names a person or a machine.
extension SecretText {
  func email(at start: Int) -> Match? {
    let at = end(from: start, limit: 65) { $0.isAlphanumeric || "._%+-".utf8.contains($0) || $0 >= 0x80 }
    guard at > start, self[at] == UInt8(ascii: "@"), !starts(Array("git@".utf8), at: start) else { return nil }
    var last = end(from: at + 1, limit: 255) { $0.isAlphanumeric || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    while last > at + 1, !bytes[last - 1].isAlphanumeric { last -= 1 }
    guard let dot = bytes[at + 1..<last].lastIndex(of: UInt8(ascii: ".")), dot > at + 1 else { return nil }
    let domain = bytes[dot + 1..<last]
    return domain.count >= 2 && domain.allSatisfy(\.isLetter) ? Match(range: start..<last, kind: .email) : nil
  }

  /// A number with a card's length, issuer and check digit (Luhn), in groups or not.
  func card(at start: Int) -> Match? {
    guard bytes[start].isDigit, !isInsideNumber(start) else { return nil }
    var digits: [UInt8] = []
    var position = start
    var last = start
    while position < count, digits.count <= 19 {
      if bytes[position].isDigit {
        digits.append(bytes[position] - 0x30)
        last = position + 1
      } else if !(" -".utf8.contains(bytes[position]) && self[position + 1].isDigit && digits.count >= 4) {
        break
      }
      position += 1
    }
    guard isIssued(digits), passesLuhn(digits), !self[last].isAlphanumeric, self[last] != UInt8(ascii: "_") else {
      return nil
    }
    if self[last] == UInt8(ascii: "."), self[last + 1].isDigit { return nil }
    return Match(range: start..<last, kind: .card)
  }

  private func isInsideNumber(_ start: Int) -> Bool {
    "._-/".utf8.contains(self[start - 1]) && self[start - 2].isAlphanumeric
  }

  /// Lengths and first digits of the large networks.
  private func isIssued(_ digits: [UInt8]) -> Bool {
    guard digits.count >= 13 else { return false }
    let first = Int(digits[0])
    let two = first * 10 + Int(digits[1])
    let four = two * 100 + Int(digits[2]) * 10 + Int(digits[3])
    switch digits.count {
    case 14: return [30, 36, 38, 39].contains(two)
    case 15: return two == 34 || two == 37
    case 16:
      return first == 4 || (51...55).contains(two) || (2221...2720).contains(four) || [35, 60, 64, 65].contains(two)
    case 13, 19: return first == 4
    default: return false
    }
  }

  private func passesLuhn(_ digits: [UInt8]) -> Bool {
    var sum = 0
    for (offset, digit) in digits.reversed().enumerated() {
      let doubled = offset % 2 == 1 ? Int(digit) * 2 : Int(digit)
      sum += doubled > 9 ? doubled - 9 : doubled
    }
    return sum % 10 == 0 && Set(digits).count > 1
  }

  /// An IBAN: country, check digits (ISO 7064, mod 97 = 1), account.
  func account(at start: Int) -> Match? {
    guard bytes[start].isUppercase, self[start + 1].isUppercase, self[start + 2].isDigit, self[start + 3].isDigit else {
      return nil
    }
    var characters: [UInt8] = []
    var position = start
    var last = start
    while position < count, characters.count <= 34 {
      let byte = bytes[position]
      if byte.isUppercase || byte.isDigit {
        characters.append(byte)
        last = position + 1
      } else if !(byte == 0x20 && characters.count % 4 == 0
        && (self[position + 1].isDigit || self[position + 1].isUppercase))
      {
        break
      }
      position += 1
      // In groups a word may follow: the first length that checks is the number.
      if characters.count >= 15, self[position] == 0x20 || !self[position].isAlphanumeric, checks(characters) { break }
    }
    guard (15...34).contains(characters.count), !self[last].isAlphanumeric, checks(characters) else { return nil }
    return Match(range: start..<last, kind: .account)
  }

  private func checks(_ characters: [UInt8]) -> Bool {
    var remainder = 0
    for byte in characters[4...] + characters[..<4] {
      remainder = byte.isDigit ? (remainder * 10 + Int(byte - 0x30)) % 97 : (remainder * 100 + Int(byte) - 55) % 97
    }
    return remainder == 1
  }

  /// `+49 30 1234567`: nine to fifteen digits, in groups or at least ten.
  func phone(at plus: Int) -> Match? {
    guard !self[plus - 1].isAlphanumeric, (0x31...0x39).contains(self[plus + 1]) else { return nil }
    var digits = 0
    var groups = 0
    var last = plus
    var position = plus + 1
    while position < count, digits <= 15 {
      if bytes[position].isDigit {
        digits += 1
        last = position + 1
      } else if " -().".utf8.contains(bytes[position]),
        self[position + 1].isDigit || "( ".utf8.contains(self[position + 1])
      {
        groups += 1
      } else {
        break
      }
      position += 1
    }
    guard (9...15).contains(digits), groups > 0 || digits >= 10, !self[last].isAlphanumeric else { return nil }
    return Match(range: plus..<last, kind: .phone)
  }

  /// IPv4 in four parts, IPv6 with `::` or in eight.
  func address(at start: Int) -> Match? {
    guard self[start - 1] != UInt8(ascii: "."), self[start - 1] != UInt8(ascii: ":") else { return nil }
    let dotted = end(from: start, limit: 16) { $0.isDigit || $0 == UInt8(ascii: ".") }
    let parts = bytes[start..<dotted].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if parts.count == 4, !self[dotted].isLetter,
      parts.allSatisfy({ (1...3).contains($0.count) && Int(String(decoding: $0, as: UTF8.self)) ?? 256 < 256 })
    {
      return Match(range: start..<dotted, kind: .address)
    }
    let last = end(from: start, limit: 46) { $0.isHexadecimal || $0 == UInt8(ascii: ":") }
    let groups = bytes[start..<last].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    let isShortened = groups.dropFirst().dropLast().contains(where: \.isEmpty) && groups.count >= 3
    guard groups.count == 8 || isShortened && groups.contains(where: { !$0.isEmpty }),
      groups.allSatisfy({ $0.count <= 4 }),
      !self[last].isAlphanumeric
    else { return nil }
    return Match(range: start..<last, kind: .address)
  }

  /// Labels with dots between them, the last of which ends host names.
  func host(at start: Int) -> Match? {
    guard self[start - 1] != UInt8(ascii: "."), self[start - 1] != UInt8(ascii: "-") else { return nil }
    var last = end(from: start, limit: 254) { $0.isAlphanumeric || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    while last > start, !bytes[last - 1].isAlphanumeric { last -= 1 }
    let labels = bytes[start..<last].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard labels.count >= 2, !labels.contains(where: \.isEmpty), let top = labels.last,
      Self.lastLabels.contains(String(decoding: top.map(\.lowercased), as: UTF8.self))
    else { return nil }
    return Match(range: start..<last, kind: .host)
  }

  private static let lastLabels: Set<String> = [
    "com", "org", "net", "io", "dev", "app", "cloud", "local", "internal", "lan", "corp", "intra", "home", "svc",
    "test", "example", "invalid", "info", "biz", "ai", "edu", "gov", "mil", "de", "at", "ch", "uk", "fr", "eu", "us",
    "co", "jp", "cn", "in", "br", "au", "ca", "ru", "nl", "it", "es", "pl", "se", "no", "fi", "dk", "cz", "be",
  ]
}
