import Agents
import Foundation
import IncidentModel
import LanguageModels
import RootCauseAnalysis
import Testing

@Suite struct ConfidenceFileTests {
  private let committed = ConfidenceFile.path(inAgents: ProjectFolder.agents)

  @Test func whatIsBuiltInIsWhatTheProjectsFileSays() throws {
    let file = try ConfidenceFile(file: committed)
    #expect(file.model == .standard, "run Benchmarks/calibrate.sh, which writes both")
    #expect(try projectCatalog().confidenceModel == file.model)
  }

  @Test func theProjectsFileSaysWhatItComesFrom() throws {
    let file = try ConfidenceFile(file: committed)
    #expect(!file.origin.datasets.isEmpty)
    #expect(file.origin.datasets.allSatisfy { $0.right <= $0.answers && $0.input.hasPrefix("sha256:") })
  }

  @Test func writtenAndReadAgainItIsTheSame() throws {
    try withAgents { folder in
      var file = try ConfidenceFile(file: committed)
      file.origin.datasets[0].name = "a \"quoted\" \\ name: # 1"
      file.measured.heldOut = nil
      file.model.weights[.margin] = 1e-7
      let path = ConfidenceFile.path(inAgents: folder)
      try file.yaml.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(try ConfidenceFile(file: path) == file)
    }
  }

  @Test(arguments: [
    ("weights:", "wieghts:", "unknown key “wieghts”"), ("  margin:", "  morgin:", "unknown key “morgin”"),
    ("caution: ", "caution: -", "“caution” must be a number from 1.0 to 10.0"),
    ("abstainBelow: ", "abstainBelow: 1", "“abstainBelow” must be a number from 0.0 to 1.0"),
    ("intercept: ", "intercept: high", "“intercept” must be a number"),
    ("      blind: false", "      blind: no", "“blind” must be true or false"),
    ("  penalty: ", "  penalty: -", "“penalty” must be a number"),
    ("measured:", "measured: {}\nmeasurements:", "unknown key “measurements”"),
  ])
  func aMistakeIsFoundWithItsPlace(correct: String, wrong: String, expected: String) throws {
    try withAgents { folder in
      let path = ConfidenceFile.path(inAgents: folder)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let place = try #require(text.range(of: correct))
      let line = text[..<place.lowerBound].count { $0 == "\n" } + 1
      try text.replacingCharacters(in: place, with: wrong).write(toFile: path, atomically: true, encoding: .utf8)
      let problems = AgentCatalog.problems(agentsFolder: folder, promptsFolder: ProjectFolder.prompts)
      #expect(problems.count == 1)
      let problem = try #require(problems.first)
      #expect(problem.file == path && problem.message.hasPrefix(expected), "\(problem)")
      #expect([line, line + 1].contains(problem.line ?? 0), "\(problem)")
    }
  }

  @Test func withoutTheFileWhatIsBuiltInCountsAndAnotherFileChangesTheDigest() throws {
    try withAgents { folder in
      func catalog() throws -> AgentCatalog {
        try AgentCatalog(agentsFolder: folder, promptsFolder: ProjectFolder.prompts, runbooks: try emptyRunbooks())
      }
      let path = ConfidenceFile.path(inAgents: folder)
      let usual = try catalog().digest
      var file = try ConfidenceFile(file: path)
      file.model.abstentionLine = 0.9
      try file.yaml.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(try catalog().digest != usual)
      #expect(try catalog().confidenceModel.abstentionLine == 0.9)
      try FileManager.default.removeItem(atPath: path)
      #expect(try catalog().confidenceModel == .standard)
      #expect(try catalog().digest == usual)
    }
  }

  @Test func whatIsLeftOutForAMeasurementChangesTheDigestAndWhoTakesPart() throws {
    let catalog = try projectCatalog()
    let without = AgentCatalog(
      manifests: catalog.manifests, prompts: catalog.prompts, runbooks: catalog.runbooks, without: [.critic])
    #expect(without.digest != catalog.digest)
    #expect(
      without.participants(for: emptyTelemetry).map(\.manifest.name) == AgentCatalog.names.filter { $0 != "critic" })
  }

  private func withAgents(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("agents-\(UUID().uuidString)").path
    try FileManager.default.copyItem(atPath: ProjectFolder.agents, toPath: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }
}
