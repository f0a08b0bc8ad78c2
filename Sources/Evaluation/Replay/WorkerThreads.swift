import Foundation

/// Threads of their own for work that reads files or computes for long, so that it does not hold up the few threads
/// that everything else shares. First come, first served.
package final class WorkerThreads: TaskExecutor {
  private let condition = NSCondition()
  // Both are only touched with `condition` locked.
  private nonisolated(unsafe) var jobs: [UnownedJob] = []
  private nonisolated(unsafe) var isStopped = false

  /// Threads end when `stop` is called and no work is left.
  package init(count: Int) {
    for number in 0..<max(count, 1) {
      let thread = Thread { [self] in work() }
      thread.name = "replay-\(number)"
      // Deeply nested input is read by recursion.
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.lock()
    jobs.append(job)
    condition.signal()
    condition.unlock()
  }

  package func stop() {
    condition.lock()
    isStopped = true
    condition.broadcast()
    condition.unlock()
  }

  private func work() {
    let executor = asUnownedTaskExecutor()
    while let job = next() { job.runSynchronously(on: executor) }
  }

  private func next() -> UnownedJob? {
    condition.lock()
    defer { condition.unlock() }
    while jobs.isEmpty, !isStopped { condition.wait() }
    return jobs.isEmpty ? nil : jobs.removeFirst()
  }
}
