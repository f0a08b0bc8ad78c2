import Foundation
import IncidentModel
import TestSupport

@testable import IncidentServer
@testable import Runbooks

/// A server with runbooks of the test's own, whose queries are answered by whether a file is there.
final class DecisionFixture: Sendable {
  let folder: String
  let harness: ServerHarness
  private let prometheus: LoopbackServer

  private let configuration: ServerConfiguration
  private let scheduleFile: String?

  init(
    approvals: String = "one", guardrails: Guardrails = Guardrails(), clock: TestClock = TestClock(),
    schedule: String = ""
  ) async throws {
    let folder = NSTemporaryDirectory() + "tocsin-decisions-" + UUID().uuidString
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder + "/runbooks", withIntermediateDirectories: true)
    prometheus = try LoopbackServer { request, connection in
      let name = request.query["query"] ?? ""
      let holds = name == "always" || FileManager.default.fileExists(atPath: "\(folder)/\(name)")
      let result = holds ? "[{\"metric\":{},\"value\":[1,\"1\"]}]" : "[]"
      connection.answer(
        200, headers: [], "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":\(result)}}")
      return true
    }
    for name in ["mend", "other"] {
      try Data(
        """
        name: \(name)
        title: Mend {{component}} by \(name)
        purpose: For tests.
        owner: tests
        appliesTo: {faults: [memory], roles: [application], kinds: [service], minimumConfidence: 0.5}
        inputs:
          - {name: component, type: component, from: finding.component}
          - {name: word, type: text, from: reviewer, default: done}
        preconditions:
          - {says: It can be asked., query: always}
        steps:
          - title: Mend it
            kind: run
            run: [touch, "\(folder)/{{word}}"]
            undo: {title: Break it again, run: [rm, "\(folder)/{{word}}"]}
        expectedEffect: It works.
        verification: {says: It works., query: done, withinSeconds: 300}
        blastRadius: component
        risk: low
        reversible: true
        approvals: \(approvals)
        cooldownSeconds: 0

        """.utf8
      ).write(to: URL(filePath: "\(folder)/runbooks/\(name).yaml"))
    }
    var configuration = ServerConfiguration()
    _ = configuration.addSource("prometheus=\(prometheus.origin)")
    self.configuration = configuration
    try Data(schedule.utf8).write(to: URL(filePath: folder + "/schedule.yaml"))
    scheduleFile = schedule.isEmpty ? nil : folder + "/schedule.yaml"
    harness = try await ServerHarness(
      configuration, clock: clock, runbooksFolder: folder + "/runbooks", guardrails: guardrails,
      schedule: scheduleFile)
  }

  /// The server once more, over what the first has left.
  func again() async throws -> ServerHarness {
    try await ServerHarness(
      configuration, folder: harness.folder, clock: harness.clock, runbooksFolder: folder + "/runbooks",
      schedule: scheduleFile)
  }

  func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }

  /// An incident `INC-1`, and a recommendation of each of the runbooks for it.
  func recommend(_ names: [String] = ["mend"]) async throws {
    let alert = ServerHarness.alert(["alertname": "Slow", "service": "web"])
    _ = try await harness.send(.post, "/api/v2/alerts", "[\(alert)]")
    try await harness.until("the incident is there") { try await harness.server.queries.incident("INC-1") != nil }
    let proposals = try names.map { name in
      let runbook = try RunbookLibrary.runbook(name, in: folder + "/runbooks")
      var proposal = try Proposal(runbook!, inputs: ["component": "web"], askedBy: "test")
      (proposal.incident, proposal.findingDigest) = ("INC-1", "f1")
      return proposal
    }
    _ = try await harness.server.decisions.parts.desk.propose(proposals)
  }

  func view(_ id: String = "P1") async throws -> RecommendationView {
    try await harness.server.decisions.recommendation(ProposalID(id))!
  }

  func token(_ name: String, _ role: Role = .approver) async throws -> String {
    try await AccessTokens(harness.server.store).create(name: name, role: role, by: "test", at: harness.clock.now).token
  }

  func end() async {
    await harness.stop()
    prometheus.stop()
    harness.remove()
    try? FileManager.default.removeItem(atPath: folder)
  }
}
