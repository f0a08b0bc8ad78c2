import Agents
import Foundation
import IncidentModel
import LanguageModels
import Runbooks
import Telemetry
import Testing

/// The files of the project itself, found from where this source lies.
enum ProjectFolder {
  static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
  static let agents = path + "/agents"
  static let prompts = path + "/prompts"
}

@Suite struct AgentCatalogTests {
  @Test func agentFilesAndSwiftAgentsAreInStepAndTheirPromptsCheck() throws {
    #expect(AgentCatalog.problems(agentsFolder: ProjectFolder.agents, promptsFolder: ProjectFolder.prompts) == [])
    let files = try FileManager.default.contentsOfDirectory(atPath: ProjectFolder.agents).filter {
      $0.hasSuffix(".yaml")
    }.sorted()
    #expect(files == AgentCatalog.names.map { "\($0).yaml" }.sorted())
    let catalog = try projectCatalog()
    #expect(catalog.manifests.map(\.name) == AgentCatalog.names)
    #expect(catalog.manifests.allSatisfy { catalog.prompts[$0.prompt] != nil })
  }

  @Test func everyPromptOfTheProjectRenders() throws {
    for template in try PromptLibrary(folder: ProjectFolder.prompts).templates {
      let values = Dictionary(uniqueKeysWithValues: template.inputs.map { ($0.name, "<\($0.name)>") })
      let text = try template.render(values)
      #expect(!text.contains("{{"))
      for input in template.inputs { #expect(text.contains("<\(input.name)>")) }
    }
  }

  @Test func participantsComeInCatalogueOrderAndAnswerToTheirNames() throws {
    let participants = try projectCatalog().participants(for: emptyTelemetry)
    #expect(participants.map(\.manifest.name) == AgentCatalog.names)
    #expect(participants.map { $0.make().name } == AgentCatalog.names)
  }

  @Test func anAgentThatIsSwitchedOffTakesNoPartAndChangesTheDigest() throws {
    let catalog = try projectCatalog()
    var manifests = catalog.manifests
    let critic = try #require(manifests.firstIndex { $0.name == "critic" })
    manifests[critic].isEnabled = false
    let without = AgentCatalog(manifests: manifests, prompts: catalog.prompts, runbooks: catalog.runbooks)
    #expect(
      without.participants(for: emptyTelemetry).map(\.manifest.name) == AgentCatalog.names.filter { $0 != "critic" })
    #expect(without.digest != catalog.digest)
    #expect(try projectCatalog().digest == catalog.digest)
  }

  @Test(arguments: [
    ("critic.yaml", "enabled: true", "enabled: yes", "critic.yaml:1:10: “enabled” must be true or false"),
    ("critic.yaml", "attempts: 2", "attempts: 0", "critic.yaml:6:11: “attempts” must be a whole number from 1 to"),
    ("critic.yaml", "attempts: 2", "atempts: 2", "critic.yaml:6:1: unknown key “atempts”"),
    ("critic.yaml", "attempts: 2\n", "", "critic.yaml:1:1: “attempts” is missing"),
    ("critic.yaml", "deadlineSeconds: 60", "deadlineSeconds: .nan", "critic.yaml:5:18: “deadlineSeconds” must be"),
    ("critic.yaml", "restarts: 1", "restarts: [1]", "critic.yaml:9:11: “restarts” must be"),
    ("critic.yaml", "restarts: 1", "restarts: 99999999999999999999", "critic.yaml:9:11: “restarts” must be"),
    ("critic.yaml", "prompt: critic", "prompt: doubter", "critic.yaml: the prompt “doubter” has no file"),
    ("critic.yaml", "model: off", "model: ''", "critic.yaml:4:8: “model” must be a text"),
    ("critic.yaml", "model: off", "model: off\nmodel: on", "critic.yaml:4:1: the key “model” is given twice"),
  ])
  func aMistakeInAnAgentFileIsFoundWithItsPlace(
    file: String, correct: String, wrong: String, expected: String
  ) throws {
    let folder = try copyOfAgents()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
    #expect(text.contains(correct))
    try text.replacingOccurrences(of: correct, with: wrong)
      .write(toFile: "\(folder)/\(file)", atomically: true, encoding: .utf8)
    let problems = AgentCatalog.problems(agentsFolder: folder, promptsFolder: ProjectFolder.prompts)
      .map { $0.description.replacingOccurrences(of: folder + "/", with: "") }
    #expect(problems.contains { $0.hasPrefix(expected) }, "\(problems)")
    #expect(throws: ProjectFileError.self) {
      try AgentCatalog(
        agentsFolder: folder, promptsFolder: ProjectFolder.prompts, runbooks: try emptyRunbooks())
    }
  }

  @Test func aFileWithoutAnAgentAnAgentWithoutAFileAndADeadPromptAreMistakes() throws {
    let folder = try copyOfAgents()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.moveItem(atPath: folder + "/critic.yaml", toPath: folder + "/critick.yaml")
    let problems = AgentCatalog.problems(agentsFolder: folder, promptsFolder: ProjectFolder.prompts)
    #expect(problems.map { ($0.file as NSString).lastPathComponent } == ["critick.yaml", "critic.yaml"])
    try FileManager.default.moveItem(atPath: folder + "/critick.yaml", toPath: folder + "/critic.yaml")
    let prompts = folder + "/prompts"
    try FileManager.default.copyItem(atPath: ProjectFolder.prompts, toPath: prompts)
    try FileManager.default.copyItem(atPath: prompts + "/critic.md", toPath: prompts + "/unused.md")
    let dead = AgentCatalog.problems(agentsFolder: folder, promptsFolder: prompts)
    #expect(dead.map(\.message) == ["no agent uses this prompt"])
  }

  private func copyOfAgents() throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("agents-\(UUID().uuidString)").path
    try FileManager.default.copyItem(atPath: ProjectFolder.agents, toPath: folder)
    return folder
  }
}

let emptyTelemetry = TelemetryWindow(
  incident: Incident(
    id: "i", title: "t", window: TimeWindow(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 1))))

func projectCatalog() throws -> AgentCatalog {
  try AgentCatalog(
    agentsFolder: ProjectFolder.agents, promptsFolder: ProjectFolder.prompts, runbooks: try emptyRunbooks())
}

func emptyRunbooks() throws -> RunbookLibrary {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("runbooks-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try RunbookLibrary(folder: folder)
}
