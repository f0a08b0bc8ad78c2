import Foundation
import GRDB
import IncidentModel

/// Keeps logs in one SQLite file: write-ahead log, every commit synced to the disk before it is acknowledged.
///
/// All work with the file runs on GRDB's own serial queue, away from Swift's cooperative threads. Several processes
/// may use one file; who posts second from the same revision is refused. The file is closed with the last reference.
package final class SQLiteStorage: BlackboardStorage {
  private let database: any DatabaseWriter

  /// Opens or makes the file and brings its schema up to date.
  /// - Parameter lockTimeoutSeconds: how long to wait for another process that is writing.
  /// - Throws: `BlackboardStoreError` when the file is no store of ours, damaged, locked or written by a newer version.
  package init(file: String, lockTimeoutSeconds: Double = 5) async throws {
    database = try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "tocsin.store.open").async {
        continuation.resume(
          with: Result {
            do {
              return try SQLiteSchema.open(file, lockTimeoutSeconds: lockTimeoutSeconds)
            } catch {
              throw BlackboardStoreError(error, file: file)
            }
          })
      }
    }
  }

  /// Keeps logs in a file that others keep more in, over the same connections: writers then wait for each other in
  /// their order, and not for a lock. Blocks.
  /// - Parameter database: whose connections `prepareConnection` was called for.
  package init(sharing database: DatabasePool) throws {
    self.database = database
    do {
      try SQLiteSchema.bringUpToDate(database, file: database.path)
    } catch {
      throw BlackboardStoreError(error, file: database.path)
    }
  }

  /// To be called first for every connection of a pool that is shared.
  /// - Throws: `BlackboardStoreError` when the file is not ours.
  package static func prepareConnection(_ db: Database, file: String) throws {
    try SQLiteSchema.prepareConnection(db, file: file)
  }

  package func append(
    _ batch: [Posting], to investigation: InvestigationID, basedOn revision: Revision
  ) async throws -> [BlackboardEntry] {
    let stored = try batch.map { try StoredContribution($0.contribution) }
    return try await translatingErrors {
      try await self.database.write { db in
        let key = try Int64.fetchOne(
          db, sql: "SELECT key FROM investigation WHERE incident = ? AND digest = ?",
          arguments: [investigation.incident, investigation.digest])
        let last = try key.flatMap { try Row.fetchOne(db, sql: lastEntry, arguments: [$0]) }
        let found = Revision(try last.map { try column("revision", of: $0) } ?? 0)
        guard found == revision else {
          throw BlackboardStoreError.staleRevision(basedOn: revision, found: found, in: investigation)
        }
        guard !batch.isEmpty else { return [] }
        let lastSequence: Int = try last.map { try column("sequence", of: $0) } ?? 0
        let entries = number(batch, after: lastSequence, at: revision)
        let owner = try key ?? insert(investigation, in: db)
        let statement = try db.cachedStatement(sql: insertEntry)
        for (entry, stored) in zip(entries, stored) {
          try statement.execute(arguments: [
            owner, entry.sequence, entry.revision.number, entry.author.rawValue, stored.kind, stored.payload,
          ])
        }
        return entries
      }
    }
  }

  package func entries(of investigation: InvestigationID) async throws -> [BlackboardEntry] {
    try await translatingErrors {
      try await self.database.read { db in
        var entries: [BlackboardEntry] = []
        let rows = try Row.fetchCursor(
          db, sql: selectEntries, arguments: [investigation.incident, investigation.digest])
        while let row = try rows.next() {
          entries.append(try entry(row, after: entries.last))
        }
        return entries
      }
    }
  }

  package func investigations() async throws -> [StoredInvestigation] {
    try await translatingErrors {
      try await self.database.read { db in
        try Row.fetchAll(db, sql: selectInvestigations).map { row in
          StoredInvestigation(
            id: InvestigationID(incident: try column("incident", of: row), digest: try column("digest", of: row)),
            revision: Revision(try column("revision", of: row)), isConcluded: try column("isConcluded", of: row))
        }
      }
    }
  }

  /// Deletes every log of an incident for good, which nothing but a limit on what is kept may ask for: the file itself
  /// refuses to lose an entry, and does so again afterwards.
  package func forget(incident: String) async throws {
    try await translatingErrors {
      try await self.database.write { db in
        try SQLiteSchema.withoutProtection(db) {
          try db.execute(
            sql: "DELETE FROM entry WHERE investigation IN (SELECT key FROM investigation WHERE incident = ?)",
            arguments: [incident])
          try db.execute(sql: "DELETE FROM investigation WHERE incident = ?", arguments: [incident])
        }
      }
    }
  }

  private func translatingErrors<Value>(_ work: () async throws -> Value) async throws -> Value {
    do { return try await work() } catch { throw BlackboardStoreError.translating(error, file: database.path) }
  }
}

private let lastEntry = """
  SELECT sequence, revision FROM entry WHERE investigation = ? ORDER BY sequence DESC LIMIT 1
  """
private let insertEntry = """
  INSERT INTO entry (investigation, sequence, revision, author, kind, payload) VALUES (?, ?, ?, ?, ?, ?)
  """
private let selectEntries = """
  SELECT sequence, revision, author, kind, payload FROM entry
  JOIN investigation ON investigation.key = entry.investigation
  WHERE incident = ? AND digest = ? ORDER BY sequence
  """
private let selectInvestigations = """
  SELECT incident, digest, max(revision) AS revision, max(kind = 'conclusion') AS isConcluded
  FROM investigation JOIN entry ON investigation.key = entry.investigation
  GROUP BY investigation.key ORDER BY investigation.key
  """

private func insert(_ investigation: InvestigationID, in db: Database) throws -> Int64 {
  try db.execute(
    sql: "INSERT INTO investigation (incident, digest) VALUES (?, ?)",
    arguments: [investigation.incident, investigation.digest])
  return db.lastInsertedRowID
}

/// A value of the expected type. GRDB's own subscript would stop the program over a damaged file.
private func column<Value: DatabaseValueConvertible>(_ name: String, of row: Row) throws -> Value {
  let stored: DatabaseValue = row[name]
  guard let value = Value.fromDatabaseValue(stored) else {
    throw BlackboardStoreError(
      code: .corrupted, message: "A row holds \(stored) where its \(name) should be. The file is damaged.")
  }
  return value
}

/// Reads one row and checks that it continues the log.
private func entry(_ row: Row, after previous: BlackboardEntry?) throws -> BlackboardEntry {
  let sequence: Int = try column("sequence", of: row)
  let revision: Int = try column("revision", of: row)
  let lastSequence = previous?.sequence ?? 0
  let lastRevision = previous?.revision.number ?? 0
  // The differences are of numbers that may be anything.
  let (sequenceStep, sequenceOverflow) = sequence.subtractingReportingOverflow(lastSequence)
  let (revisionStep, revisionOverflow) = revision.subtractingReportingOverflow(lastRevision)
  guard !sequenceOverflow, !revisionOverflow, sequenceStep == 1,
    revisionStep == 1 || (revisionStep == 0 && previous != nil)
  else {
    throw BlackboardStoreError(
      code: .corrupted,
      message: "The log should go on after entry \(lastSequence), but holds entry \(sequence) at revision "
        + "\(revision). The file was changed by another hand or is damaged.")
  }
  let stored = StoredContribution(kind: try column("kind", of: row), payload: try column("payload", of: row))
  return BlackboardEntry(
    sequence: sequence, revision: Revision(revision), author: AgentName(try column("author", of: row) as String),
    contribution: try stored.contribution(sequence: sequence))
}
