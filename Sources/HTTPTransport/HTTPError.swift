/// Why there is no answer. Says where to, never what was sent.
package struct HTTPError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: String, Sendable {
    case badRequest = "the request was not sent"
    case badSettings = "the connection's settings cannot be used"
    case unknownHost = "the name of the host is not known"
    case cannotConnect = "no connection"
    case connectTimeout = "no connection in time"
    case deadline = "no complete answer before the deadline"
    case idle = "the server stopped sending"
    case notTrusted = "the server's certificate is not trusted"
    case encryption = "no encrypted connection"
    case broken = "the connection broke off"
    case malformed = "the answer is not HTTP as it should be"
    case tooLarge = "the answer is larger than the limit"
    case redirected = "the server redirects, which is not followed"
    case closed = "the client was closed"
    case other = "the transfer failed"
  }

  package var kind: Kind
  /// Scheme, host and port of the address.
  package var origin: String
  package var detail: String

  package init(_ kind: Kind, origin: String, detail: String = "") {
    self.kind = kind
    self.origin = origin
    self.detail = detail
  }

  package var description: String { "\(origin): \(kind.rawValue)" + (detail.isEmpty ? "" : " (\(detail))") }

  /// Whether the same request may succeed later without anybody changing anything.
  package var isTransient: Bool {
    switch kind {
    case .unknownHost, .cannotConnect, .connectTimeout, .deadline, .idle, .broken: true
    default: false
    }
  }
}
