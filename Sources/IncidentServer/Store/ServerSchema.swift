import GRDB

/// The server's tables, beside those of the blackboards in the same file.
enum ServerSchema {
  static let version = 3

  static func prepare(_ db: Database) throws {
    try db.execute(
      sql: "CREATE TABLE IF NOT EXISTS server_state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT")
    let found = try Int.fetchOne(db, sql: "SELECT value FROM server_state WHERE name = 'schema'")
    if let found {
      guard found <= version else {
        throw StoreFailure(
          .failed, "the store was written by a newer version of Tocsin; use that one, or another folder")
      }
      if found < 2 {
        // For how long an incident has been over was not told apart from when its alerts were last heard of.
        try db.execute(sql: "ALTER TABLE incident ADD COLUMN updated INTEGER NOT NULL DEFAULT 0")
        try db.execute(sql: "UPDATE incident SET updated = unixepoch() * 1000000000")
      }
      if found < 3 { try numberAlerts(db) }
      if found < version {
        try db.execute(sql: "UPDATE server_state SET value = \(version) WHERE name = 'schema'")
      }
      return
    }
    try db.execute(sql: tables + alertTable)
    try db.execute(
      sql: "INSERT INTO server_state (name, value) VALUES ('schema', ?), ('folded', 0), ('version', 0)",
      arguments: [version])
  }

  /// `journal` is what was acknowledged and is not folded into `alert` and `incident` yet.
  private static let tables = """
    CREATE TABLE journal (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, format TEXT NOT NULL, body BLOB NOT NULL) STRICT;
    CREATE TABLE change (
      key TEXT PRIMARY KEY, at INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
    CREATE INDEX change_by_time ON change (at);
    CREATE TABLE telemetry (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
    CREATE INDEX telemetry_by_time ON telemetry (at);
    CREATE TABLE incident (
      number INTEGER PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL, document TEXT NOT NULL,
      updated INTEGER NOT NULL) STRICT;
    CREATE INDEX incident_by_version ON incident (version);
    CREATE TABLE token (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, hash TEXT NOT NULL, created INTEGER NOT NULL,
      revoked INTEGER) STRICT;
    CREATE TABLE audit (
      sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
      subject TEXT NOT NULL, detail TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
    CREATE TRIGGER audit_keeps_its_content BEFORE UPDATE ON audit
      BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
    CREATE TRIGGER audit_stays BEFORE DELETE ON audit
      BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
    """
  /// In the order in which they came, which writes whole pages one after the other: by their fingerprint, which is a hash,
  /// every alert would be on a page of its own, and each page is written to the disk twice.
  private static let alertTable = """
    CREATE TABLE alert (
      id INTEGER PRIMARY KEY, fingerprint INTEGER NOT NULL UNIQUE, incident INTEGER, starts INTEGER NOT NULL,
      ends INTEGER NOT NULL, updated INTEGER NOT NULL, ends_assumed INTEGER NOT NULL, labels BLOB NOT NULL,
      annotations BLOB NOT NULL) STRICT;
    CREATE INDEX alert_by_incident ON alert (incident);
    CREATE INDEX alert_by_start ON alert (starts, fingerprint);
    """

  /// Until version 2 alerts were stored by their fingerprint.
  private static func numberAlerts(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE alert RENAME TO former;
        DROP INDEX alert_by_incident;
        DROP INDEX alert_by_start;
        \(alertTable)
        INSERT INTO alert (fingerprint, incident, starts, ends, updated, ends_assumed, labels, annotations)
          SELECT fingerprint, incident, starts, ends, updated, ends_assumed, labels, annotations FROM former
          ORDER BY starts, fingerprint;
        DROP TABLE former;
        """)
  }
}
