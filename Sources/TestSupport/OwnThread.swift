import Foundation

/// Does what blocks (waiting for a process, reading a pipe) on a thread of its own: on one of the few threads that all
/// tests share it would keep others past their deadlines.
package func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread { continuation.resume(with: Result(catching: work)) }.start()
  }
}
