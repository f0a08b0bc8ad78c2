import Agents
import ArgumentParser
import Foundation
import IncidentModel
import LanguageModels
import Runbooks
import Telemetry

struct AgentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent", abstract: "Who takes part in an investigation.", subcommands: [List.self, Show.self],
    defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Every agent, in the order in which they post.")
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let catalog = try AgentCatalog(try global.projectFolder())
      let width = catalog.manifests.map(\.name.rawValue.count).max() ?? 0
      for manifest in catalog.manifests {
        let name = manifest.name.rawValue
        let state = manifest.isEnabled ? "" : " (off)"
        global.console.result(
          name + String(repeating: " ", count: width - name.count + 2) + manifest.purpose + state)
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "How one agent is tuned.")
    @Argument(help: "The agent's name.") var name: String
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let catalog = try AgentCatalog(try global.projectFolder())
      guard let manifest = catalog.manifests.first(where: { $0.name.rawValue == name }) else {
        let known = catalog.manifests.map(\.name.rawValue).joined(separator: ", ")
        throw CommandFailure(.usage, "there is no agent \(name)", hint: "known are \(known)")
      }
      let model: String
      switch manifest.model {
      case .off: model = "off"
      case .named(let name): model = name
      }
      global.console.result(
        """
        \(manifest.name): \(manifest.purpose)
          enabled         \(manifest.isEnabled ? "yes" : "no")
          prompt          \(manifest.prompt)
          model           \(model)
          deadline        \(manifest.deadlineSeconds) s a try, \(manifest.attempts) tries a turn
          backoff         \(manifest.backoffSeconds) s, doubled with each try
          restarts        at most \(manifest.restarts)
          contributions   at most \(manifest.maximumContributions) a turn
        """)
      guard manifest.name == KubernetesAgent.name else { return }
      global.console.result("\nCauses that its rules name, each with its condition:")
      for rule in KubernetesAgent.rules { global.console.result("  \(rule.slug)\n      \(rule.condition)") }
    }
  }
}

struct PromptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prompt", abstract: "The words that a language model would get.", subcommands: [Show.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "A prompt with its blanks named.")
    @Argument(help: "The prompt's name.") var name: String
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let catalog = try AgentCatalog(try global.projectFolder())
      guard let prompt = catalog.prompts[name] else {
        let known = catalog.prompts.templates.map(\.name).joined(separator: ", ")
        throw CommandFailure(.usage, "there is no prompt \(name)", hint: "known are \(known)")
      }
      let blanks = Dictionary(
        prompt.inputs.map { ($0.name, "{{\($0.name): \($0.description)}}") }, uniquingKeysWith: { first, _ in first })
      global.console.result(try prompt.render(blanks))
    }
  }
}

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check everything in the project folder, strictly, and list every mistake.")
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let project = try global.projectFolder()
    var problems = AgentCatalog.problems(agentsFolder: project.agents, promptsFolder: project.prompts)
      .map(\.description)
    let (models, modelProblems) = ModelConfiguration.read(projectFolder: project.path)
    problems += modelProblems.map(\.description)
    var runbookCount = 0
    do {
      runbookCount = try RunbookLibrary(folder: project.runbooks).runbooks.count
    } catch let error as RunbookError {
      problems += error.problems.map(\.description)
    }
    guard problems.isEmpty else {
      for problem in problems { global.console.error(problem) }
      throw CommandFailure(.badInput, problems.count == 1 ? "1 mistake" : "\(problems.count) mistakes")
    }
    let calibration =
      FileManager.default.fileExists(atPath: ConfidenceFile.path(inAgents: project.agents))
      ? "the calibration" : "(without a calibration file, so what is built in counts)"
    let modelCount = models.models.isEmpty ? "" : ", \(models.models.count) models"
    global.console.note(
      "\(AgentCatalog.names.count) agents, their prompts\(modelCount), \(calibration) and \(runbookCount) runbooks are in order"
    )
  }
}

extension AgentCatalog {
  init(_ project: ProjectFolder, without left: Set<Ingredient> = []) throws {
    do {
      try self.init(
        agentsFolder: project.agents, promptsFolder: project.prompts,
        runbooks: try RunbookLibrary(folder: project.runbooks), without: left)
    } catch {
      throw CommandFailure(.badInput, "\(error)", hint: "tocsin check lists everything that is wrong")
    }
  }
}
