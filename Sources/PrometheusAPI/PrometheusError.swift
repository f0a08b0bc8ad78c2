import HTTPTransport

/// Why a Prometheus gave no answer that can be used.
package struct PrometheusError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    case unreachable(HTTPError.Kind)
    /// 401 and 403.
    case notAllowed
    /// 404: there is no such interface at this address.
    case notServed
    /// 429 and 5xx.
    case unavailable(status: Int)
    /// What was asked is beyond what the server will do.
    case refused(status: Int)
    /// The answer is not what the interface gives.
    case malformed
  }

  package var kind: Kind
  /// Scheme, host and port.
  package var origin: String
  package var detail: String

  package init(_ kind: Kind, origin: String, detail: String = "") {
    self.kind = kind
    self.origin = origin
    self.detail = detail
  }

  package var description: String {
    let what =
      switch kind {
      case .unreachable(let reason): reason.rawValue
      case .notAllowed: "access is not allowed"
      case .notServed: "there is no Prometheus interface here"
      case .unavailable(let status): "it is not available (status \(status))"
      case .refused(let status): "it refuses the query (status \(status))"
      case .malformed: "the answer is not Prometheus'"
      }
    return "\(origin): \(what)" + (detail.isEmpty ? "" : " (\(detail))")
  }
}
