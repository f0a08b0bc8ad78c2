import Foundation

/// A program that a test runs, set up as Foundation's `Process` is.
///
/// Foundation's own reads past a directory entry when it looks for open files, which ends the process now and then where
/// many tests start programs (swift-corelibs-foundation, pull request 5472). The program gets a group of its own and no
/// blocked signal.
package final class SpawnedProcess: @unchecked Sendable {
  package var executableURL: URL?
  package var arguments: [String] = []
  /// Nil for that of the tests.
  package var environment: [String: String]?
  package var currentDirectoryURL: URL?
  /// A `Pipe`, a `FileHandle`, or nil for that of the tests.
  package var standardInput: Any?
  package var standardOutput: Any?
  package var standardError: Any?
  package private(set) var processIdentifier: Int32 = 0

  private let condition = NSCondition()
  /// As `waitpid` says it; nil while the program runs. Guarded by `condition`.
  private var waitStatus: Int32?

  package init() {}

  /// - Throws: `POSIXError` where it cannot be started.
  package func run() throws {
    guard let path = executableURL?.path, access(path, X_OK) == 0 else { throw POSIXError(.ENOENT) }
    // `env` goes into the folder and then becomes the program.
    let vector = (currentDirectoryURL.map { ["/usr/bin/env", "--chdir", $0.path] } ?? []) + [path] + arguments
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    add(standardInput, as: 0, to: &actions)
    add(standardOutput, as: 1, to: &actions)
    add(standardError, as: 2, to: &actions)
    // With room for what other threads open meanwhile.
    let last = (Self.openFiles.max() ?? 0) + 256
    for file in 3...max(3, last) { posix_spawn_file_actions_addclose(&actions, file) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    let variables = (environment ?? ProcessInfo.processInfo.environment).map { "\($0)=\($1)" }.sorted()
    var words: [UnsafeMutablePointer<CChar>?] = vector.map { strdup($0) } + [nil]
    var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
    defer { for text in words + settings { free(text) } }
    var status = posix_spawn(&processIdentifier, vector[0], &actions, &attributes, &words, &settings)
    // A program that was written a moment ago is busy while another that is being started still holds what wrote it.
    for _ in 0..<200 where status == ETXTBSY {
      usleep(10_000)
      status = posix_spawn(&processIdentifier, vector[0], &actions, &attributes, &words, &settings)
    }
    guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: status) ?? .EINVAL) }
    // These ends are the program's alone, or nobody would see that it has closed them.
    try? (standardInput as? Pipe)?.fileHandleForReading.close()
    for pipe in [standardOutput, standardError].compactMap({ $0 as? Pipe }) {
      try? pipe.fileHandleForWriting.close()
    }
    Thread { self.awaitEnd() }.start()
  }

  private func add(_ stream: Any?, as number: Int32, to actions: inout posix_spawn_file_actions_t) {
    switch stream {
    case let pipe as Pipe:
      let end = number == 0 ? pipe.fileHandleForReading : pipe.fileHandleForWriting
      posix_spawn_file_actions_adddup2(&actions, end.fileDescriptor, number)
    case let handle as FileHandle where handle === FileHandle.nullDevice:
      posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
    case let handle as FileHandle: posix_spawn_file_actions_adddup2(&actions, handle.fileDescriptor, number)
    default: break
    }
  }

  /// An end of a pipe that another program holds as well would keep it open.
  private static var openFiles: [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).compactMap { Int32($0) }
  }

  private func awaitEnd() {
    var status: Int32 = 0
    while waitpid(processIdentifier, &status, 0) < 0, errno == EINTR {}
    condition.withLock {
      waitStatus = status
      condition.broadcast()
    }
  }

  package var isRunning: Bool { processIdentifier != 0 && condition.withLock { waitStatus == nil } }

  package func waitUntilExit() {
    condition.withLock {
      while waitStatus == nil { condition.wait() }
    }
  }

  /// What it exited with, or the number of the signal that ended it; 0 while it runs.
  package var terminationStatus: Int32 {
    let status = condition.withLock { waitStatus ?? 0 }
    return status & 0x7f == 0 ? (status >> 8) & 0xff : status & 0x7f
  }

  package func terminate() { if isRunning { kill(processIdentifier, SIGTERM) } }
  package func interrupt() { if isRunning { kill(processIdentifier, SIGINT) } }
}
