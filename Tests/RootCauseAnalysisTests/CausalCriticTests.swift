import IncidentModel
import RootCauseAnalysis
import Testing

@Suite struct CausalCriticTests {
  /// web → orders → orders-db; web → search; a batch job that nobody calls shares node-1 with orders-db.
  private let map = ServiceMap(
    components: [
      Component(id: "web", role: .gateway), Component(id: "orders"),
      Component(id: "orders-db", role: .database, runsOn: "node-1"), Component(id: "search"),
      Component(id: "orders-1", kind: .instance, instanceOf: "orders", runsOn: "node-2"),
      Component(id: "orders-2", kind: .instance, instanceOf: "orders", runsOn: "node-3"),
      Component(id: "batch", runsOn: "node-1"), Component(id: "mail", runsOn: "node-1"),
      Component(id: "node-1", kind: .node, role: .host), Component(id: "node-2", kind: .node, role: .host),
      Component(id: "node-3", kind: .node, role: .host),
    ],
    calls: [
      .init(from: "web", to: "orders"), .init(from: "orders", to: "orders-db"), .init(from: "web", to: "search"),
    ])

  private func excess(_ component: ComponentID, _ seconds: Double, onset: Double = 0) -> Signal {
    metric(
      component, "latency_ms", .latency, from: 20, to: 200, channel: .latencyExcess, strength: seconds,
      onset: at(onset))
  }

  private func test(
    _ name: String, of component: ComponentID, fault: FaultKind = .cpu, cause: String? = nil, onset: Double = 0,
    symptom: ComponentID = "web", _ signals: Signal...
  ) -> Critique? {
    var snapshot = BlackboardSnapshot()
    let incident = Incident(
      id: "i", title: "t", window: TimeWindow(start: at(-3600), end: at(900)), alertedAt: at(120),
      symptom: .init(component: symptom))
    let opening = Contribution.opening(
      Opening(incident: incident, serviceMap: map, inputDigest: "i", configurationDigest: "c", version: "v"))
    for (number, contribution) in ([opening] + signals.map { .signal($0) }).enumerated() {
      snapshot.append(
        BlackboardEntry(
          sequence: number + 1, revision: Revision(number + 1), author: "test", contribution: contribution))
    }
    let hypothesis = Hypothesis(
      id: "H1", component: component, componentKind: map[component]?.kind ?? .service, componentRole: .application,
      metric: nil, fault: fault, cause: cause, onset: at(onset), score: 1, confidence: 0.6, statement: "s",
      propagation: [component], channelShares: [], evidence: [])
    return CausalCritic.critiques(of: [hypothesis], in: snapshot).first { $0.test == name }
  }

  // MARK: Moved first

  @Test func aComponentWhoseClockIsOffIsNotDoubtedForIt() {
    let late = test("moved-first", of: "orders-db", onset: 55, excess("web", 100))
    #expect(late?.verdict == .inconclusive && late?.oddsFactor == 1)
    let early = test("moved-first", of: "orders-db", onset: -55, excess("web", 100))
    #expect(early?.verdict == .inconclusive)
  }

  @Test func whatCameMinutesLaterIsDoubtedButNeverVetoed() {
    let late = test("moved-first", of: "orders-db", onset: 300, excess("web", 100))
    #expect(late?.verdict == .weakens && (late?.oddsFactor ?? 0) > 0)
    #expect(test("moved-first", of: "orders-db", onset: -300, excess("web", 100))?.verdict == .supports)
  }

  // MARK: Reach

  @Test func aFaultReachesTheSymptomAlongCalls() {
    #expect(test("reaches-symptom", of: "orders-db", excess("web", 100))?.verdict == .supports)
    // A replica is reached where its service is.
    #expect(test("reaches-symptom", of: "orders-1", excess("web", 100))?.verdict == .supports)
    #expect(test("reaches-symptom", of: "node-1", excess("web", 100))?.verdict == .supports)
  }

  @Test func aSharedHostIsAWayForWhatItShares() {
    let shared = test("reaches-symptom", of: "batch", fault: .cpu, excess("web", 100))
    #expect(shared?.verdict == .inconclusive && shared?.statement.contains("node-1") == true)
    #expect(test("reaches-symptom", of: "batch", fault: .code, excess("web", 100))?.verdict == .weakens)
  }

