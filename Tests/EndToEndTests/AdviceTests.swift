import Agents
import BlackboardStore
import Evaluation
import Foundation
import HTTPTransport
import IncidentModel
import LanguageModels
import Reporting
import Runbooks
import Supervision
import Telemetry
import TestSupport
import Testing
import TextReading

/// Investigations with a scripted model beside the same ones without: what advice may change, and what it may not.
@Suite struct AdviceTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
  private let catalog: AgentCatalog

  init() throws {
    catalog = try AgentCatalog(
      agentsFolder: Self.root + "/agents", promptsFolder: Self.root + "/prompts",
      runbooks: try RunbookLibrary(folder: Self.root + "/runbooks"))
  }

  private func investigate(
    _ telemetry: TelemetryWindow, _ model: (any LanguageModel)?,
    observe: (@Sendable (InvestigationEvent) -> Void)? = nil
  ) async throws -> BlackboardSnapshot {
    var investigator = Investigator(catalog: catalog, version: "test")
    if let model { investigator.advisor = { _ in Advisor(model: model) } }
    return try await investigator.investigate(telemetry, storage: MemoryStorage(), observe: observe)
  }

  private var slowSearch: TelemetryWindow {
    var shop = MadeUpShop()
    shop.change("search", "cpu_usage_cores", to: 0.9)
    shop.change("search", "latency_p50_ms", to: 200)
    shop.change("web", "latency_p50_ms", to: 210)
    return shop.telemetry
  }

  @Test func deterministicFindingsAreOnTheBoardBeforeTheFirstRequest() async throws {
    let posted = Guarded<[BlackboardEntry]>([])
    let atFirstRequest = Guarded<[BlackboardEntry]?>(nil)
    let model = ScriptedModel { _, number in
      if number == 1 { atFirstRequest.withLock { $0 = posted.withLock { $0 } } }
      return ChatReply(text: "{}")
    }
    let with = try await investigate(slowSearch, model) { event in
      if case .batchPosted(_, let entries) = event { posted.withLock { $0 += entries } }
    }
    let without = try await investigate(slowSearch, nil)
    let known = try #require(atFirstRequest.withLock { $0 })
    // The opening differs, since it says how the investigation is configured; the conclusion comes last.
    #expect(known.dropFirst() == without.entries.dropFirst().dropLast())
    #expect(Array(with.entries.prefix(known.count)) == known)
    #expect(model.requests.count == 2)
    #expect(Verdict(with).ranking == Verdict(without).ranking)
  }

  @Test func withoutAModelAReportSaysNothingOfOne() async throws {
    let json = try IncidentReport(try await investigate(slowSearch, nil)).json()
    #expect(!json.contains("\"advice\""))
    #expect(json.contains("\"modelCalls\" : 0"))
  }

  @Test(arguments: HostileAnswers.texts.map(\.name))
  func aHostileModelLeavesTheReportAsItWas(name: String) async throws {
    let text = try #require(HostileAnswers.texts.first { $0.name == name }).text
    let with = try await investigate(slowSearch, ScriptedModel(saying: text))
    let without = try await investigate(slowSearch, nil)
    #expect(Verdict(with).ranking == Verdict(without).ranking)
    #expect(Verdict(with).hypotheses.map(\.confidence) == Verdict(without).hypotheses.map(\.confidence))
    #expect(with.remediations == without.remediations)
  }

  /// The model would take an hour: that this test ends is what it shows.
  @Test(.timeLimit(.minutes(10))) func aModelThatNeverAnswersEndsWithItsDeadline() async throws {
    var manifests = catalog.manifests
    for index in manifests.indices { manifests[index].modelLimits.deadlineSeconds = 0.2 }
    let quick = AgentCatalog(manifests: manifests, prompts: catalog.prompts, runbooks: catalog.runbooks)
    let model = ScriptedModel { _, _ in
      try await ContinuousClock().sleep(for: .seconds(3600))
      return ChatReply(text: "")
    }
    let investigator = Investigator(catalog: quick, version: "test", advisor: { _ in Advisor(model: model) })
    let snapshot = try await investigator.investigate(slowSearch, storage: MemoryStorage())
    #expect(snapshot.conclusion != nil)
    #expect(snapshot.diagnostics.contains { $0.statement.contains("root-cause/model") })
  }

  /// A case of the simulation in which the evidence leaves the engine in doubt between a victim and the cause.
  @Test func anOracleLiftsTheRightAnswerToTheTop() async throws {
    let (telemetry, truth) = try Self.doubtful()
    let without = Verdict(try await investigate(telemetry, nil))
    #expect(without.ranking.first != truth)
    let place = try #require(without.hypotheses.first { $0.hypothesis.component == truth }?.hypothesis.id)
    let with = try await investigate(telemetry, ScriptedModel(saying: #"{"choice": "\#(place)"}"#))
    #expect(Verdict(with).ranking.first == truth)
    #expect(Verdict(with.withoutAdvice).ranking == without.ranking)
    let report = try IncidentReport(with).json()
    #expect(report.contains("\"changedRanking\" : true"))
    #expect(MarkdownReport(with).text.contains("What a model said"))
    // The worst that a model can do here: every other hypothesis.
    for other in without.hypotheses.map(\.hypothesis) where other.component != truth {
      let misled = try await investigate(telemetry, ScriptedModel(saying: #"{"choice": "\#(other.id)"}"#))
      let ranks = [without.ranking, Verdict(misled).ranking].map { $0.firstIndex(of: truth) ?? .max }
      #expect(ranks[1] <= ranks[0])
    }
  }

  private static func doubtful() throws -> (TelemetryWindow, ComponentID) {
    let simulation = try IncidentSimulation(SimulationOptions(seed: 4242, cases: 100, healthy: 0, systems: 4))
    let one = try #require(
      (0..<simulation.caseCount).lazy.map { simulation.makeCase($0) }.first { $0.id == "clinic/case-010" })
    return (one.window, "web-gateway")
  }
}
