import IncidentModel
import KubernetesDiagnosis
import LanguageModels
import RootCauseAnalysis
import Runbooks
import Telemetry

/// Every agent of the program with its file and its prompt, in the order in which their answers are posted.
package struct AgentCatalog: Sendable {
  /// One for each agent, in catalogue order.
  package let manifests: [AgentManifest]
  package let prompts: PromptLibrary
  package let runbooks: RunbookLibrary
  /// How sure answers are.
  package let confidenceModel: ConfidenceModel
  /// Parts of the analysis that are left out, for a measurement.
  package let left: Set<Ingredient>
  /// `sha256:<hex>` over what the agent files, prompts, runbooks and the calibration say, and what is left out.
  package let digest: String

  /// What an agent is made from.
  struct Surroundings: Sendable {
    var telemetry: TelemetryWindow
    var runbooks: RunbookLibrary
    var confidenceModel: ConfidenceModel
    var left: Set<Ingredient>
    /// Nil where no objects of a cluster were recorded.
    var diagnosis: ClusterDiagnosis?
  }

  /// A line here and a file in `agents/` make an agent take part.
  private static let makers: [(name: AgentName, make: @Sendable (Surroundings) -> any Agent)] = [
    (
      DetectionAgent.name,
      { DetectionAgent(telemetry: $0.telemetry, diagnosis: $0.diagnosis, without: $0.left) }
    ),
    (ContextAgent.name, { ContextAgent(telemetry: $0.telemetry) }),
    (RootCauseAgent.name, { RootCauseAgent(confidenceModel: $0.confidenceModel, without: $0.left) }),
    (KubernetesAgent.name, { KubernetesAgent(diagnosis: $0.diagnosis) }),
    (CriticAgent.name, { _ in CriticAgent() }),
    (RemediationAgent.name, { RemediationAgent(runbooks: $0.runbooks, diagnosis: $0.diagnosis) }),
  ]

  /// The agents that are written in Swift, in catalogue order.
  package static var names: [AgentName] { makers.map(\.name) }

  /// Reads `agents/*.yaml`, `agents/calibration/confidence.yaml` (without it, what is built in counts) and
  /// `prompts/*.md`.
  /// - Throws: the first `ProjectFileError`; `problems` gives all.
  package init(
    agentsFolder: String, promptsFolder: String, runbooks: RunbookLibrary, without left: Set<Ingredient> = []
  ) throws {
    let read = Self.read(agentsFolder: agentsFolder, promptsFolder: promptsFolder)
    if let first = read.problems.first { throw first }
    self.init(
      manifests: read.manifests, prompts: read.prompts, runbooks: runbooks,
      confidenceModel: read.calibration?.model ?? .standard, without: left)
  }

  package init(
    manifests: [AgentManifest], prompts: PromptLibrary = PromptLibrary(), runbooks: RunbookLibrary,
    confidenceModel: ConfidenceModel = .standard, without left: Set<Ingredient> = []
  ) {
    self.manifests = Self.names.compactMap { name in manifests.first { $0.name == name } }
    self.prompts = prompts
    self.runbooks = runbooks
    self.confidenceModel = confidenceModel
    self.left = left
    var digest = ContentDigest()
    for manifest in self.manifests { digest.update(manifest.canonicalText) }
    for template in prompts.templates {
      digest.update(template.name)
      digest.update(template.digest)
    }
    digest.update(runbooks.digest)
    digest.update(confidenceModel.canonicalText)
    for ingredient in left.sorted() { digest.update("without \(ingredient.rawValue)") }
    self.digest = digest.finalize()
  }

  /// Every mistake in the agent files and prompts.
  package static func problems(agentsFolder: String, promptsFolder: String) -> [ProjectFileError] {
    read(agentsFolder: agentsFolder, promptsFolder: promptsFolder).problems
  }

  /// Those that are switched on, ready to investigate this telemetry, in catalogue order; after them, where there is an
  /// advisor, the parts that ask a model.
  package func participants(for telemetry: TelemetryWindow, advisor: Advisor? = nil) -> [AgentParticipant] {
    let surroundings = Surroundings(
      telemetry: telemetry, runbooks: runbooks, confidenceModel: confidenceModel, left: left,
      diagnosis: telemetry.kubernetes.map {
        ClusterDiagnosis($0, measurements: ClusterMeasurements(telemetry))
      })
    let agents: [AgentParticipant] = Self.makers.compactMap { name, make in
      guard let manifest = manifests.first(where: { $0.name == name }), manifest.isEnabled,
        !(name == CriticAgent.name && left.contains(.critic))
      else { return nil }
      return AgentParticipant(manifest: manifest) { make(surroundings) }
    }
    return agents + (advisor.map { modelParts(agents.map(\.manifest), telemetry, $0) } ?? [])
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
