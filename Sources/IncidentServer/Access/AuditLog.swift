import GRDB
import IncidentModel

/// Every change of state, who made it and when: append-only, each entry with the digest of the one before, so that
/// none can be changed or taken out unnoticed.
package struct AuditLog: Sendable {
  /// One change of state.
  package struct Entry: Sendable, Hashable, Codable {
    package var at: Timestamp
    package var actor: String
    /// For example `token.create`, `incident.resolve`.
    package var action: String
    package var subject: String
    package var detail: String

    package init(at: Timestamp, actor: String, action: String, subject: String, detail: String) {
      self.at = at
      self.actor = actor
      self.action = action
      self.subject = subject
      self.detail = detail
    }

    fileprivate func hash(sequence: Int, after previous: String) -> String {
      var digest = ContentDigest()
      digest.update(previous)
      digest.update(Int64(sequence))
      digest.update(at.nanoseconds)
      for text in [actor, action, subject, detail] { digest.update(text) }
      return digest.finalize()
    }
  }

  /// What a check of the whole chain found.
  package struct Check: Sendable, Hashable {
    package var entryCount: Int
    /// Noted elsewhere, it shows later whether entries at the end are missing.
    package var lastHash: String
    /// The first entry that is not as it was written; nil where all are.
    package var firstBroken: Int?
  }

  private static let beginning = "sha256:0"

  private let store: ServerStore

  package init(_ store: ServerStore) { self.store = store }

  func append(_ entry: Entry) async throws {
    try await store.write { try Self.append(entry, to: $0) }
  }

  /// In the transaction of what it tells of.
  static func append(_ entry: Entry, to db: Database) throws {
    let last = try Row.fetchOne(db, sql: "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1")
    let previous: String = try last.map { try $0.value("hash") } ?? beginning
    let sequence: Int = try last.map { try $0.value("sequence") + 1 } ?? 1
    try db.execute(
      sql: """
        INSERT INTO audit (sequence, at, actor, action, subject, detail, previous, hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        sequence, entry.at.nanoseconds, entry.actor, entry.action, entry.subject, entry.detail, previous,
        entry.hash(sequence: sequence, after: previous),
      ])
  }

  /// The last entries, newest first.
  package func entries(limit: Int) async throws -> [Entry] {
    try await store.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM audit ORDER BY sequence DESC LIMIT ?", arguments: [limit])
        .map { try Self.entry($0) }
    }
  }

  package func verify() async throws -> Check {
    try await store.read { db in
      var check = Check(entryCount: 0, lastHash: Self.beginning)
      let rows = try Row.fetchCursor(db, sql: "SELECT * FROM audit ORDER BY sequence")
      while let row = try rows.next() {
        let expected = check.entryCount + 1
        let hash: String = try row.value("hash")
        let sequence: Int = try row.value("sequence")
        let previous: String = try row.value("previous")
        let rightHash = try Self.entry(row).hash(sequence: sequence, after: previous)
        let isSound = sequence == expected && previous == check.lastHash && hash == rightHash
        if !isSound, check.firstBroken == nil { check.firstBroken = expected }
        check.entryCount += 1
        check.lastHash = hash
      }
      return check
    }
  }

  private static func entry(_ row: Row) throws -> Entry {
    Entry(
      at: Timestamp(nanoseconds: try row.value("at")), actor: try row.value("actor"), action: try row.value("action"),
      subject: try row.value("subject"), detail: try row.value("detail"))
  }
}
