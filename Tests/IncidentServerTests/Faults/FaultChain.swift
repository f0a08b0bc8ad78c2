import TestSupport
import Testing
import TextReading

/// What is to be found and what an engineer does with the first recommendation: from the finding to what is remembered.
struct FaultChain {
  var component: String
  var fault: String
  var runbook: String
  /// Inputs that the finding has to give.
  var found: [String: String] = [:]
  /// Inputs that a person gives.
  var given: [String: String] = [:]
  /// Whose policy forbids it once leave was given, until it is written anew; nil where nothing comes in between.
  var forbidding: FaultRig?

  /// Amends, approves and runs the first recommendation, and sees it verified and remembered.
  /// - Returns: The address of the recommendation.
  func carryThrough(_ server: ServerProcess) async throws -> String {
    do {
      try await server.until("something is recommended", seconds: 60) {
        try await $0.get("/api/v1/recommendations")["items"]?.array?.isEmpty == false
      }
    } catch {
      let found = try await server.get("/api/v1/incidents/INC-1")["report"]?["findings"]?.array ?? []
      let says = found.map {
        "\($0["component"]?.string ?? "") \($0["fault"]?.string ?? ""): \($0["statement"]?.string ?? "")"
      }
      Issue.record("nothing is recommended; found \(says)")
      throw error
    }
    let advice = try #require(try await server.get("/api/v1/recommendations")["items"]?.array?.first)
    let summary =
      "\(advice["component"]?.string ?? "") \(advice["fault"]?.string ?? ""): \(advice["statement"]?.string ?? "")"
    #expect(advice["component"]?.string == component, "\(summary)")
    #expect(advice["fault"]?.string == fault, "\(summary)")
    #expect(advice["runbook"]?.string == runbook, "\(summary)")
    let inputs = advice["inputs"]?.array ?? []
    for (name, value) in found {
      #expect(inputs.first { $0["name"]?.string == name }?["value"]?.string == value, "\(name)")
    }
    let base = "/api/v1/recommendations/\(try #require(advice["id"]?.string))"
    if !given.isEmpty {
      let given = JSONValue.object(["inputs": .object(given.mapValues { .string($0) })]).text
      #expect(await server.post(base + "/amend", given) == 200)
    }
    #expect(await server.post(base + "/run", "{}") == 409, "nobody has approved it")
    let shown = try #require(try await server.get(base)["shown"]?.string)
    #expect(await server.post(base + "/approve", "{\"shown\": \"\(shown)\"}") == 200)
    if let forbidding {
      try await forbidding.govern("forbidden: [{says: a freeze, components: ['\(component)']}]", server)
      #expect(await server.post(base + "/run", "{}") == 409, "it is forbidden")
      try await forbidding.govern("", server)
    }
    #expect(await server.post(base + "/run", "{}") == 200)
    try await server.until("it has ended", seconds: 120) {
      let now = try await $0.get(base)
      if now["question"]?["step"] != nil { _ = await $0.post(base + "/answer", "{\"answer\": \"done\"}") }
      return ["verified", "failed", "expired"].contains(now["state"]?.string)
    }
    let end = try await server.get(base)
    #expect(
      end["state"] == "verified" && end["outcome"] == "helped",
      "\(end["stateDetail"]?.string ?? "") \(end["steps"]?.text ?? "")")
    let remembered = try await server.get("/api/v1/runbooks/\(runbook)")["tracks"]?.array?.first
    #expect(remembered?["fault"]?.string == fault && remembered?["helped"]?.integer == 1)
    try await server.until("the alert is over") {
      try await $0.get("/api/v1/alerts?alertname=RequestsFail")["items"]?.array?.first?["state"] == "resolved"
    }
    return base
  }

  static func undone(_ base: String, _ server: ServerProcess, _ isSo: @escaping @Sendable () async throws -> Bool)
    async throws
  {
    #expect(await server.post(base + "/undo", "{\"reason\": \"a test\"}") == 200)
    try await server.until("it is taken back") { _ in try await isSo() }
  }
}
