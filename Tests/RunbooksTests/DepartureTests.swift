import IncidentModel
import Testing

@testable import Runbooks

/// When a newer investigation takes back what an older one recommended, and when it only says the same again.
@Suite struct DepartureTests {
  private let map = ServiceMap(
    components: [Component(id: "api"), Component(id: "web")], calls: [ServiceMap.Call(from: "web", to: "api")])

  private static func judged(
    _ component: ComponentID = "api", fault: FaultKind = .memory, confidence: Double = 0.8, isVetoed: Bool = false,
    previous: String? = nil, digest: String = "d1", onset: Double = 0, id: HypothesisID = "H1"
  ) -> JudgedHypothesis {
    let window = TimeWindow(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 1))
    let change = previous.map { Evidence.Change(kind: "deploy", at: window.start, from: $0, to: "9") }
    let evidence = Evidence(
      kind: change == nil ? .metric : .change, statement: "it rose \(digest)",
      query: Evidence.Query(source: "metrics", expression: "", window: window), digest: digest, value: 1, unit: "",
      change: change)
    return JudgedHypothesis(
      hypothesis: Hypothesis(
        id: id, component: component, componentKind: .service, componentRole: .application,
        metric: "\(component)|memory", fault: fault, cause: nil, onset: Timestamp(seconds: onset), score: 1,
        confidence: confidence, statement: "", propagation: [component], channelShares: [], evidence: [evidence]),
      critiques: [], confidence: confidence, isVetoed: isVetoed)
  }

  private func library() throws -> RunbookLibrary {
    let text = RunbookText.sound(
      replacing: "  - {name: replicas,",
      with: """
          - {name: version, type: version, from: finding.previousVersion, default: none}
          - {name: onset, type: time, from: finding.onset}
          - {name: replicas,
        """
    ).replacing("run: [thingctl, status, \"{{component}}\"]", with: "run: [thingctl, status, \"{{version}}\"]")
      .replacing("title: Look first", with: "title: Look at what happened at {{onset}}")
    let folder = try TemporaryFolder()
    try folder.write(text, to: "restart-thing.yaml")
    return try RunbookLibrary(folder: folder.path)
  }

  private func runbook() throws -> Runbook { try #require(library().runbooks.first) }

  private func advised(_ judged: [JudgedHypothesis], _ map: ServiceMap? = nil) throws -> Proposal.Advised {
    Proposal.Advised(
      incident: "I1", title: "Slow", judged: judged,
      remediations: try library().remediations(for: judged, serviceMap: map ?? self.map), serviceMap: map ?? self.map)
  }

  private func proposal(_ judged: JudgedHypothesis) throws -> Proposal {
    try #require(Proposal.all(from: advised([judged]), library: library()).first)
  }

  @Test func newerEvidenceForTheSameClaimChangesNothing() throws {
    let before = try proposal(Self.judged())
    let newer = try advised([Self.judged(confidence: 0.6, digest: "d2", onset: 7), Self.judged("web", confidence: 0.3)])
    #expect(before.findingDigest == newer.findingDigest)
    #expect(try before.departure(from: newer, runbook: runbook()) == nil)
    // What a person chose is theirs; it is the finding's inputs that are compared.
    let amended = try before.amended(runbook(), inputs: ["replicas": "3", "version": "7"])
    #expect(try amended.departure(from: newer, runbook: runbook()) == nil)
  }

  @Test(arguments: [
    (judged("web"), "no longer holds memory at api"), (judged(fault: .cpu), "no longer holds memory at api"),
    (judged(isVetoed: true), "no longer holds memory at api"), (judged(confidence: 0.4), "40 % likely"),
    (judged(previous: "7"), "“version” as 7, and it was none"),
  ])
  func whatWasFoundOtherwiseTakesItBack(judged: JudgedHypothesis, says: String) throws {
    let expiry = try proposal(Self.judged()).departure(from: advised([judged]), runbook: runbook())
    #expect(expiry?.kind == .newerFinding)
    #expect(expiry?.says.contains(says) == true, "\(String(describing: expiry))")
  }

  @Test func theLeadingFindingIsWhatIsHeldForMostLikely() throws {
    let first = try advised([Self.judged(), Self.judged("web", id: "H2")])
    #expect(try first.findingDigest == advised([Self.judged()]).findingDigest)
    #expect(try first.findingDigest != advised([Self.judged("web", id: "H2"), Self.judged()]).findingDigest)
    #expect(
      try first.findingDigest
        == advised([Self.judged("db", isVetoed: true, id: "H3"), Self.judged(confidence: 0.6)]).findingDigest)
  }

  @Test func whomItMayDisturbWasAgreedTo() throws {
    let wider = ServiceMap(
      components: map.components + [Component(id: "edge")],
      calls: map.calls + [ServiceMap.Call(from: "edge", to: "api")])
    let before = try proposal(Self.judged())
    #expect(before.components == ["api", "web"])
    let says = try before.departure(from: advised([Self.judged()], wider), runbook: runbook())?.says
    #expect(says?.contains("may disturb edge") == true)
    let narrower = ServiceMap(components: [Component(id: "api")], calls: [])
    #expect(try before.departure(from: advised([Self.judged()], narrower), runbook: runbook()) == nil)
  }
}
