import BlackboardStore
import Foundation
import IncidentModel
import Reporting
import TestSupport
import Testing
import TextReading

@testable import ModelContext

@Suite struct IncidentToolsTests {
  private func archive(_ incidents: [MadeUpIncident]) async throws -> InvestigationArchive {
    let storage = MemoryStorage()
    for incident in incidents {
      let batch = incident.entries.map { Posting(author: $0.author, contribution: $0.contribution) }
      guard case .opening(let opening)? = batch.first?.contribution else { continue }
      _ = try await storage.append(batch, to: try InvestigationID(opening), basedOn: .initial)
    }
    return InvestigationArchive(storage: storage, folders: [])
  }

  private func renamed(_ incident: MadeUpIncident, _ id: String, statement: String? = nil) -> MadeUpIncident {
    var copy = incident
    for index in copy.entries.indices {
      if case .opening(var opening) = copy.entries[index].contribution {
        opening.incident.id = id
        copy.entries[index].contribution = .opening(opening)
      }
      if let statement, case .hypothesis(var hypothesis) = copy.entries[index].contribution {
        hypothesis.statement = statement
        copy.entries[index].contribution = .hypothesis(hypothesis)
      }
    }
    return copy
  }

  private func call(
    _ archive: InvestigationArchive, _ tool: IncidentTools.Tool, _ arguments: [String: JSONValue]
  ) async -> (text: String, values: JSONValue, isError: Bool) {
    let result = await IncidentTools(archive).call(tool, ToolArguments(arguments))
    return (
      result["content"]?.array?.first?["text"]?.string ?? "", result["structuredContent"] ?? .null,
      result["isError"]?.bool ?? true
    )
  }

  @Test func listsAndExplains() async throws {
    let archive = try await archive([.causeFound, renamed(.causeFound, "second")])
    let listed = await call(archive, .listIncidents, [:])
    #expect(!listed.isError && listed.values["total"] == 2)
    let ids = listed.values["incidents"]?.array?.compactMap { $0["id"]?.string }
    #expect(ids == ["second", "shop/payment-cpu-1"])
    #expect(listed.values["incidents"]?.array?.first?["lead"]?["component"] == "payment")
    let explained = await call(archive, .explainIncident, ["incident": "second"])
    #expect(!explained.isError && explained.text.contains("payment"))
    let findings = try #require(explained.values["findings"]?.array)
    #expect(findings.first?["hypothesis"] == "H1")
    #expect(explained.text.contains("waits for a person's approval"))
    // Short of certain is never said to be certain, here as in the reports.
    #expect(IncidentWording.percent(0.998) == "99 %")
    let evidence = try #require(findings.first?["evidence"]?.array?.first?["id"]?.string)
    let shown = await call(archive, .getEvidence, ["incident": "second", "evidence": .string(evidence)])
    #expect(!shown.isError && shown.values["digest"]?.string?.hasPrefix("sha256:") == true)
    #expect(shown.values["query"]?["window"]?["start"]?.string != nil)
  }

  @Test func findsAndFilters() async throws {
    let archive = try await archive([.causeFound, renamed(.causeFound, "second")])
    #expect(await call(archive, .listIncidents, ["limit": 1, "offset": 1]).values["incidents"]?.array?.count == 1)
    #expect(await call(archive, .listIncidents, ["outcome": "healthy"]).values["matching"] == 0)
    #expect(await call(archive, .listIncidents, ["component": "payment"]).values["matching"] == 2)
    #expect(await call(archive, .listIncidents, ["component": "nobody"]).values["matching"] == 0)
  }

  @Test func tellsWhatTheDeskMakesOfAnAlert() async throws {
    let archive = try await archive([.causeFound])
    let decision = DeskDecision(
      fingerprint: "8a07086b74f3ba78", alert: "PaymentSlow",
      steps: [
        DeskDecision.Step(
          stage: "maintenance", isStopping: true,
          statement: "silenced until noon by silence S1 (mara: token=abcdefgh12345678)",
          rule: "{alertname=\"PaymentSlow\"}")
      ], counterfactuals: ["It would not have been muted without silence S1."])
    let arguments: [String: JSONValue] = ["incident": "shop/payment-cpu-1"]
    func answer(_ more: [String: JSONValue], _ decisions: DeskDecisions?) async -> (text: String, decisions: JSONValue?)
    {
      let tools = IncidentTools(archive, decisions: decisions)
      let result = await tools.call(.whyAlertPaged, ToolArguments(arguments.merging(more) { $1 }))
      return (result["content"]?.array?.first?["text"]?.string ?? "", result["structuredContent"]?["decisions"])
    }
    let desk: DeskDecisions = { id in id == "shop/payment-cpu-1" ? [decision] : [] }
    let told = await answer(["alert": "paymentslow"], desk)
    #expect(told.text.contains("maintenance, which stops it: silenced until noon by silence S1"))
    #expect(told.text.contains("without silence S1") && told.text.contains("as they stand now"))
    #expect(!told.text.contains("abcdefgh12345678"))
    #expect(told.decisions?.array?.first?["steps"]?.array?.first?["stage"] == "maintenance")
    #expect(await answer(["alert": "Other"], desk).decisions == [])
    let without = await answer([:], nil)
    #expect(without.decisions == [] && without.text.contains("is not recorded in it"))
  }

