/// How a client reaches its servers, and whom it trusts.
///
/// Nothing is read from the environment: a proxy is used where one is given here, and only there.
package struct HTTPSettings: Sendable {
  /// Certificates in PEM; nil for the system's own. Where they are given, no others are trusted.
  package var certificateAuthorities: [UInt8]?
  package var identity: ClientIdentity?
  /// False accepts any server: somebody in between can read and change everything.
  package var verifiesServer = true
  /// The name that the server's certificate must bear, where it is not the host of the address.
  package var serverName: String?
  /// `http://`, `https://`, `socks5://` or `socks5h://`.
  package var proxy: String?
  package var userAgent = "tocsin"
  package var allowsHTTP2 = true

  /// A certificate and its key in PEM.
  package struct ClientIdentity: Sendable {
    package var certificate: [UInt8]
    package var key: [UInt8]

    package init(certificate: [UInt8], key: [UInt8]) {
      self.certificate = certificate
      self.key = key
    }
  }

  package init() {}
}

extension HTTPSettings: CustomStringConvertible, CustomDebugStringConvertible {
  /// Without keys and without the proxy, whose address may hold a password.
  package var description: String {
    "verified \(verifiesServer), own authorities \(certificateAuthorities != nil), identity \(identity != nil), "
      + "proxy \(proxy != nil)"
  }
  package var debugDescription: String { description }
}
