import Agents
import IncidentModel
import LanguageModels
import Telemetry
import TestSupport
import Testing

/// What a model is told of earlier incidents, and by whom.
@Suite struct PastIncidentTests {
  private static func past(
    _ id: String, _ component: ComponentID, _ fault: FaultKind, _ families: Set<String> = ["errorExcess"]
  ) -> PastIncident {
    PastIncident(
      id: id, onset: DoubtfulIncident.at(-86_400),
      suspect: SuspectTraits(
        component: component, componentKind: .service, componentRole: .application, fault: fault, cause: nil,
        families: families), confidence: 0.9)
  }

  /// What the agent answers to a model that asks for incidents like the suspicion of `orders`.
  private func lookups(_ agent: AgentName, knowing past: [PastIncident]) async throws -> [ModelAdvice.Lookup] {
    let model = ScriptedModel { request, number in
      guard number == 1, !request.tools.isEmpty else { return ChatReply(text: "{}") }
      return ChatReply(
        text: "", calls: [ToolCall(id: "s", tool: "similar", arguments: ["component": "orders"])], finish: .toolCalls)
    }
    let telemetry = TelemetryWindow(incident: DoubtfulIncident.incident, serviceMap: DoubtfulIncident.map)
    let participants = try projectCatalog().participants(
      for: telemetry, advisor: Advisor(model: model, recall: { past }))
    let part = try #require(participants.first { $0.manifest.name == agent.modelPart }).make()
    guard case .advice(let advice)? = try await part.contribute(DoubtfulIncident().snapshot).first else { return [] }
    return advice.lookups
  }

  @Test func theMostAlikeComesFirst() async throws {
    let past = [
      Self.past("newest", "cart", .disk, ["resource"]), Self.past("other-place", "cart", .code),
      Self.past("same", "orders", .code),
    ]
    let lookup = try #require(try await lookups("root-cause", knowing: past).first)
    #expect(lookup.query == "similar")
    let statement = try #require(lookup.evidence).statement
    #expect(statement.hasPrefix("2 of 3 incidents before this one resemble a code fault of orders: same of "))
    #expect(statement.contains("other-place") && !statement.contains("newest"))
  }

  @Test func whoMayNotTellOfThePastDoesNot() async throws {
    #expect(
      try await lookups("remediation", knowing: [Self.past("same", "orders", .code)]).allSatisfy { $0.evidence == nil })
    #expect(try await lookups("root-cause", knowing: []).allSatisfy { $0.evidence == nil })
  }
}
