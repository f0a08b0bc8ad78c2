import IncidentModel
import RootCauseAnalysis
import TestSupport
import Testing

/// One nominee against the leader: who wins, and what becomes of everybody else.
@Suite struct PairedTestTests {
  private func test(_ nominee: HypothesisID, _ incident: DoubtfulIncident) -> PairedTest {
    PairedTest(of: nominee, in: incident.snapshot)
  }

  private func reason(_ nominee: HypothesisID, _ incident: DoubtfulIncident) -> String? {
    if case .refused(let reason) = test(nominee, incident).outcome { reason } else { nil }
  }

  @Test func whatTheLeaderOnlyPassesOnPutsTheNomineeFirst() throws {
    let incident = DoubtfulIncident()
    guard case .accepted(let critiques) = test("H2", incident).outcome else {
      Issue.record("The nominee explains the leader and was refused.")
      return
    }
    #expect(critiques.map(\.hypothesis) == ["H2", "H1"])
    #expect(critiques.map(\.verdict) == [.supports, .weakens])
    let before = Verdict(incident.snapshot)
    let after = Verdict(
      DoubtfulIncident.snapshot(
        incident.snapshot, adding: critiques.map { .critique($0) }, by: AgentName("root-cause").modelPart))
    #expect(before.ranking == ["orders", "orders-db", "cart"])
    #expect(after.ranking == ["orders-db", "orders", "cart"])
    // They change places: the answer is as sure as it was, and the third stays where it was.
    #expect(abs(after.hypotheses[0].confidence - before.hypotheses[0].confidence) <= 0.002)
    #expect(after.hypotheses[2].confidence == before.hypotheses[2].confidence)
  }

  @Test func nobodyElseMovesWhereTheNomineeIsFarBehind() throws {
    var incident = DoubtfulIncident()
    incident.hypotheses = [
      DoubtfulIncident.hypothesis("H1", "orders", .code, 0.6, [.errorExcess: 0.7]),
      DoubtfulIncident.hypothesis("H2", "cart", .cpu, 0.01, [.resource: 0.3]),
      DoubtfulIncident.hypothesis("H3", "stock", .cpu, 0.01, [.resource: 0.2]),
      DoubtfulIncident.hypothesis("H4", "orders-db", .memory, 0.02, [.resource: 0.6]),
    ]
    guard case .accepted(let critiques) = test("H4", incident).outcome else {
      Issue.record("refused: \(reason("H4", incident) ?? "")")
      return
    }
    let before = Verdict(incident.snapshot).ranking
    let after = Verdict(
      DoubtfulIncident.snapshot(incident.snapshot, adding: critiques.map { .critique($0) }, by: "x/model")
    ).ranking
    #expect(after.first == "orders-db")
    for component in ["cart", "stock"] as [ComponentID] {
      let places = [before, after].map { $0.firstIndex(of: component) ?? .max }
      #expect(places[1] <= places[0])
    }
  }

  @Test func aLeaderThatIsNotInDoubtStays() {
    var incident = DoubtfulIncident()
    incident.hypotheses[0].confidence = 0.96
    #expect(reason("H2", incident)?.contains("no doubt") == true)
  }

  @Test func evidenceOfItsOwnKeepsTheLeader() {
    var incident = DoubtfulIncident()
    incident.hypotheses[0] = DoubtfulIncident.hypothesis(
      "H1", "orders", .cpu, 0.8, [.errorExcess: 0.3, .resource: 0.5])
    #expect(reason("H2", incident)?.contains("not clearly less") == true)
  }

  @Test func whatIsNotCalledByTheLeaderExplainsNothing() {
    var incident = DoubtfulIncident()
    incident.hypotheses[2] = DoubtfulIncident.hypothesis("H3", "cart", .cpu, 0.1, [.resource: 0.7])
    #expect(reason("H3", incident)?.contains("not clearly less") == true)
  }

  @Test func aNomineeThatACriticWeakensOrVetoesIsRefused() {
    for verdict in [Critique.Verdict.weakens, .vetoes] {
      var incident = DoubtfulIncident()
      incident.critiques = [
        Critique(
          hypothesis: "H2", test: "moved-first", verdict: verdict, oddsFactor: verdict == .vetoes ? 0 : 0.6,
          statement: "too late")
      ]
      #expect(reason("H2", incident) != nil)
    }
  }

  @Test func aNomineeThatMovedLaterIsRefused() {
    var incident = DoubtfulIncident()
    incident.hypotheses[1].onset = DoubtfulIncident.at(1800 + 600)
    #expect(reason("H2", incident)?.contains("600 s after") == true)
  }

  @Test func loadExplainsWhatItReachesOnlyIfItWasThereBefore() {
    var incident = DoubtfulIncident()
    incident.hypotheses[1] = DoubtfulIncident.hypothesis("H2", "web", .traffic, 0.15, [.traffic: 0.6])
    #expect(test("H2", incident).isAccepted)
    incident.hypotheses[1].onset = DoubtfulIncident.at(1801)
    #expect(!test("H2", incident).isAccepted)
    incident.hypotheses[1] = DoubtfulIncident.hypothesis("H2", "web", .cpu, 0.15, [.traffic: 0.6])
    #expect(!test("H2", incident).isAccepted)
  }

  @Test func theLeaderItselfAndWhatIsUnknownAreRefused() {
    let incident = DoubtfulIncident()
    #expect(reason("H1", incident)?.contains("leads already") == true)
    #expect(reason("H9", incident)?.contains("no hypothesis H9") == true)
    var empty = incident
    empty.hypotheses = []
    #expect(reason("H1", empty)?.contains("No hypothesis leads") == true)
  }

  @Test func aLeaderReadFromObjectsIsNotWeighed() {
    var incident = DoubtfulIncident()
    incident.hypotheses[0] = DoubtfulIncident.hypothesis("K1", "orders", .config, 0.8, [:])
    #expect(reason("H2", incident)?.contains("read from objects") == true)
  }
}
