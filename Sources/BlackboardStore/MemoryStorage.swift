import IncidentModel

/// Keeps logs for as long as the process lives: for one-off investigations and for tests.
package actor MemoryStorage: BlackboardStorage {
  private var logs: [InvestigationID: [BlackboardEntry]] = [:]
  /// In the order of their first batch.
  private var order: [InvestigationID] = []

  package init() {}

  package func append(
    _ batch: [Posting], to investigation: InvestigationID, basedOn revision: Revision
  ) throws -> [BlackboardEntry] {
    let last = logs[investigation]?.last
    let found = last?.revision ?? .initial
    guard found == revision else {
      throw BlackboardStoreError.staleRevision(basedOn: revision, found: found, in: investigation)
    }
    guard !batch.isEmpty else { return [] }
    let entries = number(batch, after: last?.sequence ?? 0, at: revision)
    if last == nil { order.append(investigation) }
    logs[investigation, default: []].append(contentsOf: entries)
    return entries
  }

  package func entries(of investigation: InvestigationID) -> [BlackboardEntry] { logs[investigation] ?? [] }

  package func investigations() -> [StoredInvestigation] {
    order.map { id in
      let entries = logs[id] ?? []
      var isConcluded = false
      if case .conclusion = entries.last?.contribution { isConcluded = true }
      return StoredInvestigation(id: id, revision: entries.last?.revision ?? .initial, isConcluded: isConcluded)
    }
  }
}
