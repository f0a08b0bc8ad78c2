import Runbooks

/// Why the desk did not do what it was asked to; a full sentence.
package struct DeskError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: String, Hashable, Sendable {
    /// There is no such recommendation, runbook or input.
    case unknown
    /// The state of the recommendation does not allow it.
    case notNow
    /// The guardrails do not allow it.
    case refused
    /// The world has moved on; the recommendation is expired.
    case expired
    /// Somebody else is running it.
    case busy
    /// What decides could not be asked.
    case unavailable
    /// The journal cannot be read or written.
    case store
  }

  package var kind: Kind
  package var description: String

  package init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
