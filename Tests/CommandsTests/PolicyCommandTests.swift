import Commands
import Foundation
import Testing

@Suite struct PolicyCommandTests {
  private static let policy = """
    route:
      receiver: default
      routes:
      - matchers: [team="pay"]
        receiver: pay
        continue: true
      - matchers: ['severity=~"critical|page"']
        receiver: page
    receivers: [{name: default}, {name: pay}, {name: page}]
    """

  private func status(_ text: String, _ arguments: [String]) async throws -> Int32 {
    let workspace = try Workspace()
    defer { workspace.remove() }
    try Data(text.utf8).write(to: URL(filePath: workspace.path("policy.yml")))
    return await workspace.run(arguments.map { $0 == "FILE" ? workspace.path("policy.yml") : $0 })
  }

  @Test(
    arguments: [
      (["policy", "check", "FILE"], 0), (["policy", "check", "FILE", "nowhere.yml"], 65),
      (["policy", "route", "FILE", "team=pay"], 0), (["policy", "route", "FILE"], 0),
      (["policy", "route", "FILE", "team"], 64), (["policy", "route", "FILE", "team=~pay"], 64),
      (["policy", "route", "nowhere.yml"], 65), (["policy", "check"], 64),
      (["policy", "check", "FILE", "--matchers", "none"], 64),
    ] as [([String], Int32)])
  func exitStatuses(arguments: [String], expected: Int32) async throws {
    #expect(try await status(Self.policy, arguments) == expected)
  }

  @Test func aRefusedFileEndsWith65() async throws {
    #expect(try await status("route: {receiver: nobody}\n", ["policy", "check", "FILE"]) == 65)
    #expect(try await status("route: {receiver: nobody}\n", ["policy", "route", "FILE", "a=b"]) == 65)
  }
}
