import IncidentModel

/// Which log of a store: one run over one incident with one input and one set-up.
///
/// The same incident seen again with the same telemetry, configuration and version has the same identifier, so its
/// log is found concluded and the same report is rendered from it; anything else differs in `digest` and starts a
/// log of its own. Nothing is ever overwritten.
package struct InvestigationID: Hashable, Comparable, Sendable, Codable {
  /// The incident's own identifier, as the source gave it.
  package var incident: String
  /// `sha256:<hex>` over everything that can change the answer.
  package var digest: String

  package init(incident: String, digest: String) {
    self.incident = incident
    self.digest = digest
  }

  /// The identifier of the investigation that starts with this opening: a digest over all of it, since the time of
  /// the alert or the service map change the answer as much as the input does.
  package init(_ opening: Opening) throws {
    self.init(
      incident: opening.incident.id, digest: ContentDigest.of(try StoredContribution(.opening(opening)).payload))
  }

  package static func < (left: InvestigationID, right: InvestigationID) -> Bool {
    (left.incident, left.digest) < (right.incident, right.digest)
  }
}

/// What a store can say of an investigation without reading its entries.
package struct StoredInvestigation: Hashable, Sendable {
  package var id: InvestigationID
  package var revision: Revision
  package var isConcluded: Bool

  package init(id: InvestigationID, revision: Revision, isConcluded: Bool) {
    self.id = id
    self.revision = revision
    self.isConcluded = isConcluded
  }
}
