import Foundation
import HTTPTransport
import TestSupport
import TextReading

/// The program itself as a server on a port of its own.
final class ServerProcess: Sendable {
  /// Beside the program that runs the tests.
  static var tocsin: String {
    let tests =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(filePath: tests).deletingLastPathComponent().path + "/tocsin"
  }

  let address: String
  private let process: SpawnedProcess
  private let http = HTTPClient()

  /// A file system for the data that nobody else sees.
  enum Disk: String {
    /// Of 24 MB.
    case small = "mount -t tmpfs -o size=24m none \"$0\""
    /// That may only be read.
    case readOnly = "mount -t tmpfs none \"$0\" && mount -o remount,ro \"$0\""
    /// Of 32 MB, which becomes one that may only be read at the first error. It needs root.
    case failing = """
      mount --make-rprivate / && truncate -s 32M "$0.image" && mkfs.ext4 -q -F "$0.image" \
        && mount -o loop,errors=remount-ro "$0.image" "$0"
      """

    /// What `unshare` and `nsenter` need, so that it can be mounted.
    var isOfRoot: Bool { self == .failing }
  }

  static func start(
    data: String, _ arguments: [String] = [], project: String = ServerHarness.project, on disk: Disk? = nil
  ) async throws -> ServerProcess {
    try await onOwnThread { try ServerProcess(data, arguments, project, disk) }
  }

  /// It ended before it listened.
  struct NoServer: Error {
    var said: String
  }

  private init(_ data: String, _ arguments: [String], _ project: String, _ disk: Disk?) throws {
    let process = SpawnedProcess()
    let words = ["serve", "--listen", "127.0.0.1:0", "--data", data, "--project", project] + arguments
    if let disk {
      process.executableURL = URL(filePath: "/usr/bin/unshare")
      process.arguments =
        [disk.isOfRoot ? "-m" : "-rm", "sh", "-c", "\(disk.rawValue) && exec \"$@\"", data, Self.tocsin] + words
    } else {
      process.executableURL = URL(filePath: Self.tocsin)
      process.arguments = words
    }
    let log = Pipe()
    process.standardError = log
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    var text = ""
    var found: Substring?
    while found == nil, let bytes = try log.fileHandleForReading.read(upToCount: 1), !bytes.isEmpty {
      text += String(decoding: bytes, as: UTF8.self)
      if text.hasSuffix("\n") { found = text.firstMatch(of: /listens on (http:\/\/[0-9.:]+)/)?.1 }
    }
    guard let found else { throw NoServer(said: text) }
    address = String(found)
    self.process = process
    log.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
  }

  var identifier: Int32 { process.processIdentifier }

  func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }
  func terminate() { Foundation.kill(process.processIdentifier, SIGTERM) }

  /// Its status, once it has ended.
  func ended() async throws -> Int32 {
    try await onOwnThread { [process] in
      process.waitUntilExit()
      return process.terminationStatus
    }
  }

  func get(_ path: String) async throws -> JSONValue {
    let response = try await http.send(HTTPRequest(address + path))
    return try JSONValue(parsing: response.body, name: path)
  }

  /// The status, or nil where there was no answer.
  func post(_ path: String, _ body: String) async -> Int? {
    var request = HTTPRequest(address + path, method: .post)
    request.headers = [.init("Content-Type", "application/json")]
    request.body = Array(body.utf8)
    return try? await http.send(request).status
  }

  func open(_ path: String) async throws -> HTTPStream {
    var request = HTTPRequest(address + path)
    request.deadlineSeconds = 120
    return try await http.open(request)
  }

  /// Asks again and again until it is so; the server's own pace is waited for, at most for so long.
  func until(_ what: String, seconds: Int = 90, _ isSo: (ServerProcess) async throws -> Bool) async throws {
    let start = ContinuousClock.now
    while start.duration(to: .now) < .seconds(seconds) {
      if try await isSo(self) { return }
      _ = try await onOwnThread { usleep(50_000) }
    }
    struct Never: Error { var what: String }
    throw Never(what: what)
  }
}
