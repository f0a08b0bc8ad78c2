import Agents
import BlackboardStore
import IncidentModel
import Telemetry

/// Investigates incidents, one call each: what the commands, the replay and the server share. A value that any number
/// of tasks may use at once.
package struct Investigator: Sendable {
  package var catalog: AgentCatalog
  package var version: String
  package var budget: InvestigationBudget
  /// The model that gives advice on one incident; nil for none.
  package var advisor: (@Sendable (Incident) -> Advisor)?
  private let clock: any Clock<Duration>

  package init(
    catalog: AgentCatalog, version: String, budget: InvestigationBudget = InvestigationBudget(),
    advisor: (@Sendable (Incident) -> Advisor)? = nil, clock: any Clock<Duration> = .continuous
  ) {
    self.catalog = catalog
    self.version = version
    self.budget = budget
    self.advisor = advisor
    self.clock = clock
  }

  /// The same, whose model may be told of earlier incidents.
  /// - Parameter recall: incidents before this one whose cause was found, newest first.
  package func remembering(_ recall: @escaping @Sendable (Incident) async -> [PastIncident]) -> Investigator {
    guard let advisor else { return self }
    var copy = self
    copy.advisor = { incident in
      var remembering = advisor(incident)
      remembering.recall = { await recall(incident) }
      return remembering
    }
    return copy
  }

  /// `sha256:<hex>` over agent files, prompts, runbooks and bounds: what may change the answer besides the input.
  package var configurationDigest: String {
    var digest = ContentDigest()
    digest.update(catalog.digest)
    for bound in [budget.turns, budget.contributionsPerTurn, budget.hypotheses] { digest.update(Int64(bound)) }
    digest.update(budget.wallSeconds)
    // Which model it is cannot be told apart from what it answers, and that is in its transcript.
    if advisor != nil { digest.update("with advice") }
    return digest.finalize()
  }

  /// The opening entry, from which the investigation's identifier follows.
  package func opening(_ telemetry: TelemetryWindow) -> Opening {
    Opening(
      incident: telemetry.incident, serviceMap: telemetry.serviceMap, inputDigest: telemetry.inputDigest,
      configurationDigest: configurationDigest, version: version)
  }

  /// Runs an investigation to its conclusion and returns the blackboard, from which verdict and report follow.
  ///
  /// Where the storage already holds the concluded investigation of the same incident with the same input,
  /// configuration and version, that log is returned; an interrupted one goes on where it ended.
  /// - Parameter observe: called for every event, in order, on no particular thread; must not block.
  /// - Throws: `BlackboardStoreError` when the log cannot be read or written; `CancellationError` when cancelled.
  package func investigate(
    _ telemetry: TelemetryWindow, storage: any BlackboardStorage,
    observe: (@Sendable (InvestigationEvent) -> Void)? = nil
  ) async throws -> BlackboardSnapshot {
    let opening = opening(telemetry)
    let advisor = advisor?(telemetry.incident)
    let blackboard = try await Blackboard(try InvestigationID(opening), in: storage)
    let supervisor = Supervisor(
      participants: catalog.participants(for: telemetry, advisor: advisor), blackboard: blackboard, budget: budget,
      clock: clock,
      observe: observe)
    return try await supervisor.investigate(opening, notes: notes(advisor?.model.name))
  }

  /// What the agent files take away, for the report to say.
  private func notes(_ model: String?) -> [Diagnostic] {
    let left = catalog.left.sorted().map { ingredient in
      Diagnostic(
        kind: .blindSpot, statement: "Left out for a measurement (\(ingredient.rawValue)): \(ingredient.meaning).")
    }
    return left + fileNotes(model)
  }

  private func fileNotes(_ given: String?) -> [Diagnostic] {
    catalog.manifests.compactMap { manifest in
      guard manifest.isEnabled else {
        return Diagnostic(
          kind: .blindSpot, statement: "The agent \(manifest.name) is switched off in its file and took no part.")
      }
      guard case .named(let model) = manifest.model, model != given else { return nil }
      return Diagnostic(
        kind: .blindSpot,
        statement: "The agent \(manifest.name) names the model \(model), which is not available; it worked without.")
    }
  }
}
