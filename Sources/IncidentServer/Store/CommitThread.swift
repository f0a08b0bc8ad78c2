import Foundation
import GRDB

/// Writes to the store on a thread of its own. All that waits when a transaction begins is in that transaction, so that
/// one sync to the disk acknowledges many senders.
final class CommitThread: Sendable {
  /// One thing to write, and what to call when it is on the disk, or is not. Both run on the commit thread; `write` again
  /// where a transaction with it could not be committed.
  struct Job: Sendable {
    var write: @Sendable (Database) throws -> Void
    var done: @Sendable ((any Error)?) -> Void
  }

  /// More than so many jobs do not share a transaction, so that the first does not wait for the last.
  private static let maximumJobsPerCommit = 512

  private let database: DatabasePool
  private let checkpoints: CheckpointThread
  private let condition = NSCondition()
  /// Guarded by `condition`.
  nonisolated(unsafe) private var jobs: [Job] = []
  nonisolated(unsafe) private var isStopping = false

  init(_ database: DatabasePool) {
    self.database = database
    checkpoints = CheckpointThread(file: database.path)
    let thread = Thread { [self] in run() }
    thread.name = "commit"
    thread.stackSize = 1 << 20
    thread.start()
  }

  func submit(_ job: Job) {
    condition.lock()
    let isAccepted = !isStopping
    if isAccepted { jobs.append(job) }
    condition.signal()
    condition.unlock()
    if !isAccepted { job.done(StoreFailure(.closed, "the store is being closed")) }
  }

  /// Writes and returns once it is durable.
  func perform<Value: Sendable>(_ write: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    let answer = WrittenValue<Value>()
    return try await withCheckedThrowingContinuation { continuation in
      submit(
        Job(write: { db in answer.value = try write(db) }) { error in
          if let value = answer.value, error == nil {
            continuation.resume(returning: value)
          } else {
            continuation.resume(throwing: error ?? StoreFailure(.failed, "nothing was written"))
          }
        })
    }
  }

  /// What was submitted before is still written.
  func stop() {
    condition.lock()
    isStopping = true
    condition.signal()
    condition.unlock()
  }

  private func run() {
    while let batch = next() {
      commit(batch)
      checkpoints.noteCommit()
    }
    checkpoints.stop()
  }

  private func next() -> [Job]? {
    condition.lock()
    defer { condition.unlock() }
    while jobs.isEmpty, !isStopping { condition.wait() }
    guard !jobs.isEmpty else { return nil }
    let batch = Array(jobs.prefix(Self.maximumJobsPerCommit))
    jobs.removeFirst(batch.count)
    return batch
  }

  private func commit(_ batch: [Job]) {
    do {
      try database.write { db in
        for job in batch { try job.write(db) }
      }
      for job in batch { job.done(nil) }
    } catch {
      if batch.count == 1 { batch[0].done(StoreFailure(error)) } else { commitApart(batch) }
    }
  }

  /// A job that fails by itself takes none of the others with it.
  private func commitApart(_ batch: [Job]) {
    var failures = [(any Error)?](repeating: nil, count: batch.count)
    do {
      try database.write { db in
        for (index, job) in batch.enumerated() {
          do {
            try db.inSavepoint {
              try job.write(db)
              return .commit
            }
          } catch {
            guard db.isInsideTransaction else { throw error }
            failures[index] = StoreFailure(error)
          }
        }
      }
    } catch {
      failures = batch.map { _ in StoreFailure(error) }
    }
    for (job, failure) in zip(batch, failures) { job.done(failure) }
  }
}

/// Handed from the write to its acknowledgement, both of which run on the commit thread.
private final class WrittenValue<Value: Sendable>: @unchecked Sendable {
  var value: Value?
}
