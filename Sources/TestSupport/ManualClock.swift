/// A clock that stands still until a test moves it, and that tells the test who sleeps.
package final class ManualClock: Clock, Sendable {
  package struct Instant: InstantProtocol {
    package var offset: Duration
    package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    package func duration(to other: Instant) -> Duration { other.offset - offset }
    package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private struct Sleeper {
    var wakes: Instant
    var length: Duration
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct Waiter {
    var length: Duration
    var continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var now = Instant(offset: .zero)
    var nextID = 0
    var sleepers: [Int: Sleeper] = [:]
    var cancelled: Set<Int> = []
    var waiters: [Waiter] = []
  }

  private let state = Guarded(State())

  package init() {}

  /// Since the clock was made.
  package var elapsed: Duration { now.offset }

  package var now: Instant { state.withLock { $0.now } }
  package var minimumResolution: Duration { .nanoseconds(1) }

  package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        register(id, Sleeper(wakes: deadline, length: now.duration(to: deadline), continuation: continuation))
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        if state.sleepers[id] == nil { state.cancelled.insert(id) }
        return state.sleepers.removeValue(forKey: id)
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Returns as soon as somebody sleeps for exactly so long.
  package func untilSomebodySleeps(_ length: Duration) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.sleepers.values.contains(where: { $0.length == length }) { return true }
        state.waiters.append(Waiter(length: length, continuation: continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  package func advance(by duration: Duration) {
    let woken = state.withLock { state in
      state.now = state.now.advanced(by: duration)
      let due = state.sleepers.filter { $0.value.wakes <= state.now }
      for id in due.keys { state.sleepers[id] = nil }
      return due.values.sorted { $0.wakes < $1.wakes }
    }
    for sleeper in woken { sleeper.continuation.resume() }
  }

  private enum Registration {
    case sleeps([Waiter])
    case isDue, isCancelled
  }

  private func register(_ id: Int, _ sleeper: Sleeper) {
    let registration: Registration = state.withLock { state in
      if state.cancelled.remove(id) != nil { return .isCancelled }
      if sleeper.wakes <= state.now { return .isDue }
      state.sleepers[id] = sleeper
      let ready = state.waiters.filter { $0.length == sleeper.length }
      state.waiters.removeAll { $0.length == sleeper.length }
      return .sleeps(ready)
    }
    switch registration {
    case .sleeps(let waiters): for waiter in waiters { waiter.continuation.resume() }
    case .isDue: sleeper.continuation.resume()
    case .isCancelled: sleeper.continuation.resume(throwing: CancellationError())
    }
  }
}
