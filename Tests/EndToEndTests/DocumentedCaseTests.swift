import Agents
import BlackboardStore
import Foundation
import IncidentModel
import Runbooks
import Supervision
import Telemetry
import Testing

/// The example of docs/case-format.md, from its files to advice, with the project's own agents and runbooks.
@Suite struct DocumentedCaseTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  private static let example = root + "/docs/examples/checkout-slow"

  private func investigate(_ folder: String) async throws -> BlackboardSnapshot {
    let dataset = try AdapterCatalog.adapter(named: nil, for: folder)
    let reference = try #require(try dataset.cases().first)
    let catalog = try AgentCatalog(
      agentsFolder: Self.root + "/agents", promptsFolder: Self.root + "/prompts",
      runbooks: try RunbookLibrary(folder: Self.root + "/runbooks"))
    return try await Investigator(catalog: catalog, version: "test").investigate(
      try dataset.read(reference, options: ReadOptions()), storage: MemoryStorage())
  }

  @Test func namesTheCauseAndTheReleaseToGoBackTo() async throws {
    let snapshot = try await investigate(Self.example)
    let verdict = Verdict(snapshot)
    #expect(verdict.outcome == .causeFound)
    #expect(verdict.ranking.first == "payment")
    // The release came first: what it made the processor do is how it shows.
    #expect(verdict.hypotheses.first?.hypothesis.cause == "faulty-release")
    let advice = try #require(snapshot.remediations.first)
    #expect(advice.runbook == "roll-back-release")
    #expect(advice.steps.first?.title.contains("1.41.3") == true)
    #expect(advice.blastRadius == ["payment", "checkout"])
    #expect(snapshot.remediations.count <= RunbookLibrary.maximumRemediationsPerHypothesis * 2)
  }

  @Test func theDocumentShowsTheFilesAsTheyAre() throws {
    let page = try String(contentsOfFile: Self.root + "/docs/case-format.md", encoding: .utf8)
    for name in ["case.yaml", "topology.yaml", "changes.jsonl"] {
      let text = try String(contentsOfFile: "\(Self.example)/\(name)", encoding: .utf8)
      #expect(page.contains(text.trimmingCharacters(in: .newlines)), "\(name)")
    }
  }
}
