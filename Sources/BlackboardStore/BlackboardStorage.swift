import IncidentModel

/// One author's contribution on its way to the log.
package struct Posting: Hashable, Sendable {
  package var author: AgentName
  package var contribution: Contribution

  package init(author: AgentName, contribution: Contribution) {
    self.author = author
    self.contribution = contribution
  }
}

/// Keeps the logs of many investigations; entries are appended in batches and never changed.
package protocol BlackboardStorage: Sendable {
  /// Appends one batch as a whole, or nothing, and returns it numbered. When it returns, the batch is durable as far
  /// as this storage can make it so. An empty batch changes nothing.
  /// - Throws: `BlackboardStoreError` with code `staleRevision` when the log has moved on since `revision`.
  func append(
    _ batch: [Posting], to investigation: InvestigationID, basedOn revision: Revision
  ) async throws -> [BlackboardEntry]

  /// The whole log in order; empty for an investigation that nobody has posted to.
  func entries(of investigation: InvestigationID) async throws -> [BlackboardEntry]

  /// Every investigation, oldest first.
  func investigations() async throws -> [StoredInvestigation]
}

/// Numbers a batch after what the log holds already: the one rule that every storage shares.
func number(_ batch: [Posting], after lastSequence: Int, at revision: Revision) -> [BlackboardEntry] {
  batch.enumerated().map { offset, posting in
    BlackboardEntry(
      sequence: lastSequence + 1 + offset, revision: Revision(revision.number + 1), author: posting.author,
      contribution: posting.contribution)
  }
}
