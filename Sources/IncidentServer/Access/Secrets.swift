import Crypto
import Foundation
import IncidentModel

/// What is compared or made up in secret.
enum Secrets {
  /// 256 unpredictable bits, in characters that need no escaping anywhere.
  static func random() -> String {
    SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }.base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// As secrets are kept: they have 256 random bits, so that nothing can be tried out from the digest.
  static func digest(_ secret: String) -> String { ContentDigest.of(secret) }

  /// Takes as long for what is nearly right as for what is all wrong.
  static func equal(_ left: String, _ right: String) -> Bool {
    zip(digest(left).utf8, digest(right).utf8).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// Whether `sha256=<hex>` is the HMAC of a body, as GitHub and others sign what they send.
  static func isSignature(_ text: String, of body: [UInt8], secret: String) -> Bool {
    let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Data(secret.utf8)))
    let digits = code.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
    return equal(text.lowercased(), "sha256=" + digits)
  }
}
