import Synchronization

/// Wakes those who follow incidents. What changed they read themselves, so that a slow reader misses nothing.
final class ChangeSignals: Sendable {
  static let maximumSubscriberCount = 256

  private struct State {
    var next = 0
    var subscribers: [Int: AsyncStream<Void>.Continuation] = [:]
  }

  private let state = Mutex(State())

  var subscriberCount: Int { state.withLock { $0.subscribers.count } }

  /// Nil when there are too many. Begins with one signal.
  func subscribe() -> AsyncStream<Void>? {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let number: Int? = state.withLock { state in
      guard state.subscribers.count < Self.maximumSubscriberCount else { return nil }
      state.next += 1
      state.subscribers[state.next] = continuation
      return state.next
    }
    guard let number else { return nil }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.subscribers.removeValue(forKey: number) }
    }
    continuation.yield()
    return stream
  }

  func signal() {
    let all = state.withLock { Array($0.subscribers.values) }
    for subscriber in all { subscriber.yield() }
  }

  func finish() {
    let all = state.withLock { Array($0.subscribers.values) }
    for subscriber in all { subscriber.finish() }
  }
}
