/// What was recognised, named for how it was.
package enum SecretKind: String, Hashable, Sendable, CaseIterable, Comparable {
  case privateKey = "private-key"
  case publicKey = "ssh-key"
  /// A key or token whose issuer marks it with a prefix.
  case issuedToken = "issued-token"
  case jsonWebToken = "jwt"
  case authorization
  case cookie
  /// The password in `scheme://user:password@host` and its relatives.
  case connection
  /// A value beside a name such as `password` or `api_key`.
  case named
  case webhook
  /// Found by its randomness alone.
  case random
  case email, card, account, phone, address, host, name
  /// Text that has the form of a placeholder.
  case placeholder

  package static func < (left: SecretKind, right: SecretKind) -> Bool { left.rawValue < right.rawValue }

  /// The word in the placeholder: what a model may know about the value.
  var label: String {
    switch self {
    case .email, .card, .account, .phone, .address, .host, .name: rawValue
    case .placeholder: "text"
    case .privateKey, .publicKey: "key"
    default: "secret"
    }
  }
}

extension UInt8 {
  var isLowercase: Bool { (0x61...0x7A).contains(self) }
  var isUppercase: Bool { (0x41...0x5A).contains(self) }
  var isDigit: Bool { (0x30...0x39).contains(self) }
  var isLetter: Bool { isLowercase || isUppercase }
  var isAlphanumeric: Bool { isLetter || isDigit }
  var isHexadecimal: Bool { isDigit || (0x61...0x66).contains(self) || (0x41...0x46).contains(self) }
  /// Of base64, in both alphabets.
  var isBase64: Bool { isAlphanumeric || self == 0x2B || self == 0x2F || self == 0x5F || self == 0x2D }
  var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
  var isQuote: Bool { self == 0x22 || self == 0x27 || self == 0x60 }
  var lowercased: UInt8 { isUppercase ? self | 0x20 : self }
}
