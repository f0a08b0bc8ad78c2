import Agents
import BlackboardStore
import Foundation
import IncidentModel
import Runbooks
import Supervision
import Telemetry
import Testing

/// The agents of the project, on telemetry that the test makes up.
@Suite struct InvestigatorTests {
  private let investigator: Investigator

  init() throws {
    let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    investigator = Investigator(
      catalog: try AgentCatalog(
        agentsFolder: project + "/agents", promptsFolder: project + "/prompts",
        runbooks: try RunbookLibrary(folder: project + "/runbooks")),
      version: "test")
  }

  @Test func theSameInputLeavesTheSameLogInAnyStorage() async throws {
    let first = try await investigator.investigate(slowDatabase, storage: MemoryStorage())
    #expect(first.entries.last.map { if case .conclusion = $0.contribution { true } else { false } } == true)
    #expect(first.conclusion?.agents.map(\.name) == AgentCatalog.names)
    #expect(!first.diagnostics.contains { $0.kind == .agentFailure })
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).sqlite").path
    defer { for ending in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + ending) } }
    let stored = try await investigator.investigate(slowDatabase, storage: try await SQLiteStorage(file: file))
    #expect(stored.entries == first.entries)
    try await withThrowingTaskGroup(of: [BlackboardEntry].self) { group in
      for _ in 0..<4 {
        group.addTask { try await investigator.investigate(slowDatabase, storage: MemoryStorage()).entries }
      }
      for try await entries in group { #expect(entries == first.entries) }
    }
  }

  @Test func aConcludedInvestigationIsReadAgainAndNotRepeated() async throws {
    let storage = MemoryStorage()
    let first = try await investigator.investigate(slowDatabase, storage: storage)
    let log = EventLog()
    let second = try await investigator.investigate(slowDatabase, storage: storage, observe: log.observe)
    #expect(second.entries == first.entries)
    #expect(log.events == first.conclusion.map { [.concluded($0)] })
    #expect(await storage.investigations().count == 1)
  }

  @Test func anotherInputConfigurationOrVersionIsAnInvestigationOfItsOwn() async throws {
    let storage = MemoryStorage()
    var blind = slowDatabase
    blind.incident.alertedAt = nil
    var newer = investigator
    newer.version = "newer"
    var tighter = investigator
    tighter.budget.turns = 3
    _ = try await investigator.investigate(slowDatabase, storage: storage)
    _ = try await investigator.investigate(blind, storage: storage)
    _ = try await newer.investigate(slowDatabase, storage: storage)
    _ = try await tighter.investigate(slowDatabase, storage: storage)
    let stored = await storage.investigations()
    #expect(stored.count == 4)
    #expect(stored.allSatisfy { $0.isConcluded && $0.id.incident == "slow-database" })
  }

  @Test func anInterruptedInvestigationGoesOnToTheSameEnd() async throws {
    let whole = try await investigator.investigate(slowDatabase, storage: MemoryStorage())
    let id = try InvestigationID(investigator.opening(slowDatabase))
    for revision in 0..<whole.revision.number {
      let storage = MemoryStorage()
      for number in 0..<revision {
        let batch = whole.entries.filter { $0.revision == Revision(number + 1) }
        _ = try await storage.append(
          batch.map { Posting(author: $0.author, contribution: $0.contribution) }, to: id, basedOn: Revision(number))
      }
      let resumed = try await investigator.investigate(slowDatabase, storage: storage)
      #expect(resumed.entries == whole.entries, "interrupted after revision \(revision)")
    }
  }

  @Test func theTeamFindsTheSlowDatabase() async throws {
    let snapshot = try await investigator.investigate(slowDatabase, storage: MemoryStorage())
    let verdict = Verdict(snapshot)
    #expect(verdict.outcome == .causeFound)
    #expect(verdict.hypotheses.first?.hypothesis.component == "database")
    #expect(snapshot.critiques.isEmpty == false)
    #expect(snapshot.remediations.isEmpty == false)
    #expect(snapshot.context.isEmpty == false)
  }

  @Test func noTelemetryAtAllStillConcludes() async throws {
    let nothing = TelemetryWindow(incident: Incident(id: "nothing", title: "t", window: sampleWindow))
    let snapshot = try await investigator.investigate(nothing, storage: MemoryStorage())
    #expect(snapshot.conclusion != nil)
    #expect(Verdict(snapshot).outcome != .causeFound)
  }

  @Test func aModelThatDoesNotExistIsNamedAmongTheBlindSpots() async throws {
    var manifests = investigator.catalog.manifests
    manifests[2].model = .named("oracle")
    var modelled = investigator
    modelled.catalog = AgentCatalog(manifests: manifests, runbooks: investigator.catalog.runbooks)
    let snapshot = try await modelled.investigate(slowDatabase, storage: MemoryStorage())
    #expect(snapshot.diagnostics.first?.statement.contains("root-cause names the model oracle") == true)
  }

  @Test func anAgentThatIsSwitchedOffIsNamedAmongTheBlindSpots() async throws {
    var manifests = investigator.catalog.manifests
    let critic = try #require(manifests.firstIndex { $0.name == "critic" })
    manifests[critic].isEnabled = false
    var without = investigator
    without.catalog = AgentCatalog(manifests: manifests, runbooks: investigator.catalog.runbooks)
    let snapshot = try await without.investigate(slowDatabase, storage: MemoryStorage())
    #expect(snapshot.diagnostics.first?.statement.contains("critic is switched off") == true)
    #expect(snapshot.conclusion?.agents.contains { $0.name == "critic" } == false)
  }
}

/// Two hours at 15 s: the database's latency and processor time rise tenfold at 6000 s, and with them its caller's
/// latency.
let slowDatabase: TelemetryWindow = {
  let start: Int64 = 1_772_334_000_000_000_000
  let times = (0..<480).map { start + Int64($0) * 15_000_000_000 }
  func series(_ component: ComponentID, _ metric: String, _ metricClass: MetricClass, _ rise: Double) -> MetricSeries {
    var generator = SeededGenerator(seed: component.rawValue.utf8.count + metric.utf8.count)
    let values = times.indices.map { ($0 < 400 ? 1.0 : rise) * Double.random(in: 0.9..<1.1, using: &generator) }
    return MetricSeries(
      key: MetricKey(component: component, metric: metric), metricClass: metricClass, unit: "s", times: times,
      values: values)
  }
  let window = TimeWindow(
    start: Timestamp(nanoseconds: start), end: Timestamp(nanoseconds: start + 7_200_000_000_000))
  return TelemetryWindow(
    incident: Incident(
      id: "slow-database", title: "Orders are slow", window: window,
      alertedAt: Timestamp(nanoseconds: start + 6_060_000_000_000), symptom: .init(component: "orders")),
    metrics: [
      series("database", "cpu", .cpu, 10), series("database", "latency", .latency, 10),
      series("orders", "cpu", .cpu, 1), series("orders", "latency", .latency, 8),
    ],
    serviceMap: ServiceMap(
      components: [Component(id: "orders"), Component(id: "database", role: .database)],
      calls: [.init(from: "orders", to: "database")]),
    blindSpots: ["There are no logs and no spans."], inputDigest: "sha256:made-up")
}()
