import BlackboardStore
import Foundation
import GRDB
import IncidentModel

/// The server's one file: what came in, what was made of it, who may do what and what was done.
///
/// Writes go through one commit thread and are durable when they return; reads run on GRDB's own queues beside them.
package final class ServerStore: Sendable {
  package static let fileName = "tocsin.sqlite"

  package let file: String
  /// The boards of investigations, in the same file.
  package let boards: any BlackboardStorage
  let commits: CommitThread
  private let database: DatabasePool

  /// Opens or makes the file in a folder that exists.
  /// - Throws: `StoreFailure`, `BlackboardStoreError`.
  package init(folder: String) async throws {
    file = folder + "/" + Self.fileName
    // First, since it recognises files of others and leaves them alone.
    boards = try await SQLiteStorage(file: file)
    let file = file
    database = try await onBlockingThread {
      var configuration = Configuration()
      configuration.label = "tocsin.server"
      configuration.maximumReaderCount = 4
      configuration.busyMode = .timeout(10)
      configuration.prepareDatabase { db in
        try db.execute(sql: "PRAGMA synchronous = FULL")
      }
      do {
        let database = try DatabasePool(path: file, configuration: configuration)
        try database.write { try ServerSchema.prepare($0) }
        return database
      } catch {
        throw StoreFailure(error)
      }
    }
    commits = CommitThread(database)
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

  package func close() { commits.stop() }
}

/// Does what blocks on a thread of its own, away from Swift's few cooperative ones.
func onBlockingThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Result(catching: work)) }
    thread.stackSize = 8 << 20
    thread.start()
  }
}
