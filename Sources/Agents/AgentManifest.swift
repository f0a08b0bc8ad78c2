import ConfigurationReading
import IncidentModel
import LanguageModels

/// How one agent is tuned: the content of `agents/<name>.yaml`. What the agent does is Swift's to decide.
package struct AgentManifest: Hashable, Sendable {
  package enum Model: Hashable, Sendable {
    case off
    case named(String)
  }

  package var name: AgentName
  package var isEnabled: Bool
  package var purpose: String
  /// A prompt's name in `prompts/`, for work with a model.
  package var prompt: String
  package var model: Model
  /// How long one try may take.
  package var deadlineSeconds: Double
  /// Tries in one turn.
  package var attempts: Int
  /// The pause before the second try; it doubles with every further one. Also the pause before a restart.
  package var backoffSeconds: Double
  /// What is beyond this in one turn is dropped, with a diagnostic.
  package var maximumContributions: Int
  /// How many turns may fail before the agent is given up.
  package var restarts: Int

  package init(
    name: AgentName, isEnabled: Bool = true, purpose: String = "", prompt: String = "", model: Model = .off,
    deadlineSeconds: Double = 60, attempts: Int = 2, backoffSeconds: Double = 0.5,
    maximumContributions: Int = 10_000, restarts: Int = 1
  ) {
    self.name = name
    self.isEnabled = isEnabled
    self.purpose = purpose
    self.prompt = prompt
    self.model = model
    self.deadlineSeconds = deadlineSeconds
    self.attempts = attempts
    self.backoffSeconds = backoffSeconds
    self.maximumContributions = maximumContributions
    self.restarts = restarts
  }

  /// All of it in a fixed order, for digests.
  var canonicalText: String {
    let model = if case .named(let name) = model { "model \(name)" } else { "no model" }
    return "\(name) \(isEnabled) \(prompt) \(model) \(deadlineSeconds) \(attempts) \(backoffSeconds) "
      + "\(maximumContributions) \(restarts)"
  }

  private static let keys = KeyTable(required: [
    "enabled", "purpose", "prompt", "model", "deadlineSeconds", "attempts", "backoffSeconds",
    "maximumContributions", "restarts",
  ])

  /// Reads an agent file; every key is required and no other is known.
  /// - Throws: `ProjectFileError` with file, line and column.
  package init(name: AgentName, file: String) throws {
    let mapping = try StrictValue<ProjectFileError>(yaml: try ProjectFile.read(file), file: file).mapping(Self.keys)
    let model = try mapping.value("model").text()
    self.init(
      name: name, isEnabled: try mapping.value("enabled").flag(), purpose: try mapping.value("purpose").text(),
      prompt: try mapping.value("prompt").text(), model: model == "off" ? .off : .named(model),
      deadlineSeconds: try mapping.value("deadlineSeconds").number(in: 0.1...3600),
      attempts: try mapping.value("attempts").integer(in: 1...10),
      backoffSeconds: try mapping.value("backoffSeconds").number(in: 0...60),
      maximumContributions: try mapping.value("maximumContributions").integer(in: 1...100_000),
      restarts: try mapping.value("restarts").integer(in: 0...10))
  }
}
