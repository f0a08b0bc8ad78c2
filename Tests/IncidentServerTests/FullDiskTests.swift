import Foundation
import HTTPTransport
import TestSupport
import Testing
import TextReading

@testable import IncidentServer

/// A disk that takes nothing more and one that has become read-only, which are real ones in file systems of their own, and
/// a store that may only be read for a while.
@Suite(.timeLimit(.minutes(5))) struct FullDiskTests {
  /// Whether a file system may be mounted here, by root or within a user's own namespace.
  private static let mayMount = run("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]) == 0

  /// Whether a disk can be made to fail: only by root, where there are loop devices.
  private static let mayFail = {
    let file = NSTemporaryDirectory() + "tocsin-image-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: file) }
    let command = """
      truncate -s 32M \(file) && mkfs.ext4 -q -F \(file) && mount --make-rprivate / && mount -o loop \(file) /mnt
      test -e "/sys/fs/ext4/$(basename "$(findmnt -no SOURCE /mnt)")/trigger_fs_error"
      """
    return geteuid() == 0 && run("unshare", ["-m", "sh", "-ec", command]) == 0
  }()

  /// Its status; -1 where it could not be started.
  private static func run(_ program: String, _ arguments: [String]) -> Int32 {
    let process = SpawnedProcess()
    process.executableURL = URL(filePath: "/usr/bin/\(program)")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return -1 }
    process.waitUntilExit()
    return process.terminationStatus
  }

  private func inside(
    _ server: ServerProcess, _ command: String, on disk: ServerProcess.Disk = .small
  ) async throws -> Int32 {
    try await onOwnThread {
      Self.run(
        "nsenter",
        ["-t", "\(server.identifier)", "-m"] + (disk.isOfRoot ? [] : ["-U", "--preserve-credentials"])
          + ["sh", "-c", command])
    }
  }

  private func folder() throws -> String {
    let folder = NSTemporaryDirectory() + "tocsin-disk-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  private func ready(_ server: ServerProcess) async throws -> (status: Int, text: String) {
    let response = try await HTTPClient().send(HTTPRequest(server.address + "/readyz"))
    return (response.status, String(decoding: response.body, as: UTF8.self))
  }

  @Test(
    .enabled(if: mayMount, "no file system may be mounted here: neither as root nor in a namespace of one's own"))
  func intakeRefusesSaysWhyAndResumesByItself() async throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try await ServerProcess.start(data: folder, on: .small)
    func post(_ number: Int) async -> Int? {
      let labels = ["alertname": "A", "n": "\(number)", "padding": String(repeating: "x", count: 100_000)]
      return await server.post("/api/v2/alerts", "[\(ServerHarness.alert(labels))]")
    }
    #expect(await post(0) == 200)
    #expect(try await ready(server).status == 200)
    try await server.until("the first alert is listed") { server in
      try await server.get("/api/v1/alerts")["items"]?.array?.isEmpty == false
    }
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

  /// As it happens to a disk that dies: the kernel lets nobody write any more. What is known can still be read, and since
  /// the kernel keeps such a disk from coming back, it is the next start that finds a mended one.
  @Test(.enabled(if: mayFail, "a disk can only be made to fail by root, with loop devices and mkfs.ext4"))
  func aDiskThatBecameReadOnlyIsRefused() async throws {
    let folder = try folder()
    defer {
      try? FileManager.default.removeItem(atPath: folder)
      try? FileManager.default.removeItem(atPath: folder + ".image")
    }
    let server = try await ServerProcess.start(data: folder, on: .failing)
    let alerts = "[\(ServerHarness.alert(["alertname": "A"]))]"
    #expect(await server.post("/api/v2/alerts", alerts) == 200)
    try await server.until("it is listed") { try await $0.get("/api/v1/alerts")["items"]?.array?.isEmpty == false }
    let trigger = "/sys/fs/ext4/$(basename \"$(findmnt -no SOURCE \(folder))\")/trigger_fs_error"
    #expect(try await inside(server, "echo 1 > \"\(trigger)\"", on: .failing) == 0)
    #expect(await server.post("/api/v2/alerts", alerts) == 503)
    let refused = try await ready(server)
    #expect(refused.status == 503 && refused.text.contains("store: the disk of the store"), "\(refused.text)")
    #expect(try await server.get("/api/v1/alerts")["items"]?.array?.isEmpty == false, "what is known can be read")
    server.terminate()
    #expect(try await server.ended() == 0)
  }

  @Test(
    .enabled(if: mayMount, "no file system may be mounted here: neither as root nor in a namespace of one's own"))
  func nothingStartsOnAFolderThatMayOnlyBeRead() async throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let error = await #expect(throws: ServerProcess.NoServer.self) {
      _ = try await ServerProcess.start(data: folder, on: .readOnly)
    }
    #expect(error?.said.contains("\(folder) cannot be written: Read-only file system") == true, "\(error?.said ?? "")")
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
    // Also where somebody sets the clock back meanwhile.
    harness.clock.advance(bySeconds: -3_600)
    try await harness.until("it is ready again") { try await harness.send(.get, "/readyz").status == 200 }
    #expect(try await harness.send(.post, "/api/v2/alerts", "[\(alert)]").status == 200)
    await harness.stop()
  }
}
