import AlertDesk
import Foundation
import IncidentModel
import Testing

@Suite struct PolicyFileTests {
  private static let base = "route: {receiver: a}\nreceivers: [{name: a}]\n"

  private func problem(_ yaml: String) -> String? {
    do {
      _ = try AlertPolicy(yaml: Self.base + yaml, file: "p.yaml")
      return nil
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    ("dedup: []\n", "p.yaml:3:1: unknown key “dedup”"),
    ("deduplication: [{matchers: [a=b]}]\n", "p.yaml:3:17: “by” is missing"),
    ("deduplication: [{by: [a, a]}]\n", "p.yaml:3:26: “a” is given twice"),
    ("deduplication: [{by: []}]\n", "p.yaml:3:22: at least one"),
    ("flapping: [{starts: 1, within: 1m, hold: 1m}]\n", "p.yaml:3:21: “starts” must be a whole number from 2"),
    ("flapping: [{starts: 2, within: 1m, hold: soon}]\n", "p.yaml:3:42: “soon” is no duration"),
    ("storm: {alerts: 5, within: 0s, calm: 1m}\n", "p.yaml:3:28: this duration cannot be zero"),
    ("correlation: {hops: 99}\n", "p.yaml:3:21: “hops” must be a whole number from 0 to 10"),
    ("escalation: [{after: 5m, receiver: nobody}]\n", "p.yaml:3:36: there is no receiver “nobody”"),
    ("escalation: [{after: 5m, receiver: a, during: [noon]}]\n", "p.yaml:3:48: there is no time interval “noon”"),
    ("budgets: [{receiver: a, pages: many, within: 1h}]\n", "p.yaml:3:32: “pages” must be a whole number"),
    ("budgets: [{receiver: a, pages: 1, within: 1h, except: ['x=~\"(\"']}]\n", "p.yaml:3:56: a parenthesis"),
    ("owners: [{components: [x], receiver: a}]\n", "p.yaml:3:9: owners of a suspected cause need “correlation”"),
    ("storm: {alerts: 5, within: 1m, calm: 1m}\nstorm: {}\n", "p.yaml:"),
    ("severity: worst\n", "p.yaml:3:11: “severity” must hold keys and values"),
  ])
  func mistakesAreNamedWithTheirPlace(yaml: String, start: String) {
    #expect(problem(yaml)?.hasPrefix(start) == true, "\(problem(yaml) ?? "accepted")")
  }

  @Test func everyRuleIsRead() throws {
    let policy = try AlertPolicy(
      yaml: Self.base + """
        severity: {label: level, order: [page, ticket]}
        deduplication: [{by: [host, alertname]}]
        flapping: [{starts: 3, within: 10m, hold: 15m, matchers: [team=net]}]
        correlation: {topology: maps/shop.yaml, labels: [service], within: 3m, hops: 1}
        storm: {alerts: 100, within: 1m, calm: 5m}
        escalation: [{after: 15m, receiver: a}]
        budgets: [{receiver: a, pages: 5, within: 1h}]
        owners: [{components: [pay], receiver: a}]
        files: [{receiver: a, path: told.jsonl}]
        noise: {by: rule}

        """, file: "/etc/tocsin/p.yaml")
    #expect(
      policy.rules.switchedOn == [
        "deduplication", "flapping", "correlation", "storm", "escalation", "budgets", "owners", "noise", "files",
      ])
    #expect(policy.rules.deduplication[0].by == ["alertname", "host"])
    #expect(policy.rules.correlation?.topology == "/etc/tocsin/maps/shop.yaml")
    #expect(policy.rules.severity.rank(of: ["level": "ticket"]) == 1 && policy.rules.severity.rank(of: [:]) == 2)
    #expect(policy.alertmanager.receivers[0].integrations.map(\.settings) == [["path": "/etc/tocsin/told.jsonl"]])
    #expect(try AlertPolicy(yaml: Self.base, file: "a.yml").rules.switchedOn.isEmpty)
  }

  @Test func anIncludedFileIsReadFromBesideThePolicyAndItsMistakesAreItsOwn() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(Self.base.utf8).write(to: folder.appending(path: "am.yml"))
    let file = folder.appending(path: "p.yaml").path
    let policy = try AlertPolicy(yaml: "include: am.yml\nnoise: {}\n", file: file)
    #expect(policy.alertmanager.file == folder.path + "/am.yml" && policy.rules.noiseLabel == "alertname")
    func problem(_ yaml: String) -> String? {
      do { _ = try AlertPolicy(yaml: yaml, file: file) } catch { return error.description }
      return nil
    }
    #expect(problem("include: am.yml\nroute: {}\n")?.contains(":2:8: “route” belongs into the file") == true)
    #expect(problem("include: none.yml\n")?.contains("none.yml: the file does not exist") == true)
    try Data("route: {receiver: b}\nreceivers: []\n".utf8).write(to: folder.appending(path: "am.yml"))
    #expect(problem("include: am.yml\n")?.contains("am.yml:1:19: there is no receiver") == true)
  }
}
