import Agents
import IncidentModel
import Telemetry
import Testing

@Suite struct ContextAgentTests {
  /// What the agent says of the shop, by topic.
  private func notes(
    _ telemetry: TelemetryWindow, isAnomalous: Bool = true, signals: [Signal] = []
  ) async throws -> [ContextNote] {
    var board = Board(telemetry)
    board.post("detection", anomaly(isAnomalous))
    for signal in signals { board.post("detection", .signal(signal)) }
    return try await ContextAgent(telemetry: telemetry).contribute(board.snapshot).compactMap {
      if case .context(let note) = $0 { note } else { nil }
    }
  }

  @Test func componentsWithoutTelemetryAreNamedAndServicesAreSeenThroughTheirReplicas() async throws {
    let telemetry = shopTelemetry()
    let coverage = try #require(try await notes(telemetry, isAnomalous: false).first)
    #expect(coverage.topic == .coverage)
    #expect(coverage.components == ["bank"])
    #expect(coverage.statement.contains("Of 6 components on the service map, 1 has no telemetry of its own: bank."))
    var board = Board(telemetry)
    board.post("detection", anomaly(false))
    let contributions = try await ContextAgent(telemetry: telemetry).contribute(board.snapshot)
    #expect(contributions.last.map { if case .diagnostic(let d) = $0 { d.kind == .blindSpot } else { false } } == true)
  }

  @Test func aHealthySystemHasNoChangesOrAlertsToExplain() async throws {
    let change = ChangeEvent(time: at(1700), component: "bank", kind: .deploy, summary: "v2")
    #expect(try await notes(shopTelemetry(changes: [change]), isAnomalous: false).map(\.topic) == [.coverage])
  }

  @Test func impactNamesWhoeverCallersComplainAboutAndWhereUsersMeetIt() async throws {
    let signals = [
      signal("S1", "checkout", .latencyExcess, strength: 9), signal("S2", "payment", .resource, strength: 9),
    ]
    let impact = try #require(try await notes(shopTelemetry(), signals: signals).first { $0.topic == .impact })
    #expect(impact.components == ["checkout", "frontend"])
    #expect(impact.statement.contains("frontend has no callers"))
    #expect(impact.statement.contains("Sites: eu."))
  }

  @Test func neighboursAreThoseOfTheStrongestComponents() async throws {
    let signals = [
      signal("S1", "payment", .resource, strength: 9), signal("S2", "payment", .latencyExcess, strength: 5),
      signal("S3", "checkout", .latencyExcess, strength: 3),
    ]
    let neighbours = try await notes(shopTelemetry(), signals: signals).filter { $0.topic == .neighbours }
    #expect(neighbours.map { $0.components.first } == ["payment", "checkout"])
    #expect(neighbours.first?.statement == "payment is called by checkout, calls bank and runs on node-1.")
  }

  @Test func onlyChangesThatCanHaveCausedItAreToldNearestFirst() async throws {
    let changes = [
      ChangeEvent(time: at(1800 - 7300), component: "bank", kind: .deploy, summary: "too old"),
      ChangeEvent(time: at(600), component: "checkout", kind: .config, summary: "pool size", from: "10", to: "2"),
      ChangeEvent(time: at(1550), component: "payment", kind: .deploy, summary: "release 2.1", by: "ci"),
      ChangeEvent(time: at(1830), component: "bank", kind: .flag, summary: "clock is ahead"),
      ChangeEvent(time: at(2400), component: "bank", kind: .scale, summary: "a reaction"),
    ]
    let signals = [signal("S1", "payment", .resource, strength: 9)]
    let told = try await notes(shopTelemetry(changes: changes), signals: signals).filter { $0.topic == .change }
    #expect(told.map { $0.components.first } == ["bank", "payment", "checkout"])
    #expect(
      told[1].statement
        == "payment saw a change (deploy) 4 minutes 10 seconds before the onset: release 2.1, by ci; "
        + "signals were seen there."
    )
    #expect(
      told[2].statement.contains("20 minutes before the onset: pool size, from 10 to 2; no signal was seen there."))
    #expect(told[1].evidence.first?.value == 250)
    #expect(Set(told.compactMap { $0.evidence.first?.digest }).count == 3)
  }

  @Test func standingAlertsAreToldApartFromThoseOfTheIncident() async throws {
    func alert(_ name: String, _ component: ComponentID?, _ start: Double, _ end: Double? = nil) -> Alert {
      Alert(
        labels: ["alertname": name], annotations: [:], startsAt: at(start), endsAt: end.map(at), component: component)
    }
    let alerts = [
      alert("DiskFull", "node-1", -100_000), alert("Old", "bank", -5000, 0), alert("Slow", "checkout", 1860),
      alert("Slow", "checkout", 1990), alert("Down", nil, 1850), alert("Later", "bank", 9000),
    ]
    let told = try await notes(shopTelemetry(alerts: alerts)).filter { $0.topic == .alert }
    #expect(told.map(\.at) == [at(1850), at(1860), at(-100_000)])
    #expect(told[1].statement == "The alert Slow at checkout fired 1 minute after the onset, 2 times.")
    #expect(told[2].statement.contains("1 day 4 hours before the onset; it stood long before this incident"))
    #expect(told.map { $0.evidence.first?.supports } == [true, true, false])
  }

  @Test func aHundredChangesAndAnEmptyMapAreBounded() async throws {
    let changes = (0..<100).map {
      ChangeEvent(time: at(1700), component: ComponentID("c\($0)"), kind: .deploy, summary: "s")
    }
    let notes = try await notes(shopTelemetry(changes: changes, map: ServiceMap()))
    #expect(notes.filter { $0.topic == .change }.map { $0.components.first } == (0..<20).map { ComponentID("c\($0)") })
    #expect(notes.first?.statement.hasPrefix("There is no service map; telemetry came from 4 components") == true)
  }
}
