import IncidentModel
import LanguageModels
import Telemetry

extension AgentCatalog {
  /// The parts that ask the model that the run is given, in catalogue order.
  func modelParts(
    _ manifests: [AgentManifest], _ telemetry: TelemetryWindow, _ advisor: Advisor
  ) -> [AgentParticipant] {
    let others = manifests.map(\.name)
    return manifests.compactMap { manifest in
      guard manifest.asks(advisor.model.name), let template = prompts[manifest.prompt],
        let shape = AnswerShape.of(manifest.name)
      else { return nil }
      let runbooks = runbooks
      let lookup: @Sendable (BlackboardSnapshot, PromptFacts) -> TelemetryLookup = { snapshot, facts in
        TelemetryLookup(
          telemetry: telemetry, runbooks: runbooks,
          onset: snapshot.detection?.onset ?? telemetry.incident.alertedAt ?? telemetry.incident.window.start,
          mayTell: manifest.mayTell, components: Set(facts.components),
          suspects: snapshot.hypotheses.map { SuspectTraits($0) })
      }
      let part = ModelPart(
        manifest: manifest, template: template, shape: shape, advisor: advisor, lookup: lookup,
        inquiry: InquiryTest(confidenceModel: confidenceModel, left: left), others: others)
      return AgentParticipant(manifest: manifest.ofModelPart) { part }
    }
  }

  /// The first request that an agent would send about a board, as it would be sent.
  /// - Throws: `ProjectFileError` for a prompt with an input that nothing fills.
  package func request(of agent: AgentName, on snapshot: BlackboardSnapshot) throws -> ChatRequest? {
    guard let manifest = manifests.first(where: { $0.name == agent }), let template = prompts[manifest.prompt],
      let shape = AnswerShape.of(agent)
    else { return nil }
    let question = try AdviceQuestion(manifest, template: template, shape: shape, snapshot: snapshot)
    var talk = Consultation(question.facts, hiding: AdviceQuestion.hiddenNames(manifest, snapshot))
    return talk.prepared(question.request)
  }
}

extension AgentManifest {
  /// Whether the agent takes advice from a model of that name.
  package func asks(_ model: String) -> Bool {
    switch self.model {
    case .off: false
    case .given: true
    case .named(let name): name == model
    }
  }

  /// How the part that asks is run: once, and given up a little after its own deadline.
  fileprivate var ofModelPart: AgentManifest {
    var part = self
    part.name = name.modelPart
    part.deadlineSeconds = modelLimits.deadlineSeconds + 0.5
    part.attempts = 1
    part.restarts = 0
    part.maximumContributions = 64
    return part
  }
}
