import Foundation
import TestSupport

/// Programs that tests start and ask, each on a thread of its own.
enum RealProcess {
  /// The path of a program; nil where it is not installed.
  static func find(_ name: String, in folders: [String] = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"]) -> String? {
    folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// PostgreSQL's own programs lie in a folder of their version.
  static var postgresFolder: String? {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return versions.compactMap { Int($0) }.max().map { "\(root)/\($0)/bin" }
  }

  /// What a program wrote and its exit status.
  @discardableResult static func run(_ vector: [String], folder: String = "/") async throws -> (Int32, String) {
    try await onOwnThread { try runHere(vector, folder: folder) }
  }

  static func runHere(_ vector: [String], folder: String = "/") throws -> (Int32, String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: find(vector[0]) ?? vector[0])
    process.arguments = Array(vector.dropFirst())
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  /// Runs on until it is ended.
  static func start(_ vector: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: find(vector[0]) ?? vector[0])
    process.arguments = Array(vector.dropFirst())
    process.currentDirectoryURL = URL(fileURLWithPath: "/")
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Asks until it is so, for at most two minutes.
  static func eventually(_ isSo: @escaping @Sendable () -> Bool) async throws -> Bool {
    try await onOwnThread {
      let end = Date(timeIntervalSinceNow: 120)
      while Date() < end {
        if isSo() { return true }
        usleep(50_000)
      }
      return false
    }
  }

  /// A port on the loopback that was free a moment ago.
  static func freePort() throws -> Int {
    let server = try LoopbackServer { _, _ in false }
    defer { server.stop() }
    return server.port
  }
}
