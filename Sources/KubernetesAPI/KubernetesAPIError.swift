import HTTPTransport

/// Why the API server gave no answer that can be used.
package struct KubernetesAPIError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    /// No answer at all.
    case unreachable(HTTPError.Kind)
    /// 401: the API does not know who asks.
    case unauthorized
    /// 403: it knows, and does not allow it.
    case forbidden(verb: String)
    /// 404: this cluster has no such resource.
    case notServed
    /// 410: the resource version or the page is too old.
    case expired
    /// 429 and 5xx.
    case unavailable(status: Int)
    case refused(status: Int)
    /// The answer is not what the API gives.
    case malformed
    /// What identifies us cannot be had.
    case credential
  }

  package var kind: Kind
  /// What was asked for: the server, or a resource.
  package var subject: String
  package var detail: String
  /// What `Retry-After` asked for.
  package var retryAfterSeconds: Double?

  package init(_ kind: Kind, _ subject: String, detail: String = "", retryAfterSeconds: Double? = nil) {
    self.kind = kind
    self.subject = subject
    self.detail = detail
    self.retryAfterSeconds = retryAfterSeconds
  }

  package var description: String {
    let what =
      switch kind {
      case .unreachable(let kind): kind.rawValue
      case .unauthorized: "the API does not accept the credentials (401)"
      case .forbidden(let verb): "the API forbids to \(verb) this (403)"
      case .notServed: "this cluster does not serve it (404)"
      case .expired: "the resource version is too old (410)"
      case .unavailable(let status): "the API cannot answer now (\(status))"
      case .refused(let status): "the API refuses (\(status))"
      case .malformed: "the answer is not what the API gives"
      case .credential: "no credentials"
      }
    return "\(subject): \(what)" + (detail.isEmpty ? "" : ": \(detail)")
  }

  /// Whether the same call may succeed later without anybody changing anything.
  package var isTransient: Bool {
    switch kind {
    case .unreachable(let kind): HTTPError(kind, origin: "").isTransient
    case .unavailable: true
    default: false
    }
  }

  /// What the missing objects cost, and what would bring them: a sentence for the report.
  package func blindSpot(_ scope: ResourceScope) -> String {
    switch kind {
    case .forbidden(let verb):
      "\(scope) could not be read: the role lacks the verb “\(verb)” on “\(scope.resource.qualifiedName)”"
        + (scope.resource.isNamespaced && scope.namespace == nil ? " in all namespaces" : "") + "."
    case .notServed: "\(scope) could not be read: this cluster does not serve \(scope.resource.apiVersion)."
    default: "\(scope) could not be read: \(description)."
    }
  }
}
