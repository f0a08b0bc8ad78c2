import BlackboardStore
import Foundation
import GRDB
import IncidentModel
import Synchronization

/// The server's one file: what came in, what was made of it, who may do what and what was done.
///
/// Writes go through one commit thread and are durable when they return; reads run on GRDB's own queues beside them.
package final class ServerStore: Sendable {
  package static let fileName = "tocsin.sqlite"

  package let file: String
  /// The boards of investigations, in the same file.
  let boards: KnownBoards
  let commits: CommitThread
  let database: DatabasePool
  private let folderClaim = Mutex<FolderClaim?>(nil)

  /// Opens or makes the file in a folder that exists.
  /// - Throws: `StoreFailure`, `BlackboardStoreError`.
  package init(folder: String) async throws {
    let file = folder + "/" + Self.fileName
    self.file = file
    let (database, boards) = try await onBlockingThread {
      var configuration = Configuration()
      configuration.label = "tocsin.server"
      configuration.maximumReaderCount = 4
      configuration.busyMode = .timeout(10)
      configuration.prepareDatabase { db in
        try SQLiteStorage.prepareConnection(db, file: file)
        if !db.configuration.readonly { try Self.prepareWriter(db) }
      }
      do {
        let database = try DatabasePool(path: file, configuration: configuration)
        let boards = try SQLiteStorage(sharing: database)
        try database.write { try ServerSchema.prepare($0) }
        // What read before knows the columns that there were before.
        database.invalidateReadOnlyConnections()
        return (database, boards)
      } catch let error as BlackboardStoreError {
        throw error
      } catch {
        throw StoreFailure(error)
      }
    }
    self.database = database
    self.boards = KnownBoards(boards)
    commits = CommitThread(database)
  }

  /// What an alert costs is mostly pages that are written: none to overwrite what was deleted, which Debian's SQLite does
  /// otherwise, and none because a table's pages did not fit into 2 MB.
  private static func prepareWriter(_ db: Database) throws {
    try db.execute(
      sql: """
        PRAGMA secure_delete = OFF;
        PRAGMA cache_size = -16384;
        PRAGMA wal_autocheckpoint = \(CheckpointThread.maximumLogPages);
        """)
  }

  /// Reads a consistent state of the file.
  func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    do {
      return try await database.read(body)
    } catch let error as DatabaseError {
      throw StoreFailure(error)
    }
  }

  func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await commits.perform(body)
  }

  /// Copies the whole store into another file while it is in use.
  package func backup(to target: String) async throws {
    let database = database
    try await onBlockingThread {
      do {
        let copy = try DatabaseQueue(path: target)
        try database.backup(to: copy)
        try copy.close()
      } catch {
        throw StoreFailure(error)
      }
    }
  }

  /// Until `close`, no other server may work on this folder.
  func hold(_ claim: FolderClaim) { folderClaim.withLock { $0 = claim } }

  package func close() {
    commits.stop()
    folderClaim.withLock { $0 = nil }
  }
}

/// Does what blocks on a thread of its own, away from Swift's few cooperative ones.
func onBlockingThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Result(catching: work)) }
    thread.stackSize = 8 << 20
    thread.start()
  }
}
