import Foundation
import GRDB
import Hummingbird
import IncidentModel
import Testing
import TextReading

@testable import IncidentServer

@Suite(.timeLimit(.minutes(5))) struct AccessTests {
  private static let secret = "a-secret-of-many-characters"

  private func tokens(_ harness: ServerHarness) async throws -> [Role: String] {
    var tokens: [Role: String] = [:]
    for role in Role.allCases {
      tokens[role] = try await AccessTokens(harness.server.store).create(
        name: "\(role)", role: role, by: "test", at: harness.clock.now
      ).token
    }
    return tokens
  }

  private func path(_ endpoint: Endpoint) -> String {
    endpoint.path.replacing("{secret}", with: "wrong").replacing(/\{\w+\}/) { _ in "x" }
  }

  /// Every route with no token, a wrong one and one of each role: who is let in is what the table says, and no answer
  /// has a status that the document does not name.
  @Test func everyRouteLetsInWhoMayAndNobodyElse() async throws {
    let harness = try await ServerHarness(isWorking: false)
    defer { harness.remove() }
    let tokens = try await tokens(harness)
    #expect(harness.server.endpoints.count > 30)
    for endpoint in harness.server.endpoints where !endpoint.answerType.hasPrefix("text/event") {
      let isSecret = endpoint.path.hasPrefix("/intake/")
      let documented = Set(
        OpenAPIDocument.failures(endpoint).map { Int($0.code) } + [Int(endpoint.status.code), 202, 304])
      func status(_ token: String?) async throws -> Int {
        let headers = token.map { [("Authorization", "Bearer \($0)")] } ?? []
        let answer = try await harness.send(endpoint.method, path(endpoint), "{}", headers: headers)
        #expect(documented.contains(answer.status), "\(endpoint.method) \(endpoint.path): \(answer.status)")
        #expect(answer.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
        return answer.status
      }
      // Wrong tokens in number are not looked at any more; the limit is tested by itself.
      harness.clock.advance(bySeconds: 120)
      let nobody = try await status(nil)
      #expect(try await status("tocsin_x_y") == 401, "\(endpoint.path)")
      for role in Role.allCases {
        let answer = try await status(tokens[role])
        let isRefused = answer == 401 || answer == 403
        switch endpoint.access {
        case .open: #expect(!isRefused || endpoint.path == "/sign-in")
        case .intake: #expect(isRefused == (role < .responder), "\(role) \(endpoint.path): \(answer)")
        case .role(let needed), .form(let needed):
          #expect(isRefused == (role < needed), "\(role) \(endpoint.path): \(answer)")
        }
      }
      if case .open = endpoint.access {
        #expect(nobody != 403)
      } else {
        #expect(nobody == 401, "\(endpoint.path) \(isSecret)")
      }
    }
    await harness.stop()
  }

  @Test func aTokenThatWasTakenBackOpensNothing() async throws {
    let harness = try await ServerHarness(isWorking: false)
    defer { harness.remove() }
    let store = AccessTokens(harness.server.store)
    #expect(try await harness.send(.get, "/api/v1/incidents").status == 200)
    let made = try await store.create(name: "x", role: .viewer, by: "test", at: harness.clock.now)
    let other = try await store.create(name: "y", role: .viewer, by: "test", at: harness.clock.now)
    let header = [("Authorization", "Bearer \(made.token)")]
    #expect(try await harness.send(.get, "/api/v1/incidents").status == 401)
    #expect(try await harness.send(.get, "/api/v1/incidents", headers: header).status == 200)
    #expect(try await store.revoke(made.record.id, by: "test", at: harness.clock.now))
    #expect(try await harness.send(.get, "/api/v1/incidents", headers: header).status == 401)
    let mixed = [("Authorization", "Bearer tocsin_\(other.record.id)_\(made.token.split(separator: "_").last ?? "")")]
    #expect(try await harness.send(.get, "/api/v1/incidents", headers: mixed).status == 401)
    // Nowhere in the file.
    let kept = try await harness.server.store.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM token").map { "\($0)" }.joined()
    }
    #expect(!kept.contains(made.token))
    await harness.stop()
  }

  @Test func webhooksProveThemselvesInFourWays() async throws {
    let file = NSTemporaryDirectory() + "secret-" + UUID().uuidString
    try Data((Self.secret + "\n").utf8).write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    var configuration = ServerConfiguration()
    configuration.webhookSecretFile = file
    let harness = try await ServerHarness(configuration, isWorking: false)
    defer { harness.remove() }
    let body = "[" + ServerHarness.alert(["alertname": "A"]) + "]"
    func post(_ path: String, _ body: String, _ headers: [(String, String)] = []) async throws -> Int {
      try await harness.send(.post, path, body, headers: headers).status
    }
    #expect(try await post("/api/v2/alerts", body) == 401)
    #expect(try await post("/api/v2/alerts", body, [("Authorization", "Bearer \(Self.secret)")]) == 200)
    #expect(try await post("/api/v2/alerts", body, [("X-Tocsin-Secret", Self.secret)]) == 200)
    #expect(try await post("/api/v2/alerts", body, [("X-Tocsin-Secret", Self.secret + "x")]) == 401)
    #expect(try await post("/intake/\(Self.secret)/api/v2/alerts", body) == 200)
    #expect(try await post("/intake/wrong/api/v2/alerts", body) == 401)
    let event =
      #"{"routing_key":"KEY","event_action":"trigger","payload":{"summary":"s","source":"h","severity":"error"}}"#
    #expect(try await post("/v2/enqueue", event.replacing("KEY", with: Self.secret)) == 202)
    #expect(try await post("/v2/enqueue", event) == 401)
    let journal = try await harness.server.store.read { try Data.fetchAll($0, sql: "SELECT body FROM journal") }
    #expect(!journal.contains { String(decoding: $0, as: UTF8.self).contains(Self.secret) })
    #expect(try await post("/api/v2/alerts", body, [("X-Hub-Signature-256", "sha256=00")]) == 401)
    await harness.stop()
  }

  /// RFC 4231's second case.
  @Test func aSignatureIsAnHMACOfTheBody() {
    let signature = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    let body = Array("what do ya want for nothing?".utf8)
    #expect(Secrets.isSignature(signature, of: body, secret: "Jefe"))
    #expect(!Secrets.isSignature(signature, of: body + [0], secret: "Jefe"))
  }

  @Test func aBrowserSignsInAndCannotBeMadeToChangeAnything() async throws {
    let harness = try await ServerHarness(isWorking: false)
    defer { harness.remove() }
    let token = try #require(try await tokens(harness)[.admin])
    let page = try await harness.send(.get, "/", headers: [("Accept", "text/html")])
    #expect(page.status == 303 || page.status == 404)
    #expect(try await harness.send(.post, "/sign-in", "token=wrong").status == 401)
    let signedIn = try await harness.send(.post, "/sign-in", "token=\(token)")
    #expect(signedIn.status == 303)
    let cookie = try #require(signedIn.headers[.setCookie])
    for word in ["HttpOnly", "SameSite=Strict", "Path=/"] { #expect(cookie.contains(word)) }
    let session = [("Cookie", String(cookie.prefix { $0 != ";" }))]
    #expect(try await harness.send(.get, "/api/v1/incidents", headers: session).status == 200)
    let resolve = "/api/v1/incidents/INC-1/resolve"
    #expect(try await harness.send(.post, resolve, headers: session).status == 403)
    #expect(
      try await harness.send(.post, "/api/v2/alerts", "[]", headers: [("Origin", "http://evil.test")]).status == 403)
    #expect(try await harness.send(.get, "/api/v1/incidents", host: "evil.test").status == 421)
    await harness.stop()
  }

  /// Wrong ones are refused without a look after a while, and who has a right one notices nothing.
  @Test func manyWrongTokensLockNobodyOut() async throws {
    let harness = try await ServerHarness(isWorking: false)
    defer { harness.remove() }
    let token = try #require(try await tokens(harness)[.viewer])
    for _ in 0..<FailureLimit.maximumFailures {
      _ = try await harness.send(.get, "/metrics", headers: [("Authorization", "Bearer tocsin_a_b")])
    }
    func status(_ token: String) async throws -> Int {
      try await harness.send(.get, "/metrics", headers: [("Authorization", "Bearer \(token)")]).status
    }
    #expect(try await status("tocsin_a_b") == 429)
    #expect(try await status(token) == 200)
    harness.clock.advance(bySeconds: 61)
    #expect(try await status("tocsin_a_b") == 401)
    await harness.stop()
  }

  @Test func anAddressThatOthersReachNeedsAToken() async throws {
    var configuration = ServerConfiguration()
    configuration.address = ServerAddress(host: "0.0.0.0", port: 0)
    await #expect { _ = try await ServerHarness(configuration) } throws: { "\($0)".contains("tocsin token create") }
  }

  @Test func aChangedAuditEntryIsFound() async throws {
    let harness = try await ServerHarness(isWorking: false)
    defer { harness.remove() }
    _ = try await tokens(harness)
    let audit = AuditLog(harness.server.store)
    let sound = try await audit.verify()
    #expect(sound.entryCount == 4)
    #expect(sound.firstBroken == nil)
    await #expect(throws: (any Error).self) {
      try await harness.server.store.write { try $0.execute(sql: "DELETE FROM audit") }
    }
    try await harness.server.store.write { db in
      try db.execute(sql: "DROP TRIGGER audit_keeps_its_content; UPDATE audit SET actor = 'x' WHERE sequence = 3")
    }
    #expect(try await audit.verify().firstBroken == 3)
    await harness.stop()
  }
}
