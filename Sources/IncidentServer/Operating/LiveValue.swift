import Synchronization

/// A value that is replaced as a whole while others read it.
final class LiveValue<Value: Sendable>: Sendable {
  private let current: Mutex<Value>

  init(_ value: Value) { current = Mutex(value) }

  var value: Value {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }
}
