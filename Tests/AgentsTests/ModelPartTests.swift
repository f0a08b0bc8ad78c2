import Agents
import Foundation
import IncidentModel
import LanguageModels
import RootCauseAnalysis
import Runbooks
import Telemetry
import TestSupport
import Testing
import TextReading

/// What an agent's model part makes of an answer, whatever the answer is.
@Suite struct ModelPartTests {
  private let board = DoubtfulIncident().snapshot
  private let telemetry = TelemetryWindow(
    incident: DoubtfulIncident.incident,
    metrics: [
      MetricSeries(
        key: MetricKey(component: "orders-db", metric: "memory_bytes"), metricClass: .memory, unit: "GB",
        times: [600, 1200, 1900, 2000].map { DoubtfulIncident.at($0).nanoseconds }, values: [1, 1.1, 4, 4.2])
    ], changes: [ChangeEvent(time: DoubtfulIncident.at(1700), component: "stock", kind: .deploy, summary: "stock 2")],
    serviceMap: DoubtfulIncident.map)

  private func part(_ agent: AgentName, _ model: ScriptedModel) throws -> any Agent {
    let catalog = try projectCatalog()
    let participants = catalog.participants(for: telemetry, advisor: Advisor(model: model))
    let manifest = try #require(participants.first { $0.manifest.name == agent.modelPart })
    return manifest.make()
  }

  private func answer(_ model: ScriptedModel, _ agent: AgentName = "root-cause") async throws -> [Contribution] {
    try await part(agent, model).contribute(board)
  }

  private func advice(_ contributions: [Contribution]) throws -> ModelAdvice {
    guard case .advice(let advice)? = contributions.first else { throw TestFailure("no advice comes first") }
    return advice
  }

  private static func reply(
    choice: String = "none", order: [String] = [], inquiries: JSONValue = [], sentences: JSONValue = []
  ) -> String {
    let value: JSONValue = [
      "choice": .string(choice), "order": .array(order.map { .string($0) }), "inquiries": inquiries,
      "sentences": sentences,
    ]
    return value.text
  }

  @Test func withoutAnAdvisorNobodyAsks() throws {
    let names = try projectCatalog().participants(for: telemetry).map(\.manifest.name)
    #expect(!names.contains { $0.isModelPart })
  }

  @Test func itIsReadyOnceAndLetsEverybodyElseFirst() throws {
    let part = try part("root-cause", ScriptedModel(saying: ""))
    #expect(Set(part.letsFirst) == Set(AgentCatalog.names))
    #expect(part.isReady(board, seen: nil))
    #expect(!part.isReady(board, seen: board.revision))
    #expect(!part.isReady(BlackboardSnapshot(), seen: nil))
  }

  @Test func anAcceptedNominationChangesTheVerdictByTwoCritiques() async throws {
    let contributions = try await answer(ScriptedModel(saying: Self.reply(choice: "H2", order: ["H2", "H1"])))
    let advice = try advice(contributions)
    #expect(advice.nomination?.isAccepted == true && advice.nomination?.leader == "H1")
    #expect(advice.choices == ["order": ["H2", "H1"]])
    #expect(advice.cost.modelCalls == 1 && advice.cost.tokens == 110)
    let after = DoubtfulIncident.snapshot(board, adding: contributions, by: AgentName("root-cause").modelPart)
    #expect(Verdict(after).ranking.first == "orders-db")
    #expect(Verdict(after.withoutAdvice).ranking == Verdict(board).ranking)
  }

  @Test func aRefusedNominationChangesNothingAndSaysWhy() async throws {
    let contributions = try await answer(ScriptedModel(saying: Self.reply(choice: "H3")))
    #expect(contributions.count == 1)
    let nomination = try #require(try advice(contributions).nomination)
    #expect(!nomination.isAccepted && nomination.reason.contains("not clearly less"))
  }

