import ConfigurationReading
import IncidentModel
import LanguageModels

/// How one agent is tuned: the content of `agents/<name>.yaml`. What the agent does is Swift's to decide.
package struct AgentManifest: Hashable, Sendable {
  package enum Model: Hashable, Sendable {
    case off
    /// The one that the run is given, if any.
    case given
    /// That one, where the run is given it.
    case named(String)
  }

  /// The bounds of the work with a model in one investigation.
  package struct ModelLimits: Hashable, Sendable {
    package var calls: Int
    /// In one answer.
    package var tokens: Int
    /// For all calls together.
    package var deadlineSeconds: Double

    package init(calls: Int = 4, tokens: Int = 1500, deadlineSeconds: Double = 60) {
      self.calls = calls
      self.tokens = tokens
      self.deadlineSeconds = deadlineSeconds
    }
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
  package var modelLimits: ModelLimits
  /// The kinds of data that a model may be shown.
  package var mayTell: Disclosure

  package init(
    name: AgentName, isEnabled: Bool = true, purpose: String = "", prompt: String = "", model: Model = .off,
    deadlineSeconds: Double = 60, attempts: Int = 2, backoffSeconds: Double = 0.5,
    maximumContributions: Int = 10_000, restarts: Int = 1, modelLimits: ModelLimits = ModelLimits(),
    mayTell: Disclosure = .everything
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
    self.modelLimits = modelLimits
    self.mayTell = mayTell
  }

  /// All of it in a fixed order, for digests.
  var canonicalText: String {
    let model: String
    switch self.model {
    case .off: model = "no model"
    case .given: model = "the given model \(modelText)"
    case .named(let name): model = "model \(name) \(modelText)"
    }
    return "\(name) \(isEnabled) \(prompt) \(model) \(deadlineSeconds) \(attempts) \(backoffSeconds) "
      + "\(maximumContributions) \(restarts)"
  }

  private var modelText: String {
    let kinds = mayTell.allowed.sorted().map(\.rawValue).joined(separator: " ")
    return "\(modelLimits.calls) \(modelLimits.tokens) \(modelLimits.deadlineSeconds) \(kinds)"
  }

  private static let keys = KeyTable(required: [
    "enabled", "purpose", "prompt", "model", "deadlineSeconds", "attempts", "backoffSeconds",
    "maximumContributions", "restarts", "modelCalls", "modelTokens", "modelDeadlineSeconds", "mayTell",
  ])

  /// Reads an agent file; every key is required and no other is known.
  /// - Throws: `ProjectFileError` with file, line and column.
  package init(name: AgentName, file: String) throws {
    let mapping = try StrictValue<ProjectFileError>(yaml: try ProjectFile.read(file), file: file).mapping(Self.keys)
    let model = try mapping.value("model").text()
    self.init(
      name: name, isEnabled: try mapping.value("enabled").flag(), purpose: try mapping.value("purpose").text(),
      prompt: try mapping.value("prompt").text(),
      model: model == "off" ? .off : model == "given" ? .given : .named(model),
      deadlineSeconds: try mapping.value("deadlineSeconds").number(in: 0.1...3600),
      attempts: try mapping.value("attempts").integer(in: 1...10),
      backoffSeconds: try mapping.value("backoffSeconds").number(in: 0...60),
      maximumContributions: try mapping.value("maximumContributions").integer(in: 1...100_000),
      restarts: try mapping.value("restarts").integer(in: 0...10),
      modelLimits: ModelLimits(
        calls: try mapping.value("modelCalls").integer(in: 1...20),
        tokens: try mapping.value("modelTokens").integer(in: 100...32_000),
        deadlineSeconds: try mapping.value("modelDeadlineSeconds").number(in: 0.1...600)),
      mayTell: Disclosure(Set(try mapping.value("mayTell").list().map { try $0.choice() })))
  }
}
