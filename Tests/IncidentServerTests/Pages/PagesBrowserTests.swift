import Foundation
import Hummingbird
import IncidentModel
import Logging
import Synchronization
import TestSupport
import Testing

@testable import IncidentServer

/// The pages in a real browser, driven by `browser.py`, which prints one line for each thing that it found.
@Suite struct PagesBrowserTests {
  private static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  private static let python = "\(project)/.build/python/browser/bin/python"
  private static let chromium = "/usr/bin/chromium"

  private static var isInstalled: Bool {
    FileManager.default.fileExists(atPath: "\(project)/.build/python/browser/installed")
      && FileManager.default.isExecutableFile(atPath: chromium)
  }

  /// A time says something on an idle machine alone.
  private static let timedChecks =
    ProcessInfo.processInfo.environment["TOCSIN_TEST_FIRST_PAINT"] == "1"
    ? ["first paint under a second with 500 incidents"] : []

  @Test(
    .enabled(
      if: isInstalled,
      "chromium, or the package playwright in .build/python/browser, is missing; `make python-environments` installs them"
    ),
    .timeLimit(.minutes(5)))
  func worksInABrowser() async throws {
    let said = try await BrowsedServer().run { port in
      try await onOwnThread { try Self.drive(["http://127.0.0.1:\(port)", Self.chromium]) }
    }
    for check in [
      "starts at the skip link", "skip link leads to the content", "keyboard opens an incident", "arrows walk the list",
      "live entries appear", "news are announced", "opened details stay open", "focus is kept",
      "no console errors", "reads without scripts", "filters without scripts", "no sideways scrolling at 360",
      "little comes before the first paint of 500 incidents",
    ] + Self.timedChecks {
      #expect(said.contains("ok \(check)\n"), "\(check):\n\(said)")
    }
  }

  /// A person with a viewer's token, two approvers, and the server as it is, on a port.
  @Test(
    .enabled(if: isInstalled, "chromium or playwright is missing; `make python-environments` installs them"),
    .timeLimit(.minutes(5)))
  func peopleDecideInABrowser() async throws {
    let fixture = try await DecisionFixture(approvals: "two")
    try await fixture.recommend(["mend", "other"])
    let tokens = [
      try await fixture.token("vera", .viewer), try await fixture.token("ann"), try await fixture.token("bob"),
    ]
    let said = try await BrowsedServer.run(fixture.harness.server.router()) { port in
      try await onOwnThread {
        try Self.drive(["http://127.0.0.1:\(port)", Self.chromium] + tokens, script: "decide.py")
      }
    }
    for check in [
      "a viewer reads and decides nothing", "one of two approvals", "one person is one", "the refusal leads back",
      "rejected with its reason", "approved by two", "the run is watched to its verified end", "no console errors",
      "the runbook shows its record and its inputs",
    ] {
      #expect(said.contains("ok \(check)\n"), "\(check):\n\(said)")
    }
    #expect(fixture.isThere("done"))
    await fixture.end()
  }

  /// `TOCSIN_PICTURES=FOLDER` takes a picture of every page, in light, dark and at a phone's width, for people to look at.
  @Test(.enabled(if: isInstalled && folder != nil, "TOCSIN_PICTURES names no folder"), .timeLimit(.minutes(5)))
  func takesPictures() async throws {
    let folder = try #require(Self.folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let said = try await BrowsedServer(extraIncidentCount: 4).run { port in
      try await onOwnThread { try Self.drive(["http://127.0.0.1:\(port)", Self.chromium, folder]) }
    }
    #expect(said.isEmpty, "\(said)")
  }

  private static let folder = ProcessInfo.processInfo.environment["TOCSIN_PICTURES"]

  private static func drive(_ arguments: [String], script: String = "browser.py") throws -> String {
    let process = SpawnedProcess()
    let output = Pipe()
    process.executableURL = URL(filePath: python)
    process.arguments = [URL(filePath: #filePath).deletingLastPathComponent().path + "/\(script)"] + arguments
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return said
  }
}
