import IncidentModel
import Testing

@testable import Runbooks

@Suite struct RunbookMatchTests {
  private let map = ServiceMap(
    components: [
      Component(id: "api"), Component(id: "api-1", kind: .instance, instanceOf: "api", runsOn: "n1"),
      Component(id: "n1", kind: .node, role: .host), Component(id: "db", role: .database, runsOn: "n1"),
    ],
    calls: [ServiceMap.Call(from: "web", to: "api"), ServiceMap.Call(from: "edge", to: "web")])

  private func judged(
    _ id: HypothesisID = "H1", _ component: ComponentID = "api", kind: ComponentKind = .service,
    role: ComponentRole = .application, fault: FaultKind = .memory, confidence: Double = 0.8, isVetoed: Bool = false,
    evidence: [Evidence] = []
  ) -> JudgedHypothesis {
    let hypothesis = Hypothesis(
      id: id, component: component, componentKind: kind, componentRole: role, metric: "\(component)|memory",
      fault: fault, cause: nil, onset: Timestamp(seconds: 0), score: 1, confidence: confidence, statement: "",
      propagation: [component], channelShares: [], evidence: evidence)
    return JudgedHypothesis(
      hypothesis: hypothesis, critiques: [], confidence: isVetoed ? 0 : confidence, isVetoed: isVetoed)
  }

