import AlertDesk
import Testing

@Suite struct GrafanaPoliciesTests {
  private static let export = """
    apiVersion: 1
    contactPoints:
    - orgId: 1
      name: Ops "night"
      receivers:
      - {uid: a, type: slack, settings: {url: 'https://hooks.slack.com/x', recipient: '#ops'}, disableResolveMessage: true}
      - {uid: b, type: email, settings: {addresses: ops@example.com}}
    - orgId: 1
      name: pager
      receivers:
      - {uid: c, type: pagerduty, settings: {integrationKey: k}}
      - {uid: d, type: webhook, settings: {url: 'http://hook.example/'}}
    policies:
    - orgId: 1
      receiver: pager
      group_by: [grafana_folder, alertname]
      routes:
      - receiver: Ops "night"
        object_matchers:
        - [severity, '=', warning]
        - [team, '=~', 'pay|shop']
        continue: true
        mute_time_intervals: [weekend]
        group_wait: 1m
        routes:
        - object_matchers: [[region, '!=', eu]]
      - {}
    muteTimes:
    - orgId: 1
      name: weekend
      time_intervals:
      - weekdays: [saturday, sunday]
        times: [{start_time: '08:00', end_time: '20:00'}]
        location: Europe/Berlin

    """

  @Test func theImportedPolicyRoutesAsTheTreeSays() throws {
    let imported = try GrafanaPolicies(yaml: Self.export, file: "g.yaml")
    #expect(imported.leftOut == ["The contact point “Ops \"night\"” has the type “email”, which has no counterpart."])
    let policy = try AlertPolicy(yaml: imported.policy, file: "imported.yaml").alertmanager
    func receivers(_ labels: LabelSet) -> [String] {
      policy.tree.matching(labels).map { policy.tree.routes[$0].receiver }
    }
    #expect(receivers(["severity": "warning", "team": "pay", "region": "eu"]) == ["Ops \"night\"", "pager"])
    #expect(receivers(["severity": "critical"]) == ["pager"])
    #expect(policy.tree.routes.map(\.matchers.count) == [0, 2, 1, 0])
    #expect(policy.tree.routes[1].timing.wait == 60_000_000_000 && policy.tree.routes[1].muteIntervals == ["weekend"])
    #expect(policy.tree.routes[0].grouping == .by(["alertname", "grafana_folder"]))
    let slack = try #require(policy.receiver("Ops \"night\"")?.integrations.first)
    #expect(slack.kind == "slack_configs" && !slack.sendsResolved && slack.settings["channel"] == "#ops")
    #expect(policy.receiver("pager")?.integrations.map(\.kind) == ["pagerduty_configs", "webhook_configs"])
    #expect(policy.intervals.map(\.name) == ["weekend"])
  }

  @Test(arguments: [
    ("groups: []\n", "g.yaml:1:1: “policies” is missing"),
    ("policies:\n- receiver: a\n  routes:\n  - object_matchers: [[a, b]]\n", "g.yaml:4:23: a matcher is"),
    ("policies:\n- receiver: a\n  routes:\n  - object_matchers: [[a, '=~', '(']]\n", "g.yaml:4:23: a parenthesis"),
    ("contactPoints: [{name: a, receivers: [{}]}]\npolicies: [{receiver: a}]\n", "g.yaml:1:39: “type” is missing"),
  ])
  func mistakesAreNamedWithTheirPlace(yaml: String, start: String) {
    var message = ""
    do { _ = try GrafanaPolicies(yaml: yaml, file: "g.yaml") } catch { message = error.description }
    #expect(message.hasPrefix(start), "\(message)")
  }
}
