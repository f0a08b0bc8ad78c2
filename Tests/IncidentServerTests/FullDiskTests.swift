import Foundation
import HTTPTransport
import TestSupport
import Testing
import TextReading

@testable import IncidentServer

/// A disk that takes nothing more, which is a real one in a small file system of its own, and a store that may only be
/// read.
@Suite(.timeLimit(.minutes(5))) struct FullDiskTests {
  /// Whether a file system may be mounted here, by root or within a user's own namespace.
  private static let mayMount = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/unshare")
    process.arguments = ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  private func inside(_ server: ServerProcess, _ command: String) async throws -> Int32 {
    try await onOwnThread {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/nsenter")
      process.arguments = ["-t", "\(server.identifier)", "-U", "-m", "--preserve-credentials", "sh", "-c", command]
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
  }

  private func ready(_ server: ServerProcess) async throws -> (status: Int, text: String) {
    let response = try await HTTPClient().send(HTTPRequest(server.address + "/readyz"))
    return (response.status, String(decoding: response.body, as: UTF8.self))
  }

  @Test(
    .enabled(if: mayMount, "no file system may be mounted here: neither as root nor in a namespace of one's own"))
  func intakeRefusesSaysWhyAndResumesByItself() async throws {
    let folder = NSTemporaryDirectory() + "tocsin-disk-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try await ServerProcess.start(data: folder, onSmallDisk: true)
    func post(_ number: Int) async -> Int? {
      let labels = ["alertname": "A", "n": "\(number)", "padding": String(repeating: "x", count: 100_000)]
      return await server.post("/api/v2/alerts", "[\(ServerHarness.alert(labels))]")
    }
    #expect(await post(0) == 200)
    #expect(try await ready(server).status == 200)
    _ = try await inside(server, "dd if=/dev/zero of=\(folder)/filling bs=4096 2>/dev/null")
    var number = 0
    try await server.until("intake refuses") { _ in
      number += 1
      return await post(number) == 503
    }
    let refused = try await ready(server)
    #expect(refused.status == 503)
    #expect(refused.text.contains("store: ") && refused.text.contains("full"), "\(refused.text)")
    #expect(try await server.get("/api/v1/alerts")["items"]?.array?.isEmpty == false, "what is known can be read")
    #expect(try await inside(server, "rm \(folder)/filling") == 0)
    try await server.until("it is ready again") { _ in try await ready(server).status == 200 }
    #expect(await post(1_000_000) == 200)
    server.terminate()
    #expect(try await server.ended() == 0)
  }

  @Test func aStoreThatMayOnlyBeReadIsRefusedAndUsedAgain() async throws {
    let harness = try await ServerHarness()
    defer { harness.remove() }
    func setReadOnly(_ isReadOnly: Bool) async throws {
      try await harness.server.store.database.writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA query_only = \(isReadOnly ? 1 : 0)")
      }
    }
    let alert = ServerHarness.alert(["alertname": "A"])
    try await setReadOnly(true)
    let refused = try await harness.send(.post, "/api/v2/alerts", "[\(alert)]")
    #expect(refused.status == 503)
    #expect(refused.headers[.retryAfter] == "5")
    let reason = try await harness.send(.get, "/readyz")
    #expect(reason.status == 503)
    #expect(reason.text.contains("store: the store cannot be written"), "\(reason.text)")
    try await setReadOnly(false)
    harness.clock.advance(bySeconds: 2)
    try await harness.until("it is ready again") { try await harness.send(.get, "/readyz").status == 200 }
    #expect(try await harness.send(.post, "/api/v2/alerts", "[\(alert)]").status == 200)
    await harness.stop()
  }
}
