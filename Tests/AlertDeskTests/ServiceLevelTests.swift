import AlertDesk
import Foundation
import IncidentModel
import Testing

/// How bad an alert is where a service level tells its impact.
@Suite struct ServiceLevelTests {
  private let start = MadeUpHistory.start

  private func policy(_ slos: String) throws -> AlertPolicy {
    try AlertPolicy(
      yaml:
        "route: {receiver: a, group_wait: 1s}\nreceivers: [{name: a, pagerduty_configs: [{routing_key: k}]}]\n\(slos)\n",
      file: "p.yaml")
  }

  private func severity(_ annotations: LabelSet, service: String = "pay") throws -> (name: String?, text: String) {
    var desk = Desk(
      policy: try policy("slos: [{service: pay, objective: 99.9}]"), startingAt: start)
    let labels: LabelSet = ["alertname": "Errors", "service": service, "severity": "info"]
    desk.receive(DeskEvent(at: start, .alert(IncomingAlert(labels: labels, annotations: annotations))))
    let step = desk.explanation(of: labels.fingerprint)?.steps.first { $0.stage == .severity }
    return (desk.severity(of: labels.fingerprint), step?.statement ?? "")
  }

  @Test(
    arguments: [
      (["burn_rate_1h": "15", "burn_rate_5m": "20"], "critical"),
      (["burn_rate_1h": "15", "burn_rate_5m": "2"], "info"),
      (["burn_rate_6h": "6", "burn_rate_30m": "6"], "error"),
      (["burn_rate_3d": "1.5", "burn_rate_6h": "1"], "warning"),
      (["error_ratio_1h": "0.015", "error_ratio_5m": "0.02"], "critical"), (["burn_rate_1h": "much"], "info"),
      (["burn_rate_1h": "nan", "burn_rate_5m": "-3"], "info"), ([:], "info"),
    ] as [([String: String], String)])
  func bothWindowsMustBurn(annotations: [String: String], expected: String) throws {
    let set = LabelSet(annotations.map { (name: $0.key, value: $0.value) })
    #expect(try severity(set).name == expected)
    // Of other services nothing is promised.
    #expect(try severity(set, service: "search").name == "info")
  }

  @Test func theExplanationSaysWhatWasBurnt() throws {
    let text = try severity(["burn_rate_1h": "15.25", "burn_rate_5m": "20"]).text
    #expect(
      text
        == "critical by its impact, whatever its label says (info): pay uses up the error budget of 99.9 % 15.25 times "
        + "too fast over 1h and 20 times over 5m")
  }

  @Test(arguments: [
    ("slos: [{service: pay}]", ":3:8: “objective” is missing"),
    ("slos: [{service: pay, objective: 100}]", ":3:34: "),
    ("slos: [{service: pay, objective: 99}, {service: pay, objective: 9}]", ":3:39: “pay” has a service level"),
    ("slos: [{service: pay, objective: 99, windows: []}]", ":3:47: at least one"),
    (
      "slos: [{service: pay, objective: 99, windows: [{long: 1h, short: 5m, burn: 2, severity: awful}]}]",
      ":3:47: the severity “awful”"
    ),
    ("slos: [{service: pay, objective: 99, windows: [{long: soon, short: 5m, burn: 2, severity: info}]}]", ":3:55: "),
  ])
  func mistakesAreNamedWithTheirPlace(yaml: String, start: String) {
    #expect { try policy(yaml) } throws: { "\($0)".hasPrefix("p.yaml" + start) }
  }
}
