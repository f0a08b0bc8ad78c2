import GRDB
import IncidentModel

/// Tokens that people and monitors show: made, listed, taken back. Only digests are kept.
package struct AccessTokens: Sendable {
  /// A token without its secret.
  package struct Record: Sendable, Hashable, Codable {
    package var id: String
    package var name: String
    package var role: Role
    package var createdAt: Timestamp
    package var revokedAt: Timestamp?
  }

  private let store: ServerStore

  package init(_ store: ServerStore) { self.store = store }

  /// The token's text, which is shown once and cannot be had again.
  package func create(name: String, role: Role, by actor: String, at now: Timestamp) async throws -> (
    record: Record, token: String
  ) {
    let id = String(Secrets.random().filter { $0.isLetter || $0.isNumber }.prefix(10))
    let token = "tocsin_\(id)_\(Secrets.random())"
    let record = Record(id: id, name: String(name.prefix(100)), role: role, createdAt: now)
    try await store.write { db in
      try db.execute(
        sql: "INSERT INTO token (id, name, role, hash, created) VALUES (?, ?, ?, ?, ?)",
        arguments: [id, record.name, role.rawValue, Secrets.digest(token), now.nanoseconds])
      try AuditLog.append(
        AuditLog.Entry(
          at: now, actor: actor, action: "token.create", subject: id, detail: "\(role.rawValue) \(record.name)"),
        to: db)
    }
    return (record, token)
  }

  /// Oldest first.
  package func list() async throws -> [Record] {
    try await store.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM token ORDER BY created, id").map { try Self.record($0) }
    }
  }

  /// False where there is no such token in force.
  package func revoke(_ id: String, by actor: String, at now: Timestamp) async throws -> Bool {
    try await store.write { db in
      try db.execute(
        sql: "UPDATE token SET revoked = ? WHERE id = ? AND revoked IS NULL", arguments: [now.nanoseconds, id])
      guard db.changesCount > 0 else { return false }
      try AuditLog.append(
        AuditLog.Entry(at: now, actor: actor, action: "token.revoke", subject: id, detail: ""), to: db)
      return true
    }
  }

  package var areAnyInForce: Bool {
    get async throws {
      try await store.read { db in
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM token WHERE revoked IS NULL)") ?? false
      }
    }
  }

  /// Whom a token's text speaks for; nil for one that is not in force.
  func caller(_ token: String) async throws -> (id: String, caller: Caller)? {
    let parts = token.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "tocsin", token.utf8.count < 200 else { return nil }
    guard let (record, hash) = try await inForce(String(parts[1])), Secrets.equal(Secrets.digest(token), hash) else {
      return nil
    }
    return (record.id, Caller(name: record.name, role: record.role))
  }

  /// Whom a token speaks for that was shown before; nil once it is taken back.
  func caller(id: String) async throws -> Caller? {
    try await inForce(id).map { Caller(name: $0.0.name, role: $0.0.role) }
  }

  private func inForce(_ id: String) async throws -> (Record, String)? {
    try await store.read { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT * FROM token WHERE id = ? AND revoked IS NULL", arguments: [id])
      else { return nil }
      return (try Self.record(row), try row.value("hash"))
    }
  }

  private static func record(_ row: Row) throws -> Record {
    guard let role = Role(rawValue: try row.value("role")) else {
      throw StoreFailure(.damaged, "a token in the store has a role that is not known")
    }
    let revoked: Int64? = row["revoked"]
    return Record(
      id: try row.value("id"), name: try row.value("name"), role: role,
      createdAt: Timestamp(nanoseconds: try row.value("created")),
      revokedAt: revoked.map { Timestamp(nanoseconds: $0) })
  }
}
