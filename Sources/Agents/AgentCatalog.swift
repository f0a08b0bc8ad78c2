import IncidentModel
import LanguageModels
import Runbooks
import Telemetry

/// Every agent of the program with its file and its prompt, in the order in which their answers are posted.
package struct AgentCatalog: Sendable {
  /// One for each agent, in catalogue order.
  package let manifests: [AgentManifest]
  package let prompts: PromptLibrary
  package let runbooks: RunbookLibrary
  /// `sha256:<hex>` over what the agent files, prompts and runbooks say.
  package let digest: String

  /// What an agent is made from.
  struct Surroundings: Sendable {
    var telemetry: TelemetryWindow
    var runbooks: RunbookLibrary
  }

  /// A line here and a file in `agents/` make an agent take part.
  private static let makers: [(name: AgentName, make: @Sendable (Surroundings) -> any Agent)] = [
    (DetectionAgent.name, { DetectionAgent(telemetry: $0.telemetry) }),
    (ContextAgent.name, { ContextAgent(telemetry: $0.telemetry) }),
    (RootCauseAgent.name, { _ in RootCauseAgent() }),
    (CriticAgent.name, { _ in CriticAgent() }),
    (RemediationAgent.name, { RemediationAgent(runbooks: $0.runbooks) }),
  ]

  /// The agents that are written in Swift, in catalogue order.
  package static var names: [AgentName] { makers.map(\.name) }

  /// Reads `agents/*.yaml` and `prompts/*.md`.
  /// - Throws: the first `ProjectFileError`; `problems` gives all.
  package init(agentsFolder: String, promptsFolder: String, runbooks: RunbookLibrary) throws {
    let (manifests, prompts, problems) = Self.read(agentsFolder: agentsFolder, promptsFolder: promptsFolder)
    if let first = problems.first { throw first }
    self.init(manifests: manifests, prompts: prompts, runbooks: runbooks)
  }

  package init(manifests: [AgentManifest], prompts: PromptLibrary = PromptLibrary(), runbooks: RunbookLibrary) {
    self.manifests = Self.names.compactMap { name in manifests.first { $0.name == name } }
    self.prompts = prompts
    self.runbooks = runbooks
    var digest = ContentDigest()
    for manifest in self.manifests { digest.update(manifest.canonicalText) }
    for template in prompts.templates {
      digest.update(template.name)
      digest.update(template.digest)
    }
    digest.update(runbooks.digest)
    self.digest = digest.finalize()
  }

  /// Every mistake in the agent files and prompts.
  package static func problems(agentsFolder: String, promptsFolder: String) -> [ProjectFileError] {
    read(agentsFolder: agentsFolder, promptsFolder: promptsFolder).problems
  }

  /// Those that are switched on, ready to investigate this telemetry, in catalogue order.
  package func participants(for telemetry: TelemetryWindow) -> [AgentParticipant] {
    let surroundings = Surroundings(telemetry: telemetry, runbooks: runbooks)
    return Self.makers.compactMap { name, make in
      guard let manifest = manifests.first(where: { $0.name == name }), manifest.isEnabled else { return nil }
      return AgentParticipant(manifest: manifest) { make(surroundings) }
    }
  }
}

/// An agent that takes part in one investigation: how it is tuned, and how it is made anew after a failure.
package struct AgentParticipant: Sendable {
  package var manifest: AgentManifest
  package var make: @Sendable () -> any Agent

  package init(manifest: AgentManifest, make: @escaping @Sendable () -> any Agent) {
    self.manifest = manifest
    self.make = make
  }
}
