import ConfigurationReading
import Foundation
import Testing

@testable import Runbooks

@Suite struct GuardrailsReaderTests {
  /// The example that docs/review.md shows.
  private static var documented: String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = (try? String(contentsOf: root.appending(path: "docs/review.md"), encoding: .utf8)) ?? ""
    return page.components(separatedBy: "```yaml\n").dropFirst().first?.components(separatedBy: "```").first ?? ""
  }

  @Test func readsWhatTheDocumentationShows() throws {
    let guardrails = try GuardrailsReader.read(Self.documented, file: "guardrails.yaml")
    #expect(guardrails.people.map(\.name) == ["ann", "bob"])
    #expect(guardrails.person("A.Smith") == "ann")
    #expect(guardrails.rules.count == 2 && guardrails.forbidden.count == 2 && guardrails.budgets.count == 2)
    #expect(guardrails.preapproved.first?.helped == 0.7)
    #expect(guardrails.secrets.count == 2)
  }

  @Test(arguments: [
    ("approvalSeconds: 0", "1:18"), ("peeple: []", "1:1"), ("people: [{name: ann}]", "1:1"),
    ("people: [{name: ann}, {name: bob, aliases: [Ann]}]\nrules: [{roles: [a], risk: low}]", "1:9"),
    ("secrets: [{name: a, value: hunter2}]", "1:21"), ("secrets: [{name: a}]", "1:11"),
    ("forbidden: [{says: x, during: [{from: \"25:00\", to: \"26:00\"}]}]", "1:39"),
    ("budgets: [{actions: 1, seconds: 60, per: galaxy}]", "1:42"),
    ("preapproved: [{runbooks: [x], tried: 0, helped: 0.9}]", "1:38"),
  ])
  func refusesWithThePlace(text: String, place: String) {
    #expect {
      try GuardrailsReader.read(text, file: "g.yaml")
    } throws: { error in
      "\(error)".hasPrefix("g.yaml:\(place):")
    }
  }

  @Test(arguments: [
    ("*", "anything", true), ("pay*", "payments", true), ("pay*", "repay", false), ("*-db", "main-db", true),
    ("a*b*c", "a1b2c", true), ("a*b", "ab", true), ("ab*ba", "aba", false), ("x", "x", true), ("x", "xy", false),
  ])
  func wildcardsStandForAnyText(pattern: String, text: String, matches: Bool) {
    #expect(Guardrails.Wildcard(pattern).matches(text) == matches)
  }
}
