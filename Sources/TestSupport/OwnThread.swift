import Foundation

/// Does what blocks (waiting for a process, reading a pipe) on a thread of its own: on one of the few threads that all
/// tests share it would keep others past their deadlines. Programs that are started there get all signals: Swift's own
/// threads block most, children inherit that, and some wait for SIGCHLD or SIGTERM in vain.
package func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread {
      var none = sigset_t()
      sigemptyset(&none)
      pthread_sigmask(SIG_SETMASK, &none, nil)
      continuation.resume(with: Result(catching: work))
    }.start()
  }
}
