import Foundation
import GRDB

/// Copies what was committed from the write-ahead log into the file itself, on a thread of its own: a checkpoint waits for
/// the disk twice, and a sender should not wait for it.
///
/// Under load there is always something in the log that is younger than a checkpoint, so that the log would never begin
/// anew; where it has grown to `maximumLogPages`, SQLite does a checkpoint within a commit, of the little that is left.
final class CheckpointThread: Sendable {
  /// 32 MiB.
  static let maximumLogPages = 8_192
  private static let commitsPerCheckpoint = 32

  private let file: String
  private let condition = NSCondition()
  /// Guarded by `condition`.
  nonisolated(unsafe) private var commitCount = 0
  nonisolated(unsafe) private var isStopping = false

  /// - Parameter file: whose commits are announced to `noteCommit`.
  init(file: String) {
    self.file = file
    let thread = Thread { [self] in run() }
    thread.name = "checkpoint"
    thread.stackSize = 1 << 20
    thread.start()
  }

  func noteCommit() {
    condition.lock()
    commitCount += 1
    if commitCount >= Self.commitsPerCheckpoint { condition.signal() }
    condition.unlock()
  }

  func stop() {
    condition.lock()
    isStopping = true
    condition.signal()
    condition.unlock()
  }

  private func run() {
    var connection: DatabaseQueue?
    while waitForCommits() {
      // What cannot be copied now stays in the log, where it is durable, and is copied later.
      if connection == nil { connection = try? DatabaseQueue(path: file) }
      _ = try? connection?.writeWithoutTransaction { try $0.checkpoint(.passive) }
      // Commits while it went on do not count: there must be some without it, or none could do its own.
      condition.withLock { commitCount = 0 }
    }
    try? connection?.close()
  }

  private func waitForCommits() -> Bool {
    condition.lock()
    defer { condition.unlock() }
    while commitCount < Self.commitsPerCheckpoint, !isStopping { condition.wait() }
    return !isStopping
  }
}
