/// An identifier that cannot be mistaken for one of another kind; its text is kept as given.
package protocol Identifier: RawRepresentable, Hashable, Comparable, Sendable, Codable, ExpressibleByStringLiteral,
  CustomStringConvertible
where RawValue == String {
  init(rawValue: String)
}

extension Identifier {
  package init(_ text: String) { self.init(rawValue: text) }
  package init(stringLiteral text: String) { self.init(rawValue: text) }
  package var description: String { rawValue }
  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The name of a service, instance, node, edge or site as the telemetry gives it.
package struct ComponentID: Identifier {
  package var rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// `S1`, `S2`, … in the order in which detection issued them.
package struct SignalID: Identifier {
  package var rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// `H1`, `H2`, … in the order in which the root-cause agent issued them.
package struct HypothesisID: Identifier {
  package var rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// `R1`, `R2`, … in the order in which the remediation agent issued them.
package struct RemediationID: Identifier {
  package var rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// The author of entries on the blackboard, as in the name of its file in `agents/`.
package struct AgentName: Identifier {
  package var rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}