  @Test func sentencesStandOnWhatTheyCiteOrAreShownAsDropped() async throws {
    let said: [(text: String, stands: Bool)] = [
      ("orders-db uses 4.2 GB, usually 1.1 GB [E2].", true), ("orders-db uses 9.9 GB [E2].", false),
      ("cart uses 4.2 GB [E2].", false), ("orders-db uses 4.2 GB.", false), ("orders-db uses 4.2 GB [E77].", false),
    ]
    let sentences = JSONValue.array(said.map { ["kind": "summary", "text": .string($0.text)] })
    let advice = try advice(await answer(ScriptedModel(saying: Self.reply(sentences: sentences))))
    #expect(advice.sentences.map(\.text) == said.filter(\.stands).map(\.text))
    #expect(advice.dropped.map(\.text) == said.filter { !$0.stands }.map(\.text))
    #expect(advice.grounds == ["E2": "orders-db uses 4.2 GB, usually 1.1 GB."])
  }

  @Test(arguments: HostileAnswers.texts.map(\.name))
  func aHostileAnswerChangesNoVerdictAndLeavesNoSentence(name: String) async throws {
    let text = try #require(HostileAnswers.texts.first { $0.name == name }).text
    for agent in ["root-cause", "remediation"] as [AgentName] {
      let contributions = try await answer(ScriptedModel(saying: text), agent)
      let after = DoubtfulIncident.snapshot(board, adding: contributions, by: agent.modelPart)
      #expect(Verdict(after).ranking == Verdict(board).ranking)
      let advice = try advice(contributions)
      #expect(advice.sentences.isEmpty)
      #expect(advice.dropped.count <= 24)
      #expect(advice.lookups.isEmpty && advice.inquiries.isEmpty)
    }
  }

  /// The model repeats what it read: as its answer, as what it says, chooses, asks and proposes.
  @Test func aModelThatObeysAnAttackerChangesNothing() async throws {
    let samples = HostileText.samples(target: "orders-db")
    #expect(samples.count >= 60)
    for sample in samples {
      let text = JSONValue.string(sample.text)
      let formed: JSONValue = [
        "choice": text, "order": [text], "inquiries": [["component": text, "fault": text, "query": text]],
        "sentences": [["kind": "summary", "text": text], ["kind": text, "text": text]],
      ]
      let model = ScriptedModel { _, number in
        number == 1
          ? ChatReply(
            text: sample.text,
            calls: [
              ToolCall(id: "1", tool: sample.text, arguments: ["component": text]),
              ToolCall(id: "2", tool: "logs", arguments: ["component": text, "words": text]),
            ], finish: .toolCalls) : ChatReply(text: number % 2 == 0 ? formed.text : sample.text)
      }
      let contributions = try await answer(model)
      let after = DoubtfulIncident.snapshot(board, adding: contributions, by: AgentName("root-cause").modelPart)
      #expect(Verdict(after).ranking == Verdict(board).ranking, "\(sample.trick)")
      let advice = try advice(contributions)
      #expect(advice.lookups.allSatisfy { $0.evidence == nil } && advice.inquiries.isEmpty, "\(sample.trick)")
      #expect(advice.sentences.isEmpty, "\(sample.trick): \(advice.sentences)")
    }
  }

