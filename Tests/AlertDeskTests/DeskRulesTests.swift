import AlertDesk
import Foundation
import IncidentModel
import Testing

/// What a policy switches on beyond Alertmanager.
@Suite struct DeskRulesTests {
  private let start = MadeUpHistory.start

  private func desk(_ rules: String, groupBy: String = "alertname", map: ServiceMap = ServiceMap()) throws -> Desk {
    let yaml = """
      route: {receiver: a, group_by: [\(groupBy)], group_wait: 10s, group_interval: 1m, repeat_interval: 1h}
      receivers: [{name: a}, {name: b}, {name: pay}]
      time_intervals: [{name: later, time_intervals: [{times: [{start_time: '03:20', end_time: '24:00'}]}]}]
      """ + "\n" + rules + "\n"
    var policy = try AlertPolicy(yaml: yaml, file: "p.yaml")
    policy.serviceMap = map
    return Desk(policy: policy, startingAt: start)
  }

  private func at(_ seconds: Double) -> Timestamp { start.advanced(bySeconds: seconds) }

  private func fire(_ labels: LabelSet, _ seconds: Double, until end: Double? = nil) -> DeskEvent {
    DeskEvent(
      at: at(seconds),
      .alert(IncomingAlert(labels: labels, startsAt: at(min(seconds, end ?? seconds)), endsAt: at(end ?? 1e6))))
  }

  /// Seconds, receiver, `page`, `update` or `end`, and how many alerts.
  private func told(_ desk: inout Desk, by seconds: Double) -> [String] {
    desk.advance(to: at(seconds))
    return desk.takeNotifications().map { message in
      let kind = message.isPage ? "page" : message.isUpdate ? "update" : "end"
      return "\(Int(start.seconds(until: message.at))) \(message.receiver) \(kind) \(message.alerts.count)"
    }
  }

  @Test func duplicatesAreOneAlertThatFiresForAsLongAsAnyOfThem() throws {
    var desk = try desk("deduplication: [{by: [host], matchers: [alertname=~\"Down.*\"]}]")
    let first: LabelSet = ["alertname": "Down", "host": "h1", "source": "nagios"]
    let second: LabelSet = ["alertname": "DownToo", "host": "h1", "source": "ping"]
    desk.receive(fire(first, 0))
    desk.receive(fire(second, 1))
    desk.receive(fire(["alertname": "Down", "source": "other"], 1))
    #expect(told(&desk, by: 20) == ["10 a page 2"])
    #expect(desk.counts.deduplicatedInto == 1 && desk.representative(of: second.fingerprint) == first.fingerprint)
    #expect(desk.outcome(of: second.fingerprint)?.deduplicatedInto == first.fingerprint)
    let steps = try #require(desk.explanation(of: second.fingerprint)?.steps)
    #expect(steps[0].stage == .dedup && steps[0].rule == "by: [host]" && steps[0].place?.line == 4)
    desk.receive(fire(first, 30, until: 30))
    #expect(told(&desk, by: 200).isEmpty)
    desk.receive(fire(second, 210, until: 210))
    #expect(told(&desk, by: 300) == ["250 a end 2"] && desk.counts.addUp)
  }

  @Test func whatFlapsIsHeldUntilItIsCalm() throws {
    var desk = try desk("flapping: [{starts: 3, within: 10m, hold: 5m}]")
    let labels: LabelSet = ["alertname": "Link"]
    desk.receive(fire(labels, 0))
    #expect(told(&desk, by: 20) == ["10 a page 1"])
    for turn in 1...4 {
      desk.receive(fire(labels, Double(turn) * 60, until: Double(turn) * 60))
      desk.receive(fire(labels, Double(turn) * 60 + 5))
    }
    // It began for the third time at 125 and for the last at 245, and fires on.
    desk.advance(to: at(260))
    let explanation = try #require(desk.explanation(of: labels.fingerprint))
    #expect(explanation.steps.contains { $0.stage == .dedup && $0.isStopping && $0.statement.hasPrefix("flaps") })
    #expect(desk.outcome(of: labels.fingerprint)?.fate == .flapping)
    desk.receive(fire(labels, 300, until: 300))
    #expect(told(&desk, by: 540).isEmpty)
    #expect(told(&desk, by: 700) == ["550 a end 1"] && desk.counts.addUp)
  }

