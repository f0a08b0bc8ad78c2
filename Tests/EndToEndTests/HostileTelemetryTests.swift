import Agents
import BlackboardStore
import Foundation
import IncidentModel
import LanguageModels
import Reporting
import Runbooks
import Supervision
import Telemetry
import TestSupport
import Testing

/// What an attacker wrote into telemetry, and secrets that leaked into it, on the way to a model.
@Suite struct HostileTelemetryTests {
  private let investigator: Investigator
  private let model: ScriptedModel

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  init() throws {
    let root = Self.root
    // Every agent asks, so that everything that can be sent is.
    let read = try AgentCatalog(
      agentsFolder: root + "/agents", promptsFolder: root + "/prompts",
      runbooks: try RunbookLibrary(folder: root + "/runbooks"))
    let manifests = read.manifests.map { manifest in
      var copy = manifest
      copy.model = .given
      copy.modelLimits.deadlineSeconds = 3600
      return copy
    }
    let model = ScriptedModel { request, _ in
      // It asks once in each conversation.
      guard !request.tools.isEmpty, !request.messages.contains(where: \.isResult) else { return ChatReply(text: "{}") }
      return ChatReply(
        text: "",
        calls: ["search", "web"].map {
          ToolCall(id: $0, tool: "logs", arguments: ["component": .string($0), "words": ""])
        } + [
          ToolCall(id: "c", tool: "changes", arguments: ["component": "search"]),
          ToolCall(id: "r", tool: "runbook", arguments: ["name": "raise-cpu-limit"]),
        ], finish: .toolCalls)
    }
    self.model = model
    investigator = Investigator(
      catalog: AgentCatalog(manifests: manifests, prompts: read.prompts, runbooks: read.runbooks), version: "test",
      advisor: { _ in Advisor(model: model) })
  }

  /// The slow shop with these texts wherever telemetry has text.
  private func shop(planting texts: [String]) -> TelemetryWindow {
    var shop = MadeUpShop()
    shop.change("search", "cpu_usage_cores", to: 0.9)
    shop.change("search", "latency_p50_ms", to: 200)
    shop.change("web", "latency_p50_ms", to: 210)
    var telemetry = shop.telemetry
    let onset = shop.at(seconds: MadeUpShop.onsetSeconds)
    var logs = LogTableBuilder()
    var spans = SpanTableBuilder()
    for (number, text) in texts.enumerated() {
      let time = onset.advanced(bySeconds: Double(number))
      telemetry.alerts.append(
        Alert(
          labels: ["alertname": text, "service": "search"], annotations: ["summary": text], startsAt: time,
          component: "search"))
      telemetry.changes.append(ChangeEvent(time: time, component: "search", kind: .deploy, summary: text, by: text))
      for repetition in 0..<3 {
        logs.append(
          time: time.nanoseconds + Int64(repetition), component: "search", severity: .error, body: text)
      }
      spans.append(
        trace: "t\(number)", span: "s\(number)", parent: nil, component: "search", operation: text,
        start: time.nanoseconds, end: time.nanoseconds + 2_000_000_000, failed: true)
    }
    telemetry.logs = logs.build()
    telemetry.spans = spans.build().table
    telemetry.incident.title = texts.first ?? ""
    return telemetry
  }

  @Test func whatAnAttackerWroteStaysData() async throws {
    let samples = HostileText.samples(target: "payment")
    let telemetry = shop(planting: samples.map(\.text))
    let with = try await investigator.investigate(telemetry, storage: MemoryStorage())
    var plain = investigator
    plain.advisor = nil
    let without = try await plain.investigate(telemetry, storage: MemoryStorage())
    #expect(Verdict(with).ranking == Verdict(without).ranking)
    #expect(with.advice.flatMap(\.lookups).allSatisfy { ["logs", "changes", "runbook"].contains($0.query) })
    #expect(with.advice.flatMap(\.sentences).isEmpty)
    expectNothingBreaksOut(model.requests)
  }

  @Test func whatAnAttackerWroteIntoRunbooksStaysData() async throws {
    let texts = HostileText.samples(target: "payment").map(\.text)
    var library = try RunbookLibrary(folder: Self.root + "/runbooks")
    for (number, runbook) in library.runbooks.enumerated() {
      var planted = runbook
      planted.title = texts[number % texts.count]
      planted.purpose = texts.joined(separator: "\n")
      planted.owner = texts[(number + 7) % texts.count]
      planted.expectedEffect = texts[(number + 31) % texts.count]
      library.runbooks[number] = planted
    }
    var hostile = investigator
    hostile.catalog = AgentCatalog(
      manifests: investigator.catalog.manifests, prompts: investigator.catalog.prompts, runbooks: library)
    let telemetry = shop(planting: [])
    let with = try await hostile.investigate(telemetry, storage: MemoryStorage())
    hostile.advisor = nil
    let without = try await hostile.investigate(telemetry, storage: MemoryStorage())
    #expect(Verdict(with).ranking == Verdict(without).ranking)
    #expect(with.remediations == without.remediations && !with.remediations.isEmpty)
    #expect(with.advice.flatMap(\.lookups).contains { $0.query == "runbook" })
    #expect(with.advice.flatMap(\.sentences).isEmpty)
    expectNothingBreaksOut(model.requests)
  }

  /// Nothing that was planted closes a fence, marks a speaker or cites.
  private func expectNothingBreaksOut(_ requests: [ChatRequest]) {
    #expect(requests.count >= 6)
    for text in requests.flatMap(\.messages).flatMap(\.shownTexts) {
      #expect(!text.contains("END DATA\n|") && !text.contains("<tool_call>") && !text.contains("<|im_start|>"))
      #expect(!text.contains("[E1] shows") && !text.contains("[E999]"))
    }
  }

  @Test func noPlantedSecretLeavesTheHouse() async throws {
    let secrets = PlantedSecrets.corpus(seed: 11, perKind: 1)
    #expect(secrets.count >= 25)
    _ = try await investigator.investigate(shop(planting: secrets.map(\.line)), storage: MemoryStorage())
    let sent = model.requests.map(\.json.text).joined()
    #expect(sent.utf8.count > 10_000)
    let leaked = secrets.filter { sent.contains($0.secret) }.map(\.kind)
    #expect(leaked == [])
  }
}

extension ChatMessage {
  fileprivate var isResult: Bool {
    if case .result = self { true } else { false }
  }

  /// What a model reads of it that telemetry may have written.
  fileprivate var shownTexts: [String] {
    switch self {
    case .user(let text): [text]
    case .assistant: []
    case .result(_, let content, _): [content]
    }
  }
}
