import Foundation
import TestSupport

/// A server in Python beside this file, on the loopback until the tests end: it ends itself when its standard input
/// does, which also happens when the test process dies.
final class PythonServer: Sendable {
  struct DidNotStart: Error, CustomStringConvertible {
    var output: String
    var description: String { "the server did not start: …\(output.suffix(2_000))" }
  }

  let origin: String
  private let input: Pipe

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
  private static let python = folder.deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: ".build/python/gateway/bin/python").path

  /// `make python-environments` writes this file when everything of `requirements.txt` is there.
  static let isInstalled = FileManager.default.fileExists(
    atPath: folder.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: ".build/python/gateway/installed").path)

  /// - Parameter environment: all that the server sees of one.
  init(_ script: String, _ arguments: [String] = [], environment: [String: String] = [:]) async throws {
    let process = SpawnedProcess()
    process.executableURL = URL(filePath: Self.python)
    process.arguments = ["-B", Self.folder.appending(path: script).path] + arguments
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": NSTemporaryDirectory(), "PYTHONUNBUFFERED": "1"]
      .merging(environment) { _, given in given }
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    try? output.fileHandleForWriting.close()
    self.input = input
    origin = try await withCheckedThrowingContinuation { started in
      let thread = Thread { Self.read(output.fileHandleForReading, started) }
      thread.start()
    }
  }

  /// Reads all that the server says, for it to be able to say it, and tells its address as soon as it stands there.
  private static func read(_ output: FileHandle, _ started: CheckedContinuation<String, any Error>) {
    var text = ""
    var hasStarted = false
    var bytes = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      // Not the handle's own reading, which waits until so many bytes are there.
      let count = Foundation.read(output.fileDescriptor, &bytes, bytes.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      guard !hasStarted else { continue }
      text += String(decoding: bytes[..<count], as: UTF8.self)
      if let found = text.firstMatch(of: /running on (http:\/\/127\.0\.0\.1:\d+)\s/.ignoresCase()) {
        hasStarted = true
        started.resume(returning: String(found.1))
      }
    }
    if !hasStarted { started.resume(throwing: DidNotStart(output: text)) }
  }
}
