import Foundation

/// A bounded number of places: worker slots, connections of a pool. Who finds none waits.
final class Places: @unchecked Sendable {
  private let condition = NSCondition()
  /// Guarded by `condition`.
  private var taken = 0
  private var waiters = 0
  private var limit: Int

  init(count: Int) { limit = count }

  var inUse: Int { locked { taken } }
  var waiting: Int { locked { waiters } }

  /// May be fewer than are taken; then none is free until enough have come back.
  func resize(_ count: Int) {
    locked {
      limit = count
      condition.broadcast()
    }
  }

  /// - Returns: whether there was a place in time.
  func take(waitingSeconds: Double) -> Bool {
    let deadline = Date(timeIntervalSinceNow: waitingSeconds)
    return locked {
      waiters += 1
      defer { waiters -= 1 }
      while taken >= limit {
        guard waitingSeconds > 0, condition.wait(until: deadline) else { return false }
      }
      taken += 1
      return true
    }
  }

  func giveBack() {
    locked {
      taken -= 1
      condition.signal()
    }
  }

  private func locked<Value>(_ work: () -> Value) -> Value {
    condition.lock()
    defer { condition.unlock() }
    return work()
  }
}

/// Connections to one store: a bounded number, opened when needed, renewed after a while.
final class ConnectionPool<Connection: AnyObject>: @unchecked Sendable {
  private static var connectionSeconds: Double { 8 }
  let places: Places
  private let waitingSeconds: Double
  private let open: @Sendable () throws -> Connection
  private let lock = NSLock()
  /// Guarded by `lock`.
  private var idle: [(connection: Connection, openedAt: Double)] = []
  private var leaked: [Connection] = []

  init(size: Int, waitingSeconds: Double, open: @escaping @Sendable () throws -> Connection) {
    places = Places(count: size)
    self.waitingSeconds = waitingSeconds
    self.open = open
  }

  /// - Parameter leaks: keeps the connection for ever, as a program does that forgets to give it back.
  /// - Throws: `ShopFailure` with status 503 when no connection came free in time.
  func use<Value>(leaks: Bool = false, _ work: (Connection) throws -> Value) throws -> Value {
    guard places.take(waitingSeconds: waitingSeconds) else {
      throw ShopFailure(503, "no connection came free in the pool within \(Int(waitingSeconds * 1000)) ms")
    }
    var isHeld = false
    defer { if !isHeld { places.giveBack() } }
    let now = Moment.monotonicSeconds
    let usable = lock.withLock { idle.popLast() }.flatMap { now - $0.openedAt < Self.connectionSeconds ? $0 : nil }
    let entry = try usable ?? (open(), now)
    let value = try work(entry.connection)
    lock.withLock {
      if leaks { leaked.append(entry.connection) } else { idle.append(entry) }
    }
    isHeld = leaks
    return value
  }
}

/// Two clocks: one that only goes on, and the wall clock, which a fault can put out.
package enum Moment {
  static var monotonicSeconds: Double { seconds(CLOCK_MONOTONIC) }
  static var processorSeconds: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }
  static var threadProcessorSeconds: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

  /// Nanoseconds since 1970.
  package static var wallNanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
