import Commands
import Foundation
import Testing

/// One incident from the command line: what comes out, and with which exit status.
@Suite struct InvestigateCommandTests {
  private func withWorkspace(_ body: (Workspace) async throws -> Void) async throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    try await body(workspace)
  }

  @Test func theStoredLogRendersTheSameReportWithoutTheTelemetry() async throws {
    try await withWorkspace { workspace in
      try workspace.writeCase("case", isFaulty: true)
      let store = "sqlite:" + workspace.path("log.sqlite")
      for format in ["json", "html", "markdown", "terminal"] {
        #expect(
          await workspace.run(
            "investigate", workspace.path("case"), "--store", store, "--format", format, "--output",
            workspace.path("first")) == 0)
        try FileManager.default.moveItem(atPath: workspace.path("case"), toPath: workspace.path("gone"))
        #expect(
          await workspace.run("report", store, "--format", format, "--output", workspace.path("second")) == 0)
        try FileManager.default.moveItem(atPath: workspace.path("gone"), toPath: workspace.path("case"))
        let (first, second) = (try workspace.text("first"), try workspace.text("second"))
        #expect(first == second, "\(format)")
      }
    }
  }

  @Test func theCalleeIsNamedAndNotItsSufferingCaller() async throws {
    try await withWorkspace { workspace in
      try workspace.writeCase("case", isFaulty: true)
      let status = await workspace.run(
        "investigate", workspace.path("case"), "--format", "json", "--output", workspace.path("report.json"))
      #expect(status == 0)
      let document = try JSONSerialization.jsonObject(with: Data(try workspace.text("report.json").utf8))
      let report = try #require(document as? [String: Any])
      #expect(report["schema"] as? String == "tocsin.report/1")
      #expect(report["outcome"] as? String == "cause-found")
      #expect((report["ranking"] as? [String])?.first == "ledger")
    }
  }

  @Test func badInputEndsWith65AndLeavesNoReport() async throws {
    try await withWorkspace { workspace in
      try workspace.writeCase("case", isFaulty: true)
      try Data("time,a|cpu_cores\nnoon,1\n".utf8).write(to: URL(filePath: workspace.path("case/metrics.csv")))
      let status = await workspace.run(
        "investigate", workspace.path("case"), "--output", workspace.path("report"))
      #expect(status == 65)
      #expect(!FileManager.default.fileExists(atPath: workspace.path("report")))
    }
  }

  @Test(.enabled(if: Workspace.hasProgram, "wants the program itself"))
  func incidentsAreListedWithinEightyColumns() async throws {
    try await withWorkspace { workspace in
      try workspace.writeCase("case", isFaulty: true)
      let output = try await workspace.output(["detect", workspace.path("case"), "--quiet"])
      let lines = output.split(separator: "\n")
      #expect(lines.first?.hasPrefix("case  noticed at ") == true, "\(output)")
      #expect(lines.last == "1 incident")
      #expect(output.contains("First to move: "))
      #expect(lines.allSatisfy { $0.count <= 80 }, "\(output)")
    }
  }

  @Test func anAlarmBudgetNeedsTimes() async throws {
    try await withWorkspace { workspace in
      let file = URL(filePath: workspace.path("series.csv"))
      try Data("timestamp,value\n2026-03-01 03:00:00,1\n1772334060,\nlater,2\n".utf8).write(
        to: file)
      #expect(await workspace.run("detect", file.path) == 0)
      #expect(await workspace.run("detect", file.path, "--alarms-per-day", "1") == 65)
      try Data("timestamp,value\n2026-03-01 03:00:00,1\n1772334060,\n".utf8).write(to: file)
      #expect(await workspace.run("detect", file.path, "--alarms-per-day", "1") == 0)
    }
  }

  @Test(arguments: [
    ["investigate"], ["investigate", "x", "--format", "pdf"],
    ["investigate", "x", "--store", "paper:x"],
    ["investigate", "x", "--model", "oracle"], ["replay", "x", "--jobs", "0"],
    ["replay", "x", "--fail-under", "top1"],
    ["detect", "x", "--alarms-per-day", "0"], ["detect", "x", "--alarms-per-day", "nan"],
    ["no-such-command"],
  ])
  func wrongUsageEndsWith64(arguments: [String]) async {
    #expect(await TocsinCommand.run(arguments) == 64)
  }

  @Test func aFolderThatIsNotThereEndsWith65() async throws {
    try await withWorkspace { workspace in
      #expect(await workspace.run("investigate", workspace.path("nowhere")) == 65)
      #expect(await workspace.run("replay", workspace.path("nowhere")) == 65)
    }
  }

  @Test func theProjectFolderIsInOrder() async {
    #expect(await TocsinCommand.run(["check", "--quiet", "--project", Workspace.project]) == 0)
  }
}