  @Test func whereNobodyKnowsWhomTheSymptomCallsReachStaysOpen() {
    let open = test("reaches-symptom", of: "orders-db", symptom: "mail", excess("mail", 100))
    #expect(open?.verdict == .inconclusive && open?.oddsFactor == 1)
    #expect(test("reaches-symptom", of: "mail", fault: .code, excess("web", 100))?.verdict == .weakens)
  }

  @Test func loadReachesDownwards() {
    let below = test("reaches-symptom", of: "web", fault: .traffic, symptom: "orders-db", excess("orders-db", 9))
    #expect(below?.verdict == .supports)
    #expect(below?.statement.contains("web → orders → orders-db") == true)
    #expect(
      test("reaches-symptom", of: "web", fault: .cpu, symptom: "orders-db", excess("orders-db", 9))?.verdict == .weakens
    )
  }

  // MARK: Size

  @Test func aLoudVictimIsVetoedWithTheReason() {
    let veto = test("not-just-loud", of: "orders", excess("web", 100), excess("orders", 90), excess("orders-db", 90))
    #expect(veto?.verdict == .vetoes)
    #expect(veto?.statement.contains("most by orders-db") == true)
    let ownEvidence = test(
      "not-just-loud", of: "orders", excess("web", 100), excess("orders", 90), excess("orders-db", 90),
      metric("orders", "cpu", .cpu, from: 0.2, to: 0.9))
    #expect(ownEvidence?.verdict == .inconclusive)
  }

  @Test func theSizeOfAnExcessIsComparedWithTheSymptoms() {
    let cause = test(
      "explains-size", of: "orders-db", excess("web", 100), excess("orders", 90), excess("orders-db", 80))
    #expect(cause?.verdict == .supports && cause?.statement.contains("80 %") == true)
    let bystander = test("explains-size", of: "search", excess("web", 100), excess("orders-db", 80))
    #expect(bystander?.verdict == .weakens)
  }

  @Test func aNodeThatHostsMuchProvesLittle() {
    #expect(test("explains-size", of: "node-1", excess("web", 100), excess("orders-db", 80))?.verdict == .inconclusive)
  }

  // MARK: Twins

  @Test func oneReplicaOfTwoIsALocalFaultUnlessTheyShareIt() {
    let hit = metric("orders-1", "cpu", .cpu, from: 0.2, to: 0.9)
    #expect(test("unaffected-twin", of: "orders", fault: .cpu, hit)?.verdict == .supports)
    #expect(test("unaffected-twin", of: "orders", fault: .code, hit)?.verdict == .weakens)
    let both = metric("orders-2", "cpu", .cpu, from: 0.2, to: 0.9)
    #expect(test("unaffected-twin", of: "orders", fault: .cpu, hit, both) == nil)
  }

  @Test func whereNeighboursRunShortAsWellItMayBeTheHost() {
    func busy(_ component: ComponentID) -> Signal { metric(component, "cpu", .cpu, from: 0.2, to: 0.9) }
    let alone = test("neighbour-on-host", of: "orders-db", busy("orders-db"))
    #expect(alone?.verdict == .supports)
    let together = test("neighbour-on-host", of: "orders-db", busy("orders-db"), busy("batch"), busy("mail"))
    #expect(together?.verdict == .weakens && together?.statement.contains("2 of 2 neighbours") == true)
    #expect(test("neighbour-on-host", of: "orders-db", fault: .code, busy("orders-db")) == nil)
  }

  @Test func theSameReleaseElsewhereIsATwin() {
    func release(_ component: ComponentID) -> Signal {
      var signal = sign(component, .change, "deploy", strength: 1)
      signal.evidence.change = Evidence.Change(kind: "deploy", at: at(-30), from: "1.4", to: "1.5")
      return signal
    }
    let well = test(
      "same-release", of: "orders", fault: .code, cause: "faulty-release", release("orders"), release("search"))
    #expect(well?.verdict == .weakens && well?.statement.contains("search") == true)
    let hit = test(
      "same-release", of: "orders", fault: .code, cause: "faulty-release", release("orders"), release("search"),
      excess("search", 10))
    #expect(hit?.verdict == .supports)
  }

  @Test func withoutAnyHypothesisThereIsNothingToTest() {
    #expect(CausalCritic.critiques(of: [], in: BlackboardSnapshot()).isEmpty)
  }
}