  @Test func explainsLikeness() async throws {
    let archive = try await archive([.causeFound, renamed(.causeFound, "second")])
    let similar = await call(archive, .similarIncidents, ["incident": "second"])
    let first = try #require(similar.values["similar"]?.array?.first)
    #expect(first["id"] == "shop/payment-cpu-1" && first["score"] == 1)
    #expect(first["shared"]?.array?.contains("the component payment") == true && first["different"] == [])
    let none = await call(archive, .similarIncidents, ["incident": "second", "limit": 0])
    #expect(none.values["similar"] == [])
  }

  @Test func saysWhatItKnowsOfThePage() async throws {
    let archive = try await archive([.causeFound])
    let reasons = await call(archive, .whyAlertPaged, ["incident": "shop/payment-cpu-1"])
    #expect(!reasons.isError && reasons.values["severityReason"]?.string?.isEmpty == false)
    #expect(reasons.text.contains("is not recorded in it"))
    let unknown = await call(archive, .whyAlertPaged, ["incident": "shop/payment-cpu-1", "alert": "NoSuchAlert"])
    #expect(unknown.text.contains("knows of no alert with"))
  }

  @Test(
    arguments: [
      ["incident": "nobody"], [:], ["incident": 5], ["incident": ""],
      ["incident": "shop/payment-cpu-1", "extra": true],
    ] as [[String: JSONValue]])
  func wrongArgumentsAreToolErrors(arguments: [String: JSONValue]) async throws {
    let archive = try await archive([.causeFound])
    for tool in [IncidentTools.Tool.explainIncident, .similarIncidents, .whyAlertPaged] {
      let answer = await call(archive, tool, arguments)
      #expect(answer.isError && !answer.text.isEmpty)
    }
    #expect(await call(archive, .getEvidence, ["incident": "shop/payment-cpu-1", "evidence": "E999"]).isError)
    #expect(await call(archive, .listIncidents, ["limit": -1]).isError)
    #expect(await call(archive, .listIncidents, ["limit": "many"]).isError)
    #expect(await call(archive, .listIncidents, ["outcome": "great"]).isError)
  }

  @Test func keepsSecretsAndFramesNothing() async throws {
    let corpus = PlantedSecrets.corpus(seed: 3, perKind: 1)
    for planted in corpus {
      let incident = renamed(.causeFound, "leaky", statement: "payment logs \(planted.line)")
      let answer = await call(try await archive([incident]), .explainIncident, ["incident": "leaky"])
      #expect(!answer.text.contains(planted.secret) && !answer.values.text.contains(planted.secret), "\(planted.kind)")
    }
    for sample in HostileText.samples(target: "cart") {
      let incident = renamed(.causeFound, "hostile", statement: sample.text)
      let answer = await call(try await archive([incident]), .explainIncident, ["incident": "hostile"])
      #expect(!answer.isError && answer.text.count <= ToolAnswer.maximumCharacters + 100)
      #expect(!answer.text.contains("<|") && !answer.text.contains("\u{202E}") && !answer.text.contains("\u{1B}"))
      #expect(!answer.values.text.contains("\u{202E}") && !answer.values.text.contains("\u{200B}"))
    }
  }

  @Test func readsReportsOfFolders() async throws {
    let folder =
      FileManager.default.temporaryDirectory.path + "/tocsin-archive-"
      + String(ProcessInfo.processInfo.processIdentifier)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder + "/deep/er", withIntermediateDirectories: true)
    let report = try IncidentReport(MadeUpIncident.causeFound.snapshot).json()
    for name in ["a.json", "deep/er/b.json"] { try Data(report.utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
    for (name, text) in [
      ("broken.json", "{"), ("other.json", #"{"schema":"tocsin.scorecard/1"}"#), ("empty.json", ""), ("c.txt", report),
    ] {
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }
    let archive = InvestigationArchive(storage: nil, folders: [folder])
    #expect(try await archive.entries().map(\.id) == ["shop/payment-cpu-1", "shop/payment-cpu-1#2"])
    try Data(report.replacing("shop/payment-cpu-1", with: "renamed").utf8).write(to: URL(filePath: "\(folder)/a.json"))
    #expect(try await archive.entries().map(\.id) == ["renamed", "shop/payment-cpu-1"])
  }
}
