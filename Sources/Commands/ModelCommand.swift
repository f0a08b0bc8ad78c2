import ArgumentParser
import Foundation
import LanguageModels

struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "The language models that tocsin.yaml names.",
    subcommands: [List.self, Check.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Every model: where it is, and what it may take.")
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let configuration = try ModelConfiguration(try global.projectFolder())
      guard !configuration.models.isEmpty else {
        global.console.note(
          "no models are configured; everything works without. docs/models.md shows how to name one")
        return
      }
      for model in configuration.models { global.console.result(ModelCommand.text(model)) }
    }
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Ask a model one small thing: whether it can be reached, keeps to a form, and what that took.")
    @Argument(help: "The model's name.") var name: String
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let configuration = try ModelConfiguration(try global.projectFolder())
      let model: Endpoint
      do {
        model = try ModelSetup.ofProcess(configuration).modelToCheck(name)
      } catch {
        throw CommandFailure(.usage, error.message, hint: error.hint)
      }
      do {
        let start = ContinuousClock.now
        let reply = try await model.complete(ModelCommand.question)
        let seconds = start.duration(to: .now) / .seconds(1)
        global.console.result(ModelCommand.text(reply, of: model.settings, seconds: seconds))
      } catch let error as LanguageModelError {
        throw CommandFailure(.unavailable, "\(error)", hint: ModelCommand.hint(error.code, model.settings))
      }
    }
  }

  /// Small, but with a form, so that a server that ignores forms is found out.
  static let question = ChatRequest(
    system: "You check a connection.", messages: [.user("Say that you are ready.")],
    answer: AnswerForm(
      name: "connection",
      schema: [
        "type": "object", "additionalProperties": false, "required": ["ready"],
        "properties": ["ready": ["type": "boolean"]],
      ]), maximumOutputTokens: 200, deadlineSeconds: 60)

  static func text(_ model: ModelSettings) -> String {
    let key =
      switch model.key {
      case nil: "none"
      case .environment(let name): "from the environment variable \(name)"
      case .file(let file): "from the file \(file)"
      }
    let price =
      model.price == .free
      ? "nothing" : "\(model.price.input) in and \(model.price.output) out, US dollars a million tokens"
    return """
      \(model.name): \(model.modelID) at \(model.baseURL)
        interface       \(model.interface.rawValue)\(model.streams ? ", streaming" : "")
        context         \(model.contextTokens) tokens, an answer at most \(model.maximumOutputTokens)
        deadline        \(model.deadlineSeconds) s
        costs           \(price)
        key             \(key)
        fallback        \(model.fallback ?? "none: the analysis without a model")
      """
  }

  static func text(_ reply: ChatReply, of model: ModelSettings, seconds: Double) -> String {
    let usage = reply.usage
    let millionths = (usage.usd * 1e6).rounded() / 1e6
    let lines = [
      "\(model.name) answers and keeps to the form that is asked for",
      "  \(usage.requests) requests, \(usage.input) tokens in and \(usage.output) out, \(millionths) US dollars, "
        + "\((seconds * 10).rounded() / 10) s",
    ]
    return (lines + reply.notes.map { "  \($0)" }).joined(separator: "\n")
  }

  /// What to do next.
  static func hint(_ code: LanguageModelError.Code, _ model: ModelSettings) -> String {
    switch code {
    case .unreachable: "does \(model.baseURL) run, and does it need proxy or authoritiesFile?"
    case .deadlinePassed: "the server is too slow for deadlineSeconds; a local model loads at its first question"
    case .rateLimited: "wait as long as the server asks, or raise the limit there"
    case .notAuthorized: "name the key with keyFromEnvironment or keyFromFile, and see that it may use this model"
    case .refused:
      "compare model and baseURL with what the server offers; baseURL of an OpenAI-compatible server often ends with /v1"
    case .malformedReply: "the model does not keep to a form even after a repair; a larger one may"
    case .tooLarge: "the answer is larger than maximumResponseBytes"
    case .contextExceeded: "give contextTokens as the server has it"
    case .budgetSpent, .looping, .resting, .notRecorded, .serverFailed: "try again, and look into the server's log"
    }
  }
}

extension ModelConfiguration {
  init(_ project: ProjectFolder) throws {
    do {
      try self.init(projectFolder: project.path)
    } catch {
      throw CommandFailure(.badInput, "\(error)", hint: "tocsin check lists everything that is wrong")
    }
  }
}

extension ModelSetup {
  /// With the environment of this process, and jitter that differs from other processes'.
  static func ofProcess(_ configuration: ModelConfiguration) -> ModelSetup {
    let environment = ProcessInfo.processInfo.environment
    let seed = UInt64(getpid()) &+ UInt64(LiveCluster.now.seconds)
    return ModelSetup(configuration, timing: .real(seed: seed)) { environment[$0] }
  }
}
