import Foundation
import TestSupport

@testable import RunbookExecution
@testable import Runbooks

/// Programs that tests start and ask, each on a thread of its own.
enum RealProcess {
  /// What a program wrote and whether it succeeded, 0 or 1. It may leave a daemon behind, for which Foundation's
  /// `Process` would wait.
  @discardableResult static func run(_ vector: [String]) async throws -> (Int32, String) {
    var bounds = Runbook.Bounds()
    bounds.withinSeconds = 240
    let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"]
    let result = await CommandRun(vector: vector, bounds: bounds, environment: environment).perform()
    return (result.status == .succeeded ? 0 : 1, result.output)
  }

  /// What a program wrote that leaves nothing behind, with its exit status.
  static func runHere(_ vector: [String], folder: String = "/") throws -> (Int32, String) {
    let process = SpawnedProcess()
    process.executableURL = URL(fileURLWithPath: InstalledProgram.path(vector[0]) ?? vector[0])
    process.arguments = Array(vector.dropFirst())
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let file = FileManager.default.temporaryDirectory.appending(path: "output-" + UUID().uuidString)
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: file) }
    let output = try FileHandle(forWritingTo: file)
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try output.close()
    return (process.terminationStatus, try String(contentsOf: file, encoding: .utf8))
  }

  /// Runs on until it is ended.
  static func start(_ vector: [String]) throws -> SpawnedProcess {
    let process = SpawnedProcess()
    process.executableURL = URL(fileURLWithPath: InstalledProgram.path(vector[0]) ?? vector[0])
    process.arguments = Array(vector.dropFirst())
    process.currentDirectoryURL = URL(fileURLWithPath: "/")
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// By force: what it would still do when it is asked to end is of no interest.
  static func end(_ process: SpawnedProcess) { kill(process.processIdentifier, SIGKILL) }

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
}
