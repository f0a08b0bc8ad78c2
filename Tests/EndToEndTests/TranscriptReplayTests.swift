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

/// A dataset with a model, recorded and replayed; and what a storm of alerts costs.
@Suite struct TranscriptReplayTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
  private let catalog: AgentCatalog

  init() throws {
    let read = try AgentCatalog(
      agentsFolder: Self.root + "/agents", promptsFolder: Self.root + "/prompts",
      runbooks: try RunbookLibrary(folder: Self.root + "/runbooks"))
    // How busy the machine is must not decide what is compared here.
    let manifests = read.manifests.map { manifest in
      var copy = manifest
      copy.deadlineSeconds = 3600
      copy.modelLimits.deadlineSeconds = 3600
      return copy
    }
    catalog = AgentCatalog(manifests: manifests, prompts: read.prompts, runbooks: read.runbooks)
  }

  private func investigator(_ session: ModelSession) -> Investigator {
    Investigator(
      catalog: catalog, version: "test", advisor: { Advisor(model: session.model(forIncident: $0.id)) })
  }

  /// Looks something up, then nominates the second hypothesis and says a few things, some of them false.
  private var livelyModel: ScriptedModel {
    ScriptedModel { request, _ in
      let asked = request.messages.contains { if case .result = $0 { true } else { false } }
      if !asked, !request.tools.isEmpty {
        return ChatReply(
          text: "", calls: [ToolCall(id: "1", tool: "changes", arguments: ["component": "payment"])],
          finish: .toolCalls, usage: TokenUsage(input: 400, output: 20, usd: 0.01))
      }
      let choice = request.choices(for: "choice").dropFirst().first ?? "none"
      return ChatReply(
        text: #"""
          {"choice": "\#(choice)", "order": [], "inquiries": [],
           "sentences": [{"kind": "summary", "text": "The cause has 99 replicas [E1]."}]}
          """#, usage: TokenUsage(input: 500, output: 40, usd: 0.02))
    }
  }

  private func replay(_ session: ModelSession, _ folder: String) async throws -> (reports: [Data], scorecard: Scorecard)
  {
    let reports = Guarded<[String: Data]>([:])
    let investigator = investigator(session)
    let dataset = try ReplayDataset(folder: folder, adapter: try AdapterCatalog.adapter(named: nil, for: folder))
    let runner = ReplayRunner(
      dataset: dataset, options: ReplayOptions(jobs: 2, filter: "*case-00[1-4]", healthy: .none)
    ) { telemetry in
      let snapshot = try await investigator.investigate(telemetry, storage: MemoryStorage())
      let report = Data(try IncidentReport(snapshot).json().utf8)
      reports.withLock { $0[telemetry.incident.id] = report }
      return snapshot
    }
    let scorecard = try await runner.run()
    return (reports.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }, scorecard)
  }

  @Test func aReplayedDatasetEqualsTheRecordedRun() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "transcript-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let folder = Self.root + "/datasets/simulated"
    let model = livelyModel
    let recorded = try await replay(
      ModelSession(
        [ModelRung(model)], budget: ModelBudget(), recording: try Recording(file: file), timing: .real(seed: 1)),
      folder)
    #expect(model.requests.count > 2)
    let asked = model.requests.count
    let replayed = try await replay(ModelSession(replaying: try Transcript(reading: file)), folder)
    #expect(model.requests.count == asked)
    #expect(replayed.reports == recorded.reports)
    let effect = try #require(recorded.scorecard.model)
    #expect(replayed.scorecard.model == effect)
    #expect(effect.harmed == 0 && effect.cost.modelCalls == asked && effect.cost.usd > 0)
    #expect(recorded.scorecard.accuracy == replayed.scorecard.accuracy)
  }

  @Test func aStormOfAlertsCostsOneInvestigationsCalls() async throws {
    func calls(_ alerts: Int, sharing session: ModelSession, _ model: ScriptedModel) async throws -> Int {
      var shop = MadeUpShop()
      shop.change("search", "cpu_usage_cores", to: 0.9)
      shop.change("search", "latency_p50_ms", to: 200)
      shop.change("web", "latency_p50_ms", to: 210)
      for number in 0..<alerts {
        shop.alerts.append(
          Alert(
            labels: ["alertname": "Slow\(number)", "service": "search"], annotations: [:],
            startsAt: shop.at(seconds: MadeUpShop.onsetSeconds + 60), component: "search"))
      }
      let before = model.requests.count
      _ = try await investigator(session).investigate(shop.telemetry, storage: MemoryStorage())
      return model.requests.count - before
    }
    let model = ScriptedModel(saying: "{}")
    let session = ModelSession([ModelRung(model)], budget: ModelBudget(), timing: .real(seed: 1))
    let one = try await calls(1, sharing: session, model)
    #expect(one == 2)
    #expect(try await calls(40, sharing: session, model) == one)
    // The same again is answered from what is known.
    #expect(try await calls(40, sharing: session, model) == 0)
  }
}