  private func change(_ kind: String, from version: String?) -> Evidence {
    let window = TimeWindow(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 1))
    return Evidence(
      kind: .change, statement: "", query: Evidence.Query(source: "changes", expression: "", window: window),
      digest: "", value: 1, unit: "", change: Evidence.Change(kind: kind, at: window.start, from: version, to: "2"))
  }

  private func library(_ texts: [String: String] = ["restart-thing": RunbookText.sound]) throws -> RunbookLibrary {
    let folder = try TemporaryFolder()
    for (name, text) in texts {
      try folder.write(text.replacing("name: restart-thing", with: "name: \(name)"), to: "\(name).yaml")
    }
    return try RunbookLibrary(folder: folder.path)
  }

  @Test func bindsTheFindingIntoEveryText() throws {
    let advice = try #require(try library().remediations(for: [judged()], serviceMap: map).first)
    #expect(advice.id == "R1" && advice.hypothesis == "H1" && advice.runbook == "restart-thing")
    #expect(advice.title == "Restart api")
    #expect(advice.preconditions == ["Two replicas of api are ready. Query: ready{name=\"api\"} >= 2"])
    #expect(advice.steps[1].arguments == ["thingctl", "restart", "api", "--replicas=2"])
    #expect(advice.steps[1].undo == "Start it again: thingctl start api 'it'\\''s'")
    #expect(advice.steps[2].arguments == ["POST", "https://lb.example/api/enable"])
    #expect(advice.steps[3].kind == .waitUntil)
    #expect(advice.steps[3].arguments == ["up{name=\"api\"} == 1", "within 90 s"])
    #expect(advice.verification == "api answers. Within 10 min. Query: up{name=\"api\"} == 1")
    #expect(advice.requiresApproval && advice.isReversible)
    #expect(advice.blastRadius == ["api", "web"])
    #expect(advice.reason.contains("memory fault of a service in the role application, held for 80 % likely"))
  }

  @Test func aNameFromTelemetryCannotLeaveItsPlace() throws {
    let hostile = judged("H1", "a\"b c/..&d")
    let advice = try #require(try library().remediations(for: [hostile], serviceMap: map).first)
    #expect(advice.steps[0].arguments == ["thingctl", "status", "a\"b c/..&d"])
    #expect(advice.steps[2].arguments[1] == "https://lb.example/a%22b%20c%2F..%26d/enable")
    #expect(advice.steps[3].arguments[0] == "up{name=\"a\\\"b c/..&d\"} == 1")
  }

  @Test(arguments: ["--force", "a\nb", "a\u{202e}b", "", String(repeating: "x", count: 300)])
  func aNameThatNoCommandMayTakeIsLeftToTheReviewer(name: String) throws {
    let advice = try #require(
      try library().remediations(for: [judged("H1", ComponentID(name))], serviceMap: map).first)
    #expect(advice.steps[0].arguments == ["thingctl", "status", "<component>"])
    #expect(advice.reason.contains("Still to be filled in by the reviewer: component."))
  }

  @Test(arguments: [
    (FaultKind.disk, ComponentRole.application, ComponentKind.service, 0.9, false),
    (.memory, .database, .service, 0.9, false), (.memory, .application, .node, 0.9, false),
    (.memory, .application, .service, 0.49, false), (.memory, .application, .service, 0.5, true),
    (.cpu, .unknown, .service, 0.9, true),
  ])
  func fitsByFaultRoleKindAndConfidence(
    fault: FaultKind, role: ComponentRole, kind: ComponentKind, confidence: Double, fits: Bool
  ) throws {
    let candidate = judged(kind: kind, role: role, fault: fault, confidence: confidence)
    let advice = try #require(try library().remediations(for: [candidate], serviceMap: map).first)
    #expect((advice.runbook != nil) == fits)
    if !fits {
      #expect(advice.title.hasPrefix("No runbook fits"))
      #expect(advice.reason.hasPrefix("No runbook fits"))
      #expect(!advice.requiresApproval && advice.steps.count >= 2)
      #expect(advice.steps.allSatisfy { $0.kind == .manual })
    }
  }

  @Test(arguments: FaultKind.allCases)
  func everyFaultHasLooksThatNameTheComponent(fault: FaultKind) throws {
    let advice = try library([:]).remediations(for: [judged(fault: fault)], serviceMap: map)
    #expect(advice.count == 1)
    let titles = (advice.first?.steps ?? []).map(\.title)
    #expect(titles.count >= 2 && titles.contains { $0.contains("api") })
  }

  @Test func ranksByChangeThenFitThenRisk() throws {
    let narrow = RunbookText.sound(replacing: "[memory, cpu]", with: "[memory]")
    let risky = narrow.replacing("risk: low", with: "risk: medium")
    let goesBack = RunbookText.sound(
      replacing: "{name: replicas, type: number, from: reviewer, default: 2, minimum: 1, maximum: 9}",
      with: "{name: replicas, type: version, from: finding.previousVersion, default: \"1\"}")
    let texts = ["wide": RunbookText.sound, "narrow": narrow, "narrow-risky": risky, "back": goesBack]
    let library = try library(texts)
    let without = library.remediations(for: [judged()], serviceMap: map)
    #expect(without.map(\.runbook) == ["narrow", "narrow-risky", "wide"])
    #expect(without.map(\.id) == ["R1", "R2", "R3"])
    #expect(without[1].reason.contains("Number 2 of 4 that fit"))
    let cited = library.remediations(
      for: [
        judged(evidence: [change("scale", from: "3"), change("deploy", from: nil), change("deploy", from: "1.4")])
      ], serviceMap: map)
    #expect(cited.map(\.runbook) == ["back", "narrow", "narrow-risky"])
    #expect(cited[0].steps[1].arguments.last == "--replicas=1.4")
    #expect(cited[0].reason.contains("goes back behind the change"))
  }

  @Test func aChangeThatNobodyRecordedIsTakenBackLast() throws {
    let undoing = RunbookText.sound(replacing: "inputs:", with: "undoes: [flag, deploy]\ninputs:")
      .replacing("[memory, cpu]", with: "[memory]")
    let both = try library(["restart-thing": RunbookText.sound, "undo": undoing])
    let unrecorded = both.remediations(for: [judged(evidence: [change("config", from: "1")])], serviceMap: map)
    #expect(unrecorded.map(\.runbook) == ["restart-thing", "undo"])
    #expect(
      unrecorded[1].reason.contains("it takes back a deploy or flag change, and none is on record near the onset"))
    let recorded = both.remediations(for: [judged(evidence: [change("flag", from: nil)])], serviceMap: map)
    #expect(recorded.map(\.runbook) == ["undo", "restart-thing"])
    // A change that speaks against the finding is no reason to take it back.
    var against = change("flag", from: nil)
    against.supports = false
    #expect(both.remediations(for: [judged(evidence: [against])], serviceMap: map).first?.runbook == "restart-thing")
  }

  @Test func whereNothingElseFitsTheChangeIsLookedForFirst() throws {
    let undoing = RunbookText.sound(replacing: "inputs:", with: "undoes: [config]\ninputs:")
    let advice = try library(["undo": undoing]).remediations(for: [judged()], serviceMap: map)
    #expect(advice.map(\.runbook) == [nil, "undo"])
    #expect(advice[0].reason.contains("What fits (undo) takes back a change"))
    #expect(advice[0].steps.allSatisfy { $0.kind == .manual })
    let recorded = try library(["undo": undoing]).remediations(
      for: [judged(evidence: [change("config", from: "3")])], serviceMap: map)
    #expect(recorded.map(\.runbook) == ["undo"])
  }

  @Test func advisesOnTheTwoLeadingHypothesesThatStand() throws {
    let candidates = [
      judged("H1", "loud", isVetoed: true), judged("H2", "api"), judged("H3", "web", fault: .disk, confidence: 0.3),
      judged("H4", "edge", confidence: 0.9),
    ]
    let advice = try library().remediations(for: candidates, serviceMap: map)
    #expect(advice.map(\.hypothesis) == ["H2", "H3"])
    #expect(advice.map(\.id) == ["R1", "R2"])
    let unlikely = [candidates[1], judged("H5", "db", confidence: 0.05)]
    #expect(try library().remediations(for: unlikely, serviceMap: map).map(\.hypothesis) == ["H2"])
    #expect(try library().remediations(for: [], serviceMap: map).isEmpty)
  }

  @Test func saysWhenConfidenceAloneIsMissing() throws {
    let advice = try library().remediations(for: [judged(confidence: 0.38)], serviceMap: map)
    #expect(advice.first?.reason.contains("restart-thing would from 50 % on, and the finding is held for 38 %") == true)
  }

  @Test(
    arguments: [
      (Runbook.BlastRadius.component, "api-1", ["api-1"]), (.callers, "api-1", ["api-1", "web"]),
      (.node, "api-1", ["api-1", "db", "n1"]), (.node, "n1", ["n1", "api-1", "db"]), (.node, "web", ["web"]),
      (.callers, "nobody", ["nobody"]),
    ] as [(Runbook.BlastRadius, ComponentID, [ComponentID])])
  func blastRadiusComesFromTheServiceMap(radius: Runbook.BlastRadius, target: ComponentID, expected: [ComponentID]) {
    #expect(radius.components(around: target, in: map) == expected)
  }

  /// What was rejected stands behind, and says why; what has helped stands before its equals.
  @Test func whatIsRememberedChangesTheOrder() throws {
    var library = try library(["restart-thing": RunbookText.sound, "z-restart": RunbookText.sound])
    let now = Timestamp(seconds: 1_772_334_000)!
    func names() -> [String?] { library.remediations(for: [judged()], serviceMap: map).map(\.runbook) }
    #expect(names() == ["restart-thing", "z-restart"])
    func board(_ event: (ProposalID) -> [DeskEvent]) throws -> OutcomeMemory {
      var board = ReviewBoard()
      let runbook = try #require(library.runbooks.first { $0.name == "restart-thing" })
      var proposal = try Proposal(runbook, inputs: ["component": "api"], askedBy: "ann")
      (proposal.id, proposal.incident, proposal.fault) = ("P1", "I1", .memory)
      for event in [DeskEvent.proposed(proposal)] + event("P1") {
        try board.apply(DeskEntry(sequence: board.lastSequence + 1, at: now, event: event))
      }
      return board.memory
    }
    let memory = try board { [.rejected($0, Rejection(.wrongRunbook, by: "ann", reason: "it never helps"))] }
    library.remember(Experience(memory, at: now.advanced(bySeconds: 86_400)))
    #expect(names() == ["z-restart", "restart-thing"])
    let last = library.remediations(for: [judged()], serviceMap: map).last
    #expect(last?.reason.contains("ann rejected it") == true && last?.reason.contains("it never helps") == true)
    library.remember(Experience(memory, at: now.advanced(bySeconds: 31 * 86_400)))
    #expect(names() == ["restart-thing", "z-restart"])
  }

  /// Among runbooks for one kind of fault, what the finding measured decides.
  @Test(arguments: [
    ("node_filesystem_avail_bytes|device=sda", ["space", "any", "wait"]),
    ("node_disk_io_time_seconds_total", ["wait", "any", "space"]),
    ("redis_memory_used_bytes", ["any", "space", "wait"]),
  ])
  func whatIsMadeForSuchSeriesStandsFirst(metric: String, expected: [String]) throws {
    func text(_ words: String) -> String {
      RunbookText.sound(replacing: "  minimumConfidence: 0.5", with: "\(words)  minimumConfidence: 0.5")
    }
    let library = try library([
      "any": text(""), "space": text("  metrics: [filesystem, inodes]\n"), "wait": text("  metrics: [io]\n"),
    ])
    var judged = judged()
    judged.hypothesis.metric = "api|\(metric)"
    let advice = library.remediations(for: [judged], serviceMap: map)
    #expect(advice.map(\.runbook) == expected)
    let isMeant = advice[0].runbook != "any"
    #expect(advice[0].reason.contains("it is for series like that of the finding") == isMeant)
  }

  private func measured(_ component: String) -> Evidence {
    let window = TimeWindow(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 1))
    return Evidence(
      kind: .metric, statement: "",
      query: Evidence.Query(source: "metrics", expression: "\(component)|latency|code=200", window: window), digest: "",
      value: 1, unit: "")
  }

  /// What acts on one replica is offered where the measurements single one out, and is told which.
  @Test(arguments: [
    (["web", "web/10.0.0.7:80"], "10.0.0.7:80"), (["web"], nil), (["web/10.0.0.7:80", "web/10.0.0.8:80"], nil),
    (["web-1"], nil),
  ])
  func oneOfSeveralReplicasIsSingledOut(hit: [String], expected: String?) throws {
    let replicas = ["web/10.0.0.7:80", "web/10.0.0.8:80"].map {
      Component(id: ComponentID($0), kind: .instance, instanceOf: "web")
    }
    let map = ServiceMap(components: replicas + [Component(id: "web")])
    let text = RunbookText.sound(
      replacing: "type: component, from: finding.component", with: "type: text, from: finding.instance")
    let library = try library(["restart-thing": text])
    let advice = library.remediations(for: [judged("H1", "web", evidence: hit.map(measured))], serviceMap: map)
    #expect(advice.first?.runbook == expected.map { _ in "restart-thing" })
    if let expected { #expect(advice.first?.steps[1].arguments == ["thingctl", "restart", expected, "--replicas=2"]) }
    let alone = ServiceMap(components: [replicas[0], Component(id: "web")])
    let only = library.remediations(for: [judged("H1", "web", evidence: hit.map(measured))], serviceMap: alone)
    #expect(only.first?.runbook == nil)
  }

  /// A name in a query is a name: it matches nothing else, and is no part of the question.
  @Test func aNameInAQueryMatchesItselfAlone() throws {
    func bound(_ query: String, _ inputs: [String: String]) throws -> String {
      let text = RunbookText.sound(
        replacing: "query: ready{name=\"{{component}}\"} >= 2", with: "query: '\(query)'")
      let runbook = try #require(library(["restart-thing": text]).runbooks.first)
      return try BoundRunbook(runbook, inputs: inputs).preconditions[0].query
    }
    let query = #"up{a=~"{{component}}(:.*)?",b="{{component}}",c!~"x|{{component}}"} > {{replicas}}"#
    #expect(
      try bound(query, ["component": "a.b*"])
        == #"up{a=~"a\\.b\\*(:.*)?",b="a.b*",c!~"x|a\\.b\\*"} > 2"#)
    #expect(throws: BoundRunbook.Refusal.self) { try bound("up{a=`{{component}}`}", ["component": "a`} or vector(1)"]) }
    #expect(throws: BoundRunbook.Refusal.self) { try bound("rate(x[{{component}}]) > 0", ["component": "5m])+1"]) }
    #expect(try bound("rate(x[{{component}}]) > 0", ["component": "5m"]) == "rate(x[5m]) > 0")
  }
}
