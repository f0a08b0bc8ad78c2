import Commands
import Foundation
import Testing

/// From replays to a calibration file, from the command line.
@Suite struct CalibrateCommandTests {
  private func withReplays(_ body: (Workspace) async throws -> Void) async throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    for number in 1...4 { try workspace.writeCase("set/faulty-\(number)", isFaulty: true) }
    for number in 1...2 { try workspace.writeCase("set/quiet-\(number)", isFaulty: false) }
    for (name, arguments) in [("seen", []), ("blind", ["--blind"])] {
      let status = await workspace.run(
        ["replay", workspace.path("set"), "--output", workspace.path(name)] + arguments)
      #expect(status == 0)
    }
    try await body(workspace)
  }

  private func report(_ workspace: Workspace, _ name: String) throws -> [String: Any] {
    let document = try JSONSerialization.jsonObject(with: Data(try workspace.text(name).utf8))
    return try #require(document as? [String: Any])
  }

  @Test func theSameReplaysGiveTheSameFileWhichInvestigationsThenUse() async throws {
    try await withReplays { workspace in
      for name in ["1.yaml", "2.yaml"] {
        let status = await workspace.run(
          "calibrate", workspace.path("blind"), workspace.path("seen"), "--day", "2026-01-02",
          "--wrong-answer-cost", "2", "--output", workspace.path(name))
        #expect(status == 0)
      }
      let text = try workspace.text("1.yaml")
      #expect(text == (try workspace.text("2.yaml")))
      #expect(text.contains("day: 2026-01-02") && text.contains("abstainBelow: 0.444"))
      #expect(text.contains("costOfWrongAnswer: 2.0") && text.contains("caution: 5.0"))
      try FileManager.default.createDirectory(
        atPath: workspace.path("project"), withIntermediateDirectories: true)
      for folder in ["agents", "prompts", "runbooks"] {
        try FileManager.default.copyItem(
          atPath: Workspace.project + "/" + folder, toPath: workspace.path("project/" + folder))
      }
      try FileManager.default.removeItem(atPath: workspace.path("project/agents/calibration/confidence.yaml"))
      try FileManager.default.copyItem(
        atPath: workspace.path("1.yaml"), toPath: workspace.path("project/agents/calibration/confidence.yaml"))
      #expect(await TocsinCommand.run(["check", "--quiet", "--project", workspace.path("project")]) == 0)
      let status = await TocsinCommand.run([
        "investigate", workspace.path("set/faulty-1"), "--format", "json", "--output", workspace.path("report"),
        "--quiet", "--project", workspace.path("project"),
      ])
      #expect(status == 0)
      #expect(try report(workspace, "report")["abstentionLine"] as? Double == 0.444)
    }
  }

  @Test func whatIsNoFinishedReplayEndsWith65() async throws {
    try await withReplays { workspace in
      #expect(await workspace.run("calibrate", workspace.path("set")) == 65)
      #expect(await workspace.run("calibrate", workspace.path("nowhere")) == 65)
      try FileManager.default.removeItem(atPath: workspace.path("seen/scorecard.json"))
      #expect(await workspace.run("calibrate", workspace.path("seen")) == 65)
      #expect(await workspace.run("calibrate", workspace.path("blind"), "--held-out", workspace.path("blind")) == 64)
    }
  }

  @Test(arguments: [
    ["calibrate"], ["calibrate", "x", "--day", "today"], ["calibrate", "x", "--penalty", "-1"],
    ["calibrate", "x", "--wrong-answer-cost", "0.5"], ["calibrate", "x", "--caution", "0"],
    ["replay", "x", "--without", "luck"],
  ])
  func wrongUsageEndsWith64(arguments: [String]) async {
    #expect(await TocsinCommand.run(arguments) == 64)
  }

  @Test func whatIsLeftOutIsPartOfTheConfigurationAndSaidInTheReport() async throws {
    try await withReplays { workspace in
      let status = await workspace.run(
        "replay", workspace.path("set"), "--without", "critic", "--without", "seasonality", "--output",
        workspace.path("without"))
      #expect(status == 0)
      #expect(try workspace.text("without/run.json") != (try workspace.text("seen/run.json")))
      let report = try report(workspace, "without/reports/faulty-1.json")
      let blindSpots = try #require(report["blindSpots"] as? [String])
      #expect(blindSpots.contains { $0.hasPrefix("Left out for a measurement (critic)") })
      let findings = try #require(report["findings"] as? [[String: Any]])
      #expect(!findings.isEmpty && findings.allSatisfy { ($0["critiques"] as? [Any])?.isEmpty == true })
    }
  }
}
