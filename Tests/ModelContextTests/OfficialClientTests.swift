import Foundation
import Reporting
import TestSupport
import Testing
import TextReading

/// The official clients of both eras against the program itself, over standard input and output.
@Suite struct OfficialClientTests {
  private static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  private static func python(_ environment: String) -> String { "\(project)/.build/python/\(environment)/bin/python" }

  private static func isInstalled(_ environment: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(project)/.build/python/\(environment)/installed")
  }

  /// Beside the program that runs the tests.
  private static var tocsin: String {
    let tests =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(filePath: tests).deletingLastPathComponent().path + "/tocsin"
  }

  @Test(
    .enabled(
      if: isInstalled("mcp"), "the package mcp is not in .build/python/mcp; `make python-environments` installs it"),
    arguments: ["auto", "2026-07-28", "legacy"])
  func statelessClient(mode: String) async throws {
    let said = try await talk("mcp", "stateless.py", mode)
    #expect(said["version"] == (mode == "legacy" ? "2025-11-25" : "2026-07-28"))
    try check(said)
  }

  @Test(
    .enabled(
      if: isInstalled("mcp-handshake"),
      "the package mcp is not in .build/python/mcp-handshake; `make python-environments` installs it"))
  func handshakeClient() async throws {
    let said = try await talk("mcp-handshake", "handshake.py", "")
    #expect(said["version"] == "2025-11-25")
    try check(said)
  }

  private func check(_ said: JSONValue) throws {
    #expect(
      said["tools"]?.array?.compactMap(\.string).sorted()
        == ["explain_incident", "get_evidence", "list_incidents", "similar_incidents", "why_alert_paged"])
    #expect(said["readOnly"] == true && said["wrongIsError"] == true)
    #expect(said["incident"] == "shop/payment-cpu-1")
    #expect(said["text"]?.string?.contains("payment") == true)
    #expect(said["digest"]?.string?.hasPrefix("sha256:") == true)
    #expect(said["unknown"]?.string?.contains("no_such_tool") == true)
  }

  private func talk(_ environment: String, _ script: String, _ mode: String) async throws -> JSONValue {
    let folder = FileManager.default.temporaryDirectory.path + "/tocsin-mcp-\(environment)-\(mode)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let report = try IncidentReport(MadeUpIncident.causeFound.snapshot).json()
    try Data(report.utf8).write(to: URL(filePath: folder + "/report.json"))
    let process = SpawnedProcess()
    let output = Pipe()
    process.executableURL = URL(filePath: Self.python(environment))
    process.arguments = [
      URL(filePath: #filePath).deletingLastPathComponent().path + "/Clients/" + script, Self.tocsin, folder, mode,
    ]
    process.standardOutput = output
    try process.run()
    let bytes = Array(output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return try JSONValue(parsing: bytes, name: script)
  }
}
