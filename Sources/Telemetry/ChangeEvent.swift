import IncidentModel

/// Something that people or machines changed on purpose.
package struct ChangeEvent: Hashable, Sendable {
  package enum Kind: String, Sendable, Codable, CaseIterable { case deploy, config, flag, scale, infra }

  package var time: Timestamp
  package var component: ComponentID
  package var kind: Kind
  package var summary: String
  package var from: String?
  package var to: String?
  package var by: String?

  package init(
    time: Timestamp, component: ComponentID, kind: Kind, summary: String, from: String? = nil, to: String? = nil,
    by: String? = nil
  ) {
    self.time = time
    self.component = component
    self.kind = kind
    self.summary = summary
    self.from = from
    self.to = to
    self.by = by
  }
}
