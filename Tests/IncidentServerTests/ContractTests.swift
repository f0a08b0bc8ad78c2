import Foundation
import IncidentModel
import TestSupport
import Testing
import TextReading

@testable import IncidentServer

/// The OpenAPI document, by programs that know nothing but the document.
@Suite(.timeLimit(.minutes(8))) struct ContractTests {
  private static let tools = ServerHarness.project + "/.build/python/openapi/bin"
  private static let isThere = FileManager.default.fileExists(atPath: tools + "/../installed")
  private static let reason: Comment =
    "schemathesis and openapi-spec-validator are not in .build/python/openapi; `make python-environments` installs them"

  private func run(_ program: String, _ arguments: [String]) async throws -> (status: Int32, output: String) {
    try await onOwnThread {
      let process = SpawnedProcess()
      process.executableURL = URL(filePath: "\(Self.tools)/\(program)")
      process.arguments = arguments
      process.currentDirectoryURL = FileManager.default.temporaryDirectory
      let output = Pipe()
      process.standardOutput = output
      process.standardError = output
      try process.run()
      let data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
  }

  @Test(.enabled(if: isThere, reason)) func theDocumentIsValid() async throws {
    let harness = try await ServerHarness(isWorking: false)
    defer { harness.remove() }
    let file = harness.folder + "/openapi.json"
    try Data(try await harness.send(.get, "/api/v1/openapi.json").body).write(to: URL(filePath: file))
    await harness.stop()
    let (status, output) = try await run("openapi-spec-validator", [file])
    #expect(status == 0, "\(output)")
  }

  /// Made-up requests to every route: none ends in an error of ours, in a status or in a shape that is not documented.
  /// Streams never end and are tested elsewhere; the paths below `/intake` are the same as those without.
  @Test(.enabled(if: isThere, reason)) func everyAnswerIsAsDocumented() async throws {
    let folder = NSTemporaryDirectory() + "tocsin-contract-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try await ServerProcess.start(data: folder)
    let alert = ServerHarness.alert(["alertname": "A", "service": "web"])
    #expect(await server.post("/api/v2/alerts", "[\(alert)]") == 200)
    try await server.until("there is a report") {
      try await $0.get("/api/v1/incidents")["items"]?.array?.first?["verdict"] != nil
    }
    let (status, output) = try await run(
      "schemathesis",
      [
        "run", server.address + "/api/v1/openapi.json", "--exclude-path-regex", "stream$|^/intake/",
        "--checks",
        "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        "--phases", "examples,coverage,fuzzing", "--max-examples", "2", "--max-time", "20", "--seed", "1",
        "--generation-database", "none", "--no-color", "--warnings", "off",
      ])
    server.terminate()
    #expect(try await server.ended() == 0)
    #expect(status == 0, "\(output)")
  }

  /// What is named in a schema as always there is what a value has.
  @Test func theSchemasNameWhatIsSent() throws {
    let moment = Timestamp(nanoseconds: 0)
    let item = IncidentListItem(
      id: "INC-1", title: "", state: .open, severity: .sev1, openedAt: moment, updatedAt: moment, resolvedAt: moment,
      verdict: VerdictView(
        outcome: .healthy, component: "a", fault: "cpu", confidence: 1, severity: .sev1, statement: ""))
    let alert = AlertView(
      fingerprint: "", labels: [:], startsAt: moment, endsAt: moment, updatedAt: moment, state: .firing,
      incident: "INC-1")
    let values: [(String, any Encodable)] = [
      ("Incident", item), ("Alert", alert), ("Funnel", AlertFunnel()), ("Service", ServiceView(id: "a")),
      ("IncidentDetail", IncidentDetail(item: item)),
      ("Explanation", AlertExplanationView(alert: alert, steps: [])),
      ("Health", HealthView(isReady: true, version: "", startedAt: moment)),
      ("AuditEntry", AuditLog.Entry(at: moment, actor: "", action: "", subject: "", detail: "")),
      ("Runbook", RunbookView(name: "", title: "", purpose: "", owner: "", risk: "low", isReversible: true)),
      (
        "Replay",
        ReplayView(
          name: "", dataset: "", cases: 0, top1: 0, top3: 0, top5: 0, calibrationError: 0, falseAlarms: 0,
          healthyCases: 0)
      ),
    ]
    for (name, value) in values + Self.told {
      let misfits = try SchemaReading.misfits(StoredDocument.text(value), name)
      #expect(misfits.isEmpty, "\(name): \(misfits)")
    }
  }

  private static var told: [(String, any Encodable)] {
    let moment = Timestamp(nanoseconds: 0)
    return [
      ("DeskState", ["stop": DeskStopView(by: "ann", reason: "x", at: moment)]),
      (
        "PlannedWork",
        PlannedView(name: "", runbook: "", at: moment, local: "", zone: "", recommendation: "P1", state: "proposed")
      ),
      ("TakenOn", NotificationEndpoints.TakenOn(subject: "INC-1", kind: "incident", by: "ann", at: moment)),
      (
        "Notification",
        NotificationView(
          key: "", at: moment, receiver: "", kind: "", groupKey: "", reason: "", isPage: true, alertCount: 1,
          state: .failed, attempts: 1, error: "x")
      ),
    ]
  }

  /// No answer in JSON goes without a shape, and every shape that is named is there.
  @Test func everyAnswerHasAShape() async throws {
    let harness = try await ServerHarness(isWorking: false)
    defer { harness.remove() }
    for endpoint in harness.server.endpoints {
      let place = "\(endpoint.method) \(endpoint.path)"
      if endpoint.answerType == "application/json" { #expect(endpoint.answer != nil, "\(place)") }
      if endpoint.bodyTypes == ["application/json"] { #expect(endpoint.body != nil, "\(place)") }
      for name in [endpoint.answer, endpoint.body].compactMap(\.self) {
        #expect(DocumentSchemas.all[name] != nil, "\(place): \(name)")
      }
    }
    await harness.stop()
  }
}