  /// It would never be told otherwise, for as long as it flaps.
  @Test func whatFlapsFasterThanItsGroupWaitsIsToldOnce() throws {
    var desk = try desk("flapping: [{starts: 3, within: 10m, hold: 5m}]")
    let labels: LabelSet = ["alertname": "Loop"]
    for turn in 0..<60 {
      let start = Double(turn) * 4
      desk.receive(fire(labels, start, until: start))
      desk.receive(fire(labels, start + 1))
    }
    #expect(told(&desk, by: 250) == ["10 a page 1"])
    #expect(desk.outcome(of: labels.fingerprint)?.told == ["a"] && desk.counts.addUp)
  }

  @Test func aStormKeepsTheFirstAndTheWorstAndLetsTheRestThroughWhenItIsOver() throws {
    var desk = try desk("storm: {alerts: 5, within: 1m, calm: 2m}", groupBy: "'...'")
    for number in 0..<20 {
      let severity = number == 12 ? "critical" : "warning"
      desk.receive(fire(["alertname": "A\(number)", "severity": severity], Double(number)))
    }
    let first = told(&desk, by: 60)
    // Those that were looked at before the fifth began are told as ever; there are none.
    #expect(first == ["10 a page 1", "22 a page 1"])
    let counts = desk.counts
    #expect(counts.byFate[.heldByStorm] == 18 && counts.byFate[.notified] == 2)
    #expect(
      desk.explanation(of: LabelSet(dictionaryLiteral: ("alertname", "A3"), ("severity", "warning")).fingerprint)?
        .steps.contains { $0.stage == .budget && $0.isStopping } == true)
    #expect(told(&desk, by: 300).count == 18 && desk.counts.byFate == [.notified: 20])
  }

  @Test func pagesBeyondTheBudgetWaitUntilOneIsFree() throws {
    var desk = try desk("budgets: [{receiver: a, pages: 2, within: 10m, except: [severity=critical]}]")
    for number in 0..<4 { desk.receive(fire(["alertname": "A\(number)"], Double(number))) }
    desk.receive(fire(["alertname": "Bad", "severity": "critical"], 5))
    #expect(told(&desk, by: 60) == ["10 a page 1", "11 a page 1", "15 a page 1"])
    #expect(desk.counts.byFate[.overBudget] == 2)
    let steps = try #require(desk.explanation(of: LabelSet(dictionaryLiteral: ("alertname", "A3")).fingerprint)?.steps)
    #expect(steps.last?.stage == .budget && steps.last?.isStopping == true && steps.last?.place?.line == 4)
    // The pages of 11 and 15 count until 611 and 615.
    #expect(told(&desk, by: 700) == ["612 a page 1", "673 a page 1"])
  }

  @Test func whatNobodyAcknowledgesIsEscalatedInsideItsHours() throws {
    var desk = try desk(
      """
      escalation:
      - {matchers: [severity=critical], after: 5m, receiver: b}
      - {after: 1m, receiver: pay, during: [later]}
      """)
    let labels: LabelSet = ["alertname": "A", "severity": "critical"]
    let other: LabelSet = ["alertname": "B", "severity": "critical"]
    desk.receive(fire(labels, 0))
    desk.receive(fire(other, 0))
    #expect(told(&desk, by: 20).count == 2)
    desk.receive(DeskEvent(at: at(100), .acknowledge(.alert(other.fingerprint), by: "mara")))
    let messages = told(&desk, by: 400)
    #expect(messages == ["310 b page 1"])
    // It is 03:00 at the start; the second rule applies from 03:20 on.
    #expect(told(&desk, by: 1300) == ["1210 pay page 1"])
    desk.receive(fire(labels, 1400, until: 1400))
    #expect(told(&desk, by: 1500).sorted() == ["1450 a end 1", "1450 b end 1", "1450 pay end 1"])
    #expect(desk.outcome(of: other.fingerprint)?.acknowledgement?.by == "mara")
  }

  private static let map = ServiceMap(
    components: [
      Component(id: "db-0", kind: .instance, instanceOf: "db", runsOn: "n1"), Component(id: "n1", kind: .node),
      Component(id: "far"),
    ],
    calls: [
      ServiceMap.Call(from: "shop", to: "pay"), ServiceMap.Call(from: "pay", to: "db"),
      ServiceMap.Call(from: "search", to: "index"),
    ])

  @Test func whatIsNearInTimeAndInTheMapIsOneIncidentAndPagesOnce() throws {
    var desk = try desk(
      """
      correlation: {labels: [component], within: 2m, hops: 1}
      owners: [{components: [db], receiver: pay}]
      noise: {}
      """, map: Self.map)
    func alert(_ component: String, _ severity: String = "warning") -> LabelSet {
      ["alertname": "Slow \(component)", "component": component, "severity": severity]
    }
    desk.receive(fire(alert("shop"), 0))
    desk.receive(fire(alert("search"), 5))
    desk.receive(fire(alert("db-0"), 20))
    // Until now db-0 was two hops from shop; pay connects them.
    #expect(desk.incidents.count == 3)
    desk.receive(fire(alert("pay"), 30))
    #expect(desk.incidents.map { $0.members.count } == [3, 1])
    let path = desk.incidents[0].members.last?.link?.path
    #expect(path == ["pay", "shop"])
    #expect(desk.suspectedCause(of: 1) == "db-0")
    let messages = told(&desk, by: 45)
    #expect(
      messages == ["10 a page 1", "15 a page 1", "30 a update 1", "30 pay page 1", "40 a update 1", "40 pay update 1"])
    // Something worse pages again; long after the last one nothing joins.
    desk.receive(fire(alert("pay", "critical"), 60))
    #expect(told(&desk, by: 101) == ["70 pay update 1", "100 a page 2", "100 pay page 2"])
    desk.receive(fire(alert("shop", "error"), 400))
    #expect(desk.incidents.count == 3 && desk.incidents.last?.members.count == 1)
    let explanation = try #require(desk.explanation(of: alert("pay").fingerprint))
    #expect(explanation.steps.contains { $0.statement.contains("in incident 1 of 4 alerts") })
    #expect(desk.noiseScores["Slow search"]?.useful == 0 && desk.noiseScores["Slow pay"]?.useful == 2)
    desk.receive(DeskEvent(at: at(410), .suspect(incident: 1, cause: "shop")))
    #expect(desk.suspectedCause(of: 1) == "shop")
  }

  @Test func incidentsAreResolvedWhenNothingFiresAndNothingBegins() throws {
    var desk = try desk("correlation: {labels: [component], within: 2m, hops: 1}", map: Self.map)
    desk.receive(fire(["component": "shop"], 0))
    desk.receive(fire(["component": "pay"], 10))
    desk.receive(fire(["component": "shop"], 20, until: 20))
    desk.advance(to: at(600))
    #expect(desk.incidents.map(\.isOpen) == [true])
    desk.receive(fire(["component": "pay"], 610, until: 610))
    desk.advance(to: at(900))
    #expect(desk.incidents.map(\.isOpen) == [false])
    #expect(
      desk.takeIncidentChanges()
        == [.opened(1), .joined(1, alert: LabelSet(dictionaryLiteral: ("component", "pay")).fingerprint), .resolved(1)])
    // What begins now is another incident.
    desk.receive(fire(["component": "pay"], 905))
    #expect(desk.incidents.map(\.id) == [1, 2])
  }

  @Test func aFloodOfDistinctLabelsIsBoundedWithEveryRuleOn() throws {
    let rules = """
      deduplication: [{by: [id]}]
      flapping: [{starts: 2, within: 10m, hold: 5m}]
      storm: {alerts: 100, within: 1m, calm: 1m}
      correlation: {labels: [id]}
      budgets: [{receiver: a, pages: 5, within: 1h}]
      escalation: [{after: 1m, receiver: b}]
      noise: {by: id}
      """
    let policy = try AlertPolicy(
      yaml: "route: {receiver: a, group_by: [id]}\nreceivers: [{name: a}, {name: b}]\n" + rules + "\n", file: "p.yaml")
    var limits = Desk.Limits()
    limits.maximumAlertCount = 500
    var desk = Desk(policy: policy, startingAt: start, limits: limits)
    for number in 0..<20_000 { desk.receive(fire(["id": "\(number)"], Double(number) / 1000)) }
    #expect(desk.counts.rejected[.tooMany] == 19_500 && desk.counts.addUp)
    #expect(desk.noiseScores.count == 500 && desk.incidents.count == 500)
    desk.advance(to: at(600))
    #expect(desk.takeNotifications().count < 20 && desk.counts.addUp)
  }

  @Test func theAdjustedRandIndexIsThatOfHubertAndArabie() {
    #expect(PartitionAgreement.adjustedRandIndex([1, 1, 2, 2], [5, 5, 7, 7]) == 1)
    #expect(PartitionAgreement.adjustedRandIndex([1, 1, 2, 2], [1, 2, 1, 2]) + 0.5 < 1e-12)
    // Steinley 2004: of the six pairs of [1,1,1,2,2] against [1,1,2,2,2].
    #expect(abs(PartitionAgreement.adjustedRandIndex([1, 1, 1, 2, 2], [1, 1, 2, 2, 2]) - 1.0 / 6) < 1e-12)
  }
}
