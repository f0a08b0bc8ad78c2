import IncidentModel
import Testing

@testable import RunbookExecution
@testable import Runbooks

/// What becomes of leave that was given when the incident is investigated again.
@Suite struct ReinvestigationTests {
  private let fixture: DeskFixture

  init() throws {
    fixture = try DeskFixture()
    try fixture.writeRunbook(
      inputs: "  - {name: version, type: version, from: finding.previousVersion, default: '1'}\n",
      steps: "  - {title: Do it, kind: run, run: [echo, '{{version}}']}", terms: "cooldownSeconds: 600")
    fixture.answers.withLock { $0["works"] = true }
  }

  private func judged(
    _ component: ComponentID = "api", fault: FaultKind = .memory, previous: String? = nil, digest: String = "d1"
  ) -> JudgedHypothesis {
    let window = TimeWindow(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 1))
    let change = previous.map { Evidence.Change(kind: "deploy", at: window.start, from: $0, to: "9") }
    let evidence = Evidence(
      kind: .change, statement: "", query: Evidence.Query(source: "", expression: "", window: window), digest: digest,
      value: 1, unit: "", change: change)
    return JudgedHypothesis(
      hypothesis: Hypothesis(
        id: "H1", component: component, componentKind: .service, componentRole: .application, metric: nil,
        fault: fault, cause: nil, onset: nil, score: 1, confidence: 0.8, statement: "", propagation: [component],
        channelShares: [], evidence: [evidence]), critiques: [], confidence: 0.8, isVetoed: false)
  }

  /// An investigation of `I1` that came to this, laid on the desk.
  @discardableResult private func take(_ desk: ReviewDesk, _ judged: [JudgedHypothesis]) async throws
    -> [RemediationRecord]
  {
    let library = try RunbookLibrary(folder: fixture.path("runbooks"))
    return try await desk.take(
      Proposal.Advised(
        incident: "I1", title: "Slow", judged: judged,
        remediations: library.remediations(for: judged, serviceMap: ServiceMap())), library: library)
  }

  private func kind(_ desk: ReviewDesk, _ id: ProposalID) async throws -> Expiry.Kind? {
    guard case .expired(let expiry)? = try await desk.board()[id]?.state else { return nil }
    return expiry.kind
  }

  @Test func theSameFoundAgainLeavesAnApprovalGood() async throws {
    let desk = try fixture.desk()
    #expect(try await take(desk, [judged()]).map(\.proposal.id) == ["P1"])
    let shown = try await desk.board().digest(shown: desk.board()["P1"]!)
    #expect(try await take(desk, [judged(digest: "d2"), judged("web")]).first?.proposal.id == "P1")
    try await desk.approve("P1", by: "ann", shown: shown)
    try await take(desk, [judged(digest: "d3")])
    #expect(try await desk.run("P1").state == .verified)
  }

  @Test(arguments: [("web", FaultKind.memory, String?.none), ("api", .cpu, nil), ("api", .memory, "7")])
  func whatIsFoundOtherwiseVoidsIt(component: String, fault: FaultKind, previous: String?) async throws {
    let desk = try fixture.desk()
    try await take(desk, [judged()])
    try await desk.approve("P1", by: "ann")
    let now = try await take(desk, [judged(ComponentID(component), fault: fault, previous: previous)])
    #expect(try await kind(desk, "P1") == .newerFinding)
    // The same runbook for the world as it is now has to be approved anew.
    #expect(now.map(\.state) == (fault == .memory ? [.proposed] : []))
    if previous != nil { #expect(now.first?.proposal.plan.inputs == ["version": "7"]) }
  }

  @Test func nothingFoundVoidsIt() async throws {
    let desk = try fixture.desk()
    try await take(desk, [judged()])
    try await desk.approve("P1", by: "ann")
    #expect(try await take(desk, []).isEmpty)
    #expect(try await kind(desk, "P1") == .newerFinding)
  }

  @Test func whatWasDoneComesAgainAfterItsCooldownOrWhenTheIncidentCameBack() async throws {
    let desk = try fixture.desk()
    try await take(desk, [judged()])
    try await desk.approve("P1", by: "ann")
    try await desk.run("P1")
    #expect(try await take(desk, [judged(digest: "d2")]).map(\.proposal.id) == ["P1"])
    fixture.advance(601)
    #expect(try await take(desk, [judged(digest: "d3")]).map(\.proposal.id) == ["P2"])
    try await desk.approve("P2", by: "ann")
    try await desk.run("P2")
    fixture.advance(10)
    try await desk.note(.resolved, of: "I1")
    try await desk.note(.reopened, of: "I1")
    #expect(try await take(desk, [judged()]).map(\.proposal.id) == ["P3"])
  }
}
