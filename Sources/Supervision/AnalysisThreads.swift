import Foundation

/// Threads for the agents' arithmetic, so that Swift's few cooperative threads stay free for deadlines, storage and
/// whoever watches. Concurrent dispatch queues would not do: on Linux they share the cooperative threads.
final class AnalysisThreads: TaskExecutor {
  /// As many as the machine has cores; they live as long as the process and sleep when idle.
  static let shared = AnalysisThreads(count: ProcessInfo.processInfo.activeProcessorCount)

  private static let stackBytes = 8 << 20

  private let condition = NSCondition()
  /// Guarded by `condition`. First in, first out.
  nonisolated(unsafe) private var jobs: [UnownedJob] = []
  nonisolated(unsafe) private var head = 0

  init(count: Int) {
    for number in 0..<max(1, count) {
      let thread = Thread { [self] in run() }
      thread.name = "analysis-\(number)"
      thread.stackSize = Self.stackBytes
      thread.start()
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.lock()
    jobs.append(job)
    condition.signal()
    condition.unlock()
  }

  private func run() {
    let executor = asUnownedTaskExecutor()
    while true { next().runSynchronously(on: executor) }
  }

  private func next() -> UnownedJob {
    condition.lock()
    defer { condition.unlock() }
    while head == jobs.count { condition.wait() }
    let job = jobs[head]
    head += 1
    if head == jobs.count {
      jobs.removeAll(keepingCapacity: true)
      head = 0
    }
    return job
  }
}
