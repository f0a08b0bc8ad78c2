/// A key or token that its issuer marks: what it begins with, and what must follow.
struct SecretPrefix: Sendable {
  enum Alphabet: Sendable { case uppercaseAlphanumeric, hexadecimal, alphanumeric, base64, base64Dotted }

  var prefix: [UInt8]
  var alphabet: Alphabet
  /// How many characters of the alphabet must follow at least.
  var minimumLength: Int
  var kind: SecretKind

  init(_ prefix: String, _ minimumLength: Int, _ alphabet: Alphabet = .base64, kind: SecretKind = .issuedToken) {
    self.prefix = Array(prefix.utf8)
    self.alphabet = alphabet
    self.minimumLength = minimumLength
    self.kind = kind
  }

  func contains(_ byte: UInt8) -> Bool {
    switch alphabet {
    case .uppercaseAlphanumeric: byte.isUppercase || byte.isDigit
    case .hexadecimal: byte.isHexadecimal
    case .alphanumeric: byte.isAlphanumeric
    case .base64: byte.isBase64 || byte == UInt8(ascii: "=")
    case .base64Dotted: byte.isBase64 || byte == UInt8(ascii: "=") || byte == UInt8(ascii: ".")
    }
  }

  /// As the issuers document them. Where several begin alike, the longer one stands first.
  static let all: [SecretPrefix] =
    ["AKIA", "ASIA", "AROA", "AIDA", "ABIA", "ACCA"].map { SecretPrefix($0, 16, .uppercaseAlphanumeric) }
    + [SecretPrefix("LTAI", 12, .alphanumeric), SecretPrefix("AIza", 30), SecretPrefix("ya29.", 20, .base64Dotted)]
    + [SecretPrefix("GOCSPX-", 20), SecretPrefix("1//0", 30), SecretPrefix("AKCp", 40, .alphanumeric)]
    + ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map { SecretPrefix($0, 20, .alphanumeric) }
    + [SecretPrefix("github_pat_", 20), SecretPrefix("ATATT3", 20), SecretPrefix("ATBB", 24, .alphanumeric)]
    + ["glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "glft-", "glsoat-", "glagent-"]
    .map { SecretPrefix($0, 16, .base64Dotted) }
    + ["xoxb-", "xoxa-", "xoxp-", "xoxr-", "xoxs-", "xoxe-", "xoxe.xoxp-", "xapp-"].map { SecretPrefix($0, 10) }
    + ["sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_"].map { SecretPrefix($0, 10) }
    + [SecretPrefix("sk-ant-", 16), SecretPrefix("sk-proj-", 16), SecretPrefix("sk-or-", 16), SecretPrefix("sk-", 20)]
    + [SecretPrefix("npm_", 20, .alphanumeric), SecretPrefix("pypi-", 20), SecretPrefix("rubygems_", 20)]
    + [SecretPrefix("SG.", 30, .base64Dotted), SecretPrefix("key-", 32, .hexadecimal), SecretPrefix("mlsn.", 30)]
    + ["hvs.", "hvb.", "hvr."].map { SecretPrefix($0, 20) }
    + ["dop_v1_", "doo_v1_", "dor_v1_"].map { SecretPrefix($0, 32, .hexadecimal) }
    + [SecretPrefix("dapi", 32, .hexadecimal), SecretPrefix("dckr_pat_", 20), SecretPrefix("dckr_oat_", 20)]
    + [SecretPrefix("hf_", 20, .alphanumeric), SecretPrefix("gsk_", 20, .alphanumeric), SecretPrefix("r8_", 20)]
    + ["shpat_", "shpca_", "shppa_", "shpss_"].map { SecretPrefix($0, 32, .hexadecimal) }
    + [SecretPrefix("glsa_", 20), SecretPrefix("glc_", 20), SecretPrefix("NRAK-", 20), SecretPrefix("NRII-", 20)]
    + [SecretPrefix("lin_api_", 20), SecretPrefix("PMAK-", 20), SecretPrefix("pul-", 32, .hexadecimal)]
    + ["dp.pt.", "dp.st.", "dp.ct.", "dp.sa."].map { SecretPrefix($0, 20, .base64Dotted) }
    + [SecretPrefix("AGE-SECRET-KEY-1", 40, .uppercaseAlphanumeric), SecretPrefix("sntrys_", 20)]
    + [SecretPrefix("pscale_tkn_", 20), SecretPrefix("pscale_pw_", 20), SecretPrefix("sbp_", 32, .hexadecimal)]
    + [SecretPrefix("sq0atp-", 16), SecretPrefix("sq0csp-", 16), SecretPrefix("EAAA", 50), SecretPrefix("FLWSECK", 16)]
    + [SecretPrefix("secret_", 30, .alphanumeric), SecretPrefix("ntn_", 30, .alphanumeric)]
    + [SecretPrefix("tskey-", 16), SecretPrefix("figd_", 20), SecretPrefix("CFPAT-", 20)]
    + [SecretPrefix("SK", 32, .hexadecimal), SecretPrefix("oy2", 40, .alphanumeric)]
    // The body of every SSH key begins with the length of its type's name.
    + [SecretPrefix("AAAA", 60, kind: .publicKey)]

  /// The prefixes by their first byte, so that most positions cost one look.
  static let byFirstByte: [[SecretPrefix]] = {
    var table = [[SecretPrefix]](repeating: [], count: 256)
    for prefix in all { if let first = prefix.prefix.first { table[Int(first)].append(prefix) } }
    return table
  }()
}