  @Test func failuresEndInAdviceThatSaysSo() async throws {
    for code in [LanguageModelError.Code.rateLimited, .budgetSpent, .deadlinePassed, .tooLarge, .malformedReply] {
      let model = ScriptedModel { _, _ in
        throw LanguageModelError(code, model: "scripted", detail: "as the test wants", usage: TokenUsage(input: 7))
      }
      let contributions = try await answer(model)
      #expect(try advice(contributions).failure?.contains(code.rawValue) == true)
      #expect(try advice(contributions).cost.tokens == 7)
      guard case .diagnostic(let note)? = contributions.last else { throw TestFailure("no note") }
      #expect(note.statement.contains("found without it"))
    }
    #expect(
      try advice(await answer(ScriptedModel(saying: Self.reply(choice: "H2"), finish: .truncated))).failure?
        .contains("cut off") == true)
    #expect(try advice(await answer(ScriptedModel(saying: "", finish: .declined))).failure != nil)
  }

  @Test func questionsOfTheTelemetryBecomeEvidence() async throws {
    let model = ScriptedModel { request, number in
      guard number == 1 else { return ChatReply(text: Self.reply()) }
      #expect(request.tools.map(\.name) == ["series", "logs", "spans", "changes", "similar"])
      return ChatReply(
        text: "",
        calls: [
          ToolCall(id: "a", tool: "series", arguments: ["component": "orders-db", "metric": "memory_bytes"]),
          ToolCall(id: "b", tool: "series", arguments: ["component": "orders-db", "metric": "nope"]),
          ToolCall(id: "c", tool: "series", arguments: ["component": "mainframe", "metric": "cpu"]),
          ToolCall(id: "d", tool: "shell", arguments: ["command": "rm -rf /"]),
          ToolCall(id: "e", tool: "changes", arguments: nil),
        ], finish: .toolCalls)
    }
    let advice = try advice(await answer(model))
    #expect(advice.failure == nil)
    #expect(advice.lookups.map(\.refusal).map { $0 == nil } == [true, false, false, false, false])
    let found = try #require(advice.lookups.first?.evidence)
    #expect(
      found.statement
        == "orders-db memory_bytes: median since the onset 4.1 GB, at most 4.2 GB, before it 1.05 GB, at most 1.1 GB.")
    #expect(found.digest.hasPrefix("sha256:"))
    #expect(advice.lookups[3].refusal == "not in the catalogue of queries")
    let results = model.requests[1].messages.filter { if case .result = $0 { true } else { false } }
    #expect(results.count == 5)
  }

  @Test func aModelThatOnlyAsksIsCutOff() async throws {
    let model = ScriptedModel { _, number in
      ChatReply(
        text: "", calls: [ToolCall(id: "\(number)", tool: "changes", arguments: ["component": "stock"])],
        finish: .toolCalls)
    }
    let advice = try advice(await answer(model))
    #expect(model.requests.count <= 6)
    #expect(advice.failure != nil)
    #expect(model.requests.last?.tools.isEmpty == true)
  }

  @Test func aLineOfInquiryWithoutEvidenceDoesNotReachTheBoard() async throws {
    let contributions = try await answer(
      ScriptedModel(
        saying: Self.reply(inquiries: [["component": "cart", "fault": "cpu", "query": "series"]])))
    let inquiry = try #require(try advice(contributions).inquiries.first)
    #expect(inquiry.result.contains("H3 is about it already"))
    #expect(contributions.count == 1)
  }

  @Test func identifiersThatMayBeNamedAreThoseThatWereIssued() async throws {
    let model = ScriptedModel(saying: Self.reply())
    _ = try await answer(model)
    let request = try #require(model.requests.first)
    #expect(request.choices(for: "choice") == ["H1", "H2", "H3", "none"])
    #expect(request.choices(for: "order") == ["H1", "H2", "H3"])
    guard case .user(let text)? = request.messages.first else { throw TestFailure("no message") }
    #expect(text.contains("H2: orders-db") && text.contains("E2: \"orders-db uses 4.2 GB") && !text.contains("{{"))
  }

  @Test func whatAnAgentMayNotTellIsNotSent() async throws {
    let catalog = try projectCatalog()
    let manifests = catalog.manifests.map { manifest in
      var copy = manifest
      copy.mayTell = Disclosure([.metrics])
      return copy
    }
    let quiet = AgentCatalog(manifests: manifests, prompts: catalog.prompts, runbooks: catalog.runbooks)
    let request = try #require(try quiet.request(of: "root-cause", on: board))
    let sent = request.json.text
    for name in ["orders", "orders-db", "web"] { #expect(!sent.contains("\(name) ") && !sent.contains("\"\(name)\"")) }
    #expect(request.tools.isEmpty)
    #expect(try quiet.request(of: "root-cause", on: board)?.digest == request.digest)
  }
}

struct TestFailure: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
