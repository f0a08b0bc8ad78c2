import Synchronization

/// Bounds what was taken in and is not worked through yet, whether it waits for the disk or for the alert desk.
final class IntakeGate: Sendable {
  struct Load: Sendable, Hashable {
    var requestCount = 0
    var bytes = 0
  }

  let maximumRequestCount: Int
  let maximumBytes: Int
  private let load = Mutex(Load())

  init(maximumRequestCount: Int = 4_096, maximumBytes: Int = 128 << 20) {
    self.maximumRequestCount = maximumRequestCount
    self.maximumBytes = maximumBytes
  }

  var current: Load { load.withLock { $0 } }

  /// False when there is no room; otherwise `leave` has to follow.
  func enter(bytes: Int) -> Bool {
    load.withLock { load in
      guard load.requestCount < maximumRequestCount, load.bytes + bytes <= maximumBytes else { return false }
      load.requestCount += 1
      load.bytes += bytes
      return true
    }
  }

  func leave(_ report: JournaledReport) {
    if let bytes = report.bytes { leave(bytes: bytes) }
  }

  func leave(bytes: Int) {
    load.withLock { load in
      load.requestCount -= 1
      load.bytes -= bytes
    }
  }
}
