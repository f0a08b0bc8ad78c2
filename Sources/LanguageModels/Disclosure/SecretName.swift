/// What a name says about the value beside it.
enum SecretName: Equatable {
  /// Anything may be a password.
  case password
  /// Keys and tokens: generated, so that a plain word is none.
  case key
  /// Identifiers of sessions: as keys, but not a plain number.
  case session
  /// Codes of a few digits.
  case shortCode
  case authorization, cookie, setCookie, phone

  /// Nil for a name that says nothing of a secret. `max_tokens`, `token_count` and `secretName` are such names.
  init?(_ name: ArraySlice<UInt8>) {
    let words = Self.words(name)
    guard let last = words.last else { return nil }
    let pair = words.count > 1 ? words[words.count - 2] + last : last
    if last == "authorization" {
      self = .authorization
    } else if pair == "setcookie" {
      self = .setCookie
    } else if last == "cookie" || last == "cookies" {
      self = .cookie
    } else if Self.passwords.contains(where: last.hasSuffix) || last == "pwd" || last == "pass" || last == "pw" {
      self = .password
    } else if Self.keys.contains(last) || Self.keyPairs.contains(pair) || Self.keyPairs.contains(where: last.hasSuffix)
    {
      self = .key
    } else if Self.sessions.contains(last) || Self.sessions.contains(pair) {
      self = .session
    } else if Self.codes.contains(last) {
      self = .shortCode
    } else if Self.phones.contains(last) {
      self = .phone
    } else {
      return nil
    }
  }

  /// `dbPassword`, `DB_PASSWORD` and `db.password` alike.
  private static func words(_ name: ArraySlice<UInt8>) -> [String] {
    var words: [[UInt8]] = [[]]
    var previous: UInt8 = 0
    for byte in name {
      let isBreak = !byte.isAlphanumeric
      if isBreak || byte.isUppercase && previous.isLowercase { words.append([]) }
      if !isBreak { words[words.count - 1].append(byte.lowercased) }
      previous = byte
    }
    return words.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
  }

  private static let passwords = [
    "password", "passwd", "passphrase", "passwort", "kennwort", "contrasena", "motdepasse",
  ]
  private static let keys: Set<String> = [
    "secret", "token", "credential", "credentials", "signature", "sig", "auth", "apikey", "jwt", "csrf", "xsrf",
    "nonce", "salt", "bearer", "hmac",
  ]
  private static let keyPairs: Set<String> = [
    "apikey", "accesskey", "secretkey", "privatekey", "accountkey", "authkey", "encryptionkey", "signingkey",
    "masterkey", "licensekey", "sharedkey", "storagekey", "sharedaccesskey", "accesstoken", "authtoken",
    "refreshtoken", "clientsecret", "sharedsecret", "webhookkey", "integrationkey", "routingkey", "servicekey",
    "subscriptionkey", "functionkey", "hostkey", "cookiesecret", "secretaccesskey", "appkey",
  ]
  private static let sessions: Set<String> = [
    "sid", "session", "sessionid", "sessid", "jsessionid", "phpsessid", "aspsessionid", "sessionkey", "sessiontoken",
  ]
  private static let codes: Set<String> = ["pin", "otp", "cvv", "cvc", "totp", "mfa", "passcode"]
  private static let phones: Set<String> = ["phone", "tel", "telephone", "mobile", "msisdn", "fax"]

  /// What stands in a value's place without being one.
  private static let states: Set<String> = [
    "absent", "accepted", "and", "cannot", "changed", "check", "denied", "disabled", "empty", "enabled", "expired",
    "failed", "failure", "false", "for", "found", "from", "has", "hidden", "in", "incorrect", "invalid", "is",
    "mismatch", "missing", "must", "n/a", "nil", "no", "none", "not", "null", "ok", "optional", "present", "rejected",
    "required", "reset", "revoked", "rotated", "set", "string", "too", "true", "undefined", "unknown", "unset",
    "updated", "valid", "was", "will", "with", "wrong", "yes", "redacted", "masked", "to", "of", "the", "a", "does",
    "protected", "authentication", "verification", "refresh", "refreshed", "validation", "needed", "ref", "example",
  ]

  /// Whether the value can be what the name promises, and not a word of a sentence or a reference to it.
  func accepts(_ value: ArraySlice<UInt8>, text: SecretText, range: Range<Int>) -> Bool {
    guard let first = value.first, !"${[(*%".utf8.contains(first) || self == .password && Self.hasSubstance(value)
    else {
      return false
    }
    if Placeholder.end(in: text.bytes, from: range.lowerBound) == range.upperBound { return false }
    if value.count <= 16, Self.states.contains(String(decoding: value.map(\.lowercased), as: UTF8.self)) {
      return false
    }
    let digits = value.count(where: \.isDigit)
    switch self {
    case .password: return value.count >= 3 && Set(value).count > 1
    case .key: return value.count >= 6 && (digits == value.count || text.looksGenerated(range)) && Set(value).count > 2
    case .session: return value.count >= 8 && digits < value.count && text.looksGenerated(range)
    case .shortCode: return (3...10).contains(value.count) && digits == value.count
    case .phone: return digits >= 7 && digits * 2 > value.count
    case .authorization, .cookie, .setCookie: return false
    }
  }

  /// False for `${VAR}`, `$(command)`, `{{blank}}`, `****` and `%s`, which only stand for a password.
  private static func hasSubstance(_ value: ArraySlice<UInt8>) -> Bool {
    guard value.count > 3, let first = value.first, let second = value.dropFirst().first else { return false }
    if first == UInt8(ascii: "*") { return Set(value).count > 2 }
    if first == UInt8(ascii: "$") { return !(second.isUppercase || "{(".utf8.contains(second)) }
    return second != first && first != UInt8(ascii: "{") && first != UInt8(ascii: "[")
  }
}
