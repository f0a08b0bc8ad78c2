import Commands
import Foundation
import Testing

/// A whole dataset from the command line.
@Suite struct ReplayCommandTests {
  private func withDataset(_ body: (Workspace) async throws -> Void) async throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    for number in 1...4 { try workspace.writeCase("set/faulty-\(number)", isFaulty: true) }
    for number in 1...2 { try workspace.writeCase("set/quiet-\(number)", isFaulty: false) }
    try await body(workspace)
  }

  private func scorecard(_ workspace: Workspace, _ folder: String) throws -> [String: Any] {
    let text = try workspace.text(folder + "/scorecard.json")
    var card = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    card["seconds"] = nil
    card["results"] = (card["results"] as? [[String: Any]])?.map { $0.filter { $0.key != "seconds" } }
    card["healthy"] = (card["healthy"] as? [String: Any])?.filter { $0.key != "results" }
    return card
  }

  @Test func anyNumberOfJobsGivesTheSameBytes() async throws {
    try await withDataset { workspace in
      for jobs in ["1", "2", "5"] {
        #expect(
          await workspace.run("replay", workspace.path("set"), "--jobs", jobs, "--output", workspace.path(jobs)) == 0)
      }
      for number in 1...4 {
        let name = "reports/faulty-\(number).json"
        let reports = try ["1/", "2/", "5/"].map { try workspace.text($0 + name) }
        #expect(Set(reports).count == 1, "\(name)")
      }
    }
  }

  @Test func aBrokenCaseIsCountedAndTheRestGoesOn() async throws {
    try await withDataset { workspace in
      try Data("time\n".utf8).write(to: URL(filePath: workspace.path("set/faulty-2/metrics.csv")))
      #expect(await workspace.run("replay", workspace.path("set"), "--output", workspace.path("out")) == 0)
      let card = try scorecard(workspace, "out")
      #expect(card["failed"] as? Int == 1)
      #expect((card["results"] as? [Any])?.count == 3)
    }
  }

  /// Whether or not a case needs it: its cases would go without advice, and nobody would notice.
  @Test func aMistakeInOneRunbookEndsTheReplay() async throws {
    try await withDataset { workspace in
      try FileManager.default.createDirectory(atPath: workspace.path("project"), withIntermediateDirectories: true)
      for folder in ["agents", "prompts", "runbooks"] {
        try FileManager.default.copyItem(
          atPath: Workspace.project + "/" + folder, toPath: workspace.path("project/" + folder))
      }
      try Data("nonsense: 1\n".utf8).write(to: URL(filePath: workspace.path("project/runbooks/renew-certificate.yaml")))
      let status = await TocsinCommand.run([
        "replay", workspace.path("set"), "--output", workspace.path("out"), "--quiet", "--project",
        workspace.path("project"),
      ])
      #expect(status == 65)
      #expect(!FileManager.default.fileExists(atPath: workspace.path("out/scorecard.json")))
    }
  }

  @Test func whatWasCutOffIsDoneAgainAndEndsInTheSameScorecard() async throws {
    try await withDataset { workspace in
      #expect(await workspace.run("replay", workspace.path("set"), "--output", workspace.path("whole")) == 0)
      try FileManager.default.copyItem(atPath: workspace.path("whole"), toPath: workspace.path("cut"))
      let lines = try workspace.text("cut/results.jsonl").split(separator: "\n")
      let kept = lines.prefix(2).joined(separator: "\n") + "\n" + lines[2].prefix(40)
      try Data(kept.utf8).write(to: URL(filePath: workspace.path("cut/results.jsonl")))
      try FileManager.default.removeItem(atPath: workspace.path("cut/scorecard.json"))
      #expect(await workspace.run("replay", workspace.path("set"), "--resume", workspace.path("cut")) == 0)
      let (whole, cut) = (try scorecard(workspace, "whole"), try scorecard(workspace, "cut"))
      #expect(NSDictionary(dictionary: whole).isEqual(to: cut))
    }
  }

  /// Zero right of zero cases is no result, least of all a good one.
  @Test func withoutAnyKnownCauseNothingIsScored() async throws {
    try await withDataset { workspace in
      for name in try FileManager.default.contentsOfDirectory(atPath: workspace.path("set")) {
        try FileManager.default.removeItem(atPath: workspace.path("set/\(name)/truth.yaml"))
      }
      #expect(await workspace.run("replay", workspace.path("set"), "--output", workspace.path("out")) == 65)
      let failures = try #require(try scorecard(workspace, "out")["failures"] as? [[String: Any]])
      #expect(failures.count == 6)
      for failure in failures { #expect((failure["error"] as? String)?.contains("no cause is known") == true) }
    }
  }

  @Test func aBarThatIsNotMetEndsWith1() async throws {
    try await withDataset { workspace in
      #expect(await workspace.run("replay", workspace.path("set"), "--fail-under", "top1=0.9") == 0)
      try Data("component: shop\n".utf8).write(to: URL(filePath: workspace.path("set/faulty-1/truth.yaml")))
      #expect(await workspace.run("replay", workspace.path("set"), "--fail-under", "top1=0.9") == 1)
    }
  }
}
