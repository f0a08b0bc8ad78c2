/// What a token's holder may do; each role may do what those before it may.
package enum Role: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
  /// Reads.
  case viewer
  /// Sends alerts, changes and telemetry, and moves incidents along.
  case responder
  /// Decides on recommendations.
  case approver
  /// Tokens, audit, backup.
  case admin

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  package static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }
}

/// Who a request is from, as far as the server could tell.
package struct Caller: Sendable, Hashable {
  /// As the audit log names it: a token's name, or `local`.
  package var name: String
  package var role: Role
  /// What a form has to send back in its field `csrf`; nil for a caller without a session.
  package var csrfToken: String?

  package init(name: String, role: Role, csrfToken: String? = nil) {
    self.name = name
    self.role = role
    self.csrfToken = csrfToken
  }
}
