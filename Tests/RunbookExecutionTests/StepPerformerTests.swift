import Foundation
import HTTPTransport
import TestSupport
import Testing

@testable import RunbookExecution
@testable import Runbooks

/// Requests, waits and secrets of single steps.
@Suite struct StepPerformerTests {
  private let mark = StepMark(text: "P1-key-1")

  private func performer(
    _ fixture: DeskFixture, queries: QuerySource? = nil, environment: [String: String] = [:]
  ) throws -> StepPerformer {
    try fixture.write("s3cret-token\n", to: "token")
    var guardrails = Guardrails()
    guardrails.secrets = [
      Guardrails.SecretReference(name: "token", place: .file(fixture.path("token"))),
      Guardrails.SecretReference(name: "password", place: .variable("PASSWORD")),
    ]
    let waited = Guarded(0.0)
    var pace = Pace.real
    pace.seconds = { waited.withLock { $0 } }
    pace.pause = { seconds in waited.withLock { $0 += seconds } }
    return StepPerformer(
      guardrails: guardrails, environment: environment, http: HTTPClient(), queries: queries, pace: pace,
      pollSeconds: 5)
  }

  @Test(arguments: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
  func aRequestIsSentAsItStands(method: String) async throws {
    let seen = Guarded<[LoopbackServer.Request]>([])
    let server = try LoopbackServer { request, connection in
      seen.withLock { $0.append(request) }
      connection.answer(200, headers: [], request.method == "HEAD" ? "" : "you said s3cret-token")
      return false
    }
    defer { server.stop() }
    let body = ["GET", "HEAD"].contains(method) ? nil : "{\"weight\": 0}"
    let request = Runbook.Request(method: method, url: server.origin + "/a", body: body, bearer: "token")
    let fixture = try DeskFixture()
    let result = try await performer(fixture).perform(.http(request), Runbook.Bounds(), as: mark)
    #expect(result.status == .succeeded && result.detail == "status 200")
    #expect(!result.output.contains("s3cret"))
    let asked = try #require(seen.withLock { $0.first })
    #expect(asked.method == method && asked.headers["authorization"] == "Bearer s3cret-token")
    #expect(asked.headers["idempotency-key"] == "P1-key-1")
    #expect(String(decoding: asked.body, as: UTF8.self) == body ?? "")
  }

  @Test func aRefusalAndADeadServerAreFailures() async throws {
    let server = try LoopbackServer { _, connection in
      connection.answer(409, headers: [], "no")
      return false
    }
    let fixture = try DeskFixture()
    let performer = try performer(fixture)
    let request = Runbook.Request(method: "POST", url: server.origin + "/")
    #expect(await performer.perform(.http(request), Runbook.Bounds(), as: mark).detail == "status 409")
    let dead = Runbook.Request(method: "POST", url: "http://127.0.0.1:1/")
    #expect(await performer.perform(.http(dead), Runbook.Bounds(), as: mark).status == .failed)
    server.stop()
  }

  @Test func secretsComeByReferenceAndAreNeverShown() async throws {
    let fixture = try DeskFixture()
    let performer = try performer(fixture, environment: ["PASSWORD": "hunter2", "OTHER": "x"])
    var bounds = Runbook.Bounds()
    bounds.secrets = [Runbook.SecretVariable(variable: "PGPASSWORD", secret: "password")]
    let result = await performer.perform(.run(["env"]), bounds, as: mark)
    #expect(result.output.contains("PGPASSWORD=•••") && !result.output.contains("OTHER"))
    bounds.secrets = [Runbook.SecretVariable(variable: "X", secret: "unknown")]
    #expect(await performer.perform(.run(["env"]), bounds, as: mark).status == .notStarted)
  }

  @Test func waitingEndsWithTheAnswerOrTheTime() async throws {
    let fixture = try DeskFixture()
    let count = Guarded(0)
    let third = QuerySource { _ in
      count.withLock { $0 += 1 }
      return count.withLock { $0 } >= 3
    }
    let wait = Runbook.Action.waitUntil(query: "q", withinSeconds: 60)
    let patient = try performer(fixture, queries: third)
    #expect(await patient.perform(wait, Runbook.Bounds(), as: mark) == StepResult(.succeeded, "holds after 10 s"))
    let never = try performer(fixture, queries: QuerySource { _ in false })
    #expect(await never.perform(wait, Runbook.Bounds(), as: mark).status == .timedOut)
    let down = try performer(fixture, queries: QuerySource { _ in throw DeskError(.unavailable, "down") })
    #expect(await down.perform(wait, Runbook.Bounds(), as: mark).status == .failed)
    let none = try performer(fixture)
    #expect(await none.perform(wait, Runbook.Bounds(), as: mark).status == .failed)
  }
}
