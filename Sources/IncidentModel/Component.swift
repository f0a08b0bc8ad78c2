/// What a component is in the answer key of a report.
package enum ComponentKind: String, Sendable, Codable, CaseIterable {
  case service, instance, node, edge, site
}

/// What a component does; runbooks are matched by it.
package enum ComponentRole: String, Sendable, Codable, CaseIterable {
  case application, gateway, database, cache, queue, external, host, unknown
}

/// A part of the system that can fail or that users of it notice.
package struct Component: Hashable, Sendable, Codable {
  package var id: ComponentID
  package var kind: ComponentKind
  package var role: ComponentRole
  /// The service that this instance is a replica of.
  package var instanceOf: ComponentID?
  /// The node that this component runs on.
  package var runsOn: ComponentID?
  package var site: String?
  /// True for a name seen only from its callers' side (a client alias, an uninstrumented remote):
  /// it has observations but no telemetry of its own.
  package var isObservedOnlyByCallers: Bool

  package init(
    id: ComponentID, kind: ComponentKind = .service, role: ComponentRole = .application,
    instanceOf: ComponentID? = nil, runsOn: ComponentID? = nil, site: String? = nil,
    isObservedOnlyByCallers: Bool = false
  ) {
    self.id = id
    self.kind = kind
    self.role = role
    self.instanceOf = instanceOf
    self.runsOn = runsOn
    self.site = site
    self.isObservedOnlyByCallers = isObservedOnlyByCallers
  }
}
