import Agents
import ArgumentParser
import Foundation
import IncidentModel
import IncidentServer
import LanguageModels
import Runbooks
import Telemetry

struct AgentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent", abstract: "Who takes part in an investigation.", subcommands: [List.self, Show.self],
    defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Every agent, in the order in which they post.")
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
    static let configuration = CommandConfiguration(commandName: "show", abstract: "How one agent is tuned.")
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
      case .given: model = "the one that --model names"
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
          model calls     at most \(manifest.modelLimits.calls), \(manifest.modelLimits.deadlineSeconds) s in all, \(manifest.modelLimits.tokens) tokens an answer
          may tell        \(manifest.mayTell.allowed.sorted().map(\.rawValue).joined(separator: ", "))
        """)
      guard manifest.name == KubernetesAgent.name else { return }
      global.console.result("\nCauses that its rules name, each with its condition:")
      for rule in KubernetesAgent.rules { global.console.result("  \(rule.slug)\n      \(rule.condition)") }
    }
  }
}

struct PromptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prompt", abstract: "The words that a language model would get.", subcommands: [Show.self])

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "A prompt with its blanks named, or with --case exactly what would be sent about one.")
    @Argument(help: "The prompt's name.") var name: String
    @Option(name: .customLong("case"), help: ArgumentHelp("The folder of a recorded incident.", valueName: "case"))
    var folder: String?
    @Option(help: ArgumentHelp("Which incident, where the folder holds several.", valueName: "id")) var id: String?
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let catalog = try AgentCatalog(try global.projectFolder())
      guard let prompt = catalog.prompts[name] else {
        let known = catalog.prompts.templates.map(\.name).joined(separator: ", ")
        throw CommandFailure(.usage, "there is no prompt \(name)", hint: "known are \(known)")
      }
      if let folder {
        let snapshot = try await RecordedCase(folder: folder, id: id).investigated(try global.projectFolder())
        let agents = catalog.manifests.filter { $0.prompt == name }.map(\.name)
        for agent in agents {
          guard let request = try catalog.request(of: agent, on: snapshot) else { continue }
          global.console.result(PromptCommand.text(request))
        }
        return
      }
      let blanks = Dictionary(
        prompt.inputs.map { ($0.name, "{{\($0.name): \($0.description)}}") }, uniquingKeysWith: { first, _ in first })
      global.console.result(try prompt.render(blanks))
    }
  }
}

extension PromptCommand {
  /// What is sent, part by part; the form and the tools as JSON.
  static func text(_ request: ChatRequest) -> String {
    var parts = ["# System\n\n\(request.system)"]
    for case .user(let text) in request.messages { parts.append("# Message\n\n\(text)") }
    if let answer = request.answer { parts.append("# Form of the answer\n\n\(answer.schema.text)") }
    for tool in request.tools {
      parts.append("# Tool \(tool.name)\n\n\(tool.description)\n\n\(tool.parameters.text)")
    }
    parts.append("digest \(request.digest)")
    return parts.joined(separator: "\n\n")
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
    // What is no YAML at all was said already.
    problems += ServerConfiguration.read(projectFolder: project.path).problems.map(\.description)
      .filter { !problems.contains($0) }
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
  /// - Parameter readsAllRunbooks: false for a single investigation, which reads those that may be for its findings.
  /// - Parameter experience: what is remembered of the runbooks at a review desk; it counts in their order.
  init(
    _ project: ProjectFolder, without left: Set<Ingredient> = [], readsAllRunbooks: Bool = true,
    experience: Experience? = nil
  ) throws {
    do {
      let folder = project.runbooks
      var runbooks = try readsAllRunbooks ? RunbookLibrary(folder: folder) : RunbookLibrary(unreadIn: folder)
      runbooks.remember(experience)
      try self.init(
        agentsFolder: project.agents, promptsFolder: project.prompts, runbooks: runbooks, without: left)
    } catch {
      throw CommandFailure(unreadable: error)
    }
  }
}

extension CommandFailure {
  /// What is wrong in the project's files.
  init(unreadable error: any Error) {
    self.init(.badInput, "\(error)", hint: "tocsin check lists everything that is wrong")
  }
}
