import Foundation
import GRDB

/// What a store file looks like, and how it is opened, recognised and brought up to date.
enum SQLiteSchema {
  /// “TOCS” in the file's header tells a store of ours from any other SQLite file.
  static let applicationID: Int32 = 0x544F_4353

  static func open(_ file: String, lockTimeoutSeconds: Double) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "tocsin.store"
    configuration.busyMode = .timeout(lockTimeoutSeconds)
    configuration.prepareDatabase { db in
      try prepareConnection(db, file: file)
      try db.execute(sql: "PRAGMA journal_mode = WAL")
    }
    let database = try DatabaseQueue(path: file, configuration: configuration)
    try bringUpToDate(database, file: file)
    return database
  }

  /// Before anything is written: a file that belongs to somebody else stays as it is.
  static func prepareConnection(_ db: Database, file: String) throws {
    try recognise(db, file: file)
    try db.execute(sql: "PRAGMA synchronous = FULL")
  }

  static func bringUpToDate(_ database: any DatabaseWriter, file: String) throws {
    try database.read { db in
      guard try !migrator.hasBeenSuperseded(db) else {
        throw BlackboardStoreError(
          code: .newerSchema,
          message: "\(file) was written by a newer version of Tocsin. Use that version, or another file.")
      }
    }
    try migrator.migrate(database)
  }

  private static func recognise(_ db: Database, file: String) throws {
    let found = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    if found == applicationID { return }
    let tableCount = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
    guard found == 0, tableCount == 0 else {
      throw BlackboardStoreError(
        code: .foreignDatabase,
        message: "\(file) is an SQLite file of another program. Name a file that does not exist yet.")
    }
  }

  private static let entryStays = """
    CREATE TRIGGER entry_stays BEFORE DELETE ON entry
      BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
    """

  /// Within a transaction: nobody else sees the file without its protection.
  static func withoutProtection(_ db: Database, _ delete: () throws -> Void) throws {
    try db.execute(sql: "DROP TRIGGER entry_stays")
    try delete()
    try db.execute(sql: entryStays)
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: investigations and their entries") { db in
      try db.execute(
        sql: """
          CREATE TABLE investigation (
            key INTEGER PRIMARY KEY,
            incident TEXT NOT NULL,
            digest TEXT NOT NULL,
            UNIQUE (incident, digest)
          ) STRICT;
          CREATE TABLE entry (
            investigation INTEGER NOT NULL REFERENCES investigation (key),
            sequence INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            author TEXT NOT NULL,
            kind TEXT NOT NULL,
            payload TEXT NOT NULL,
            PRIMARY KEY (investigation, sequence)
          ) STRICT;
          CREATE TRIGGER entry_keeps_its_content BEFORE UPDATE ON entry
            BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
          \(entryStays)
          PRAGMA application_id = \(applicationID);
          """)
    }
    return migrator
  }
}
