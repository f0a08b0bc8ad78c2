import AlertDesk
import Foundation
import IncidentModel
import Testing
import TextReading

@Suite struct DeskTests {
  private let start = MadeUpHistory.start

  private func desk(_ rest: String = "") throws -> Desk {
    let yaml = """
      route:
        receiver: a
        group_by: [cluster]
        routes: [{matchers: [quiet=yes], mute_time_intervals: [always]}]
      receivers: [{name: a, webhook_configs: [{url: 'http://x'}]}]
      time_intervals: [{name: always, time_intervals: [{}]}]
      inhibit_rules: [{source_matchers: [s=up], target_matchers: [s=~"low|up"], equal: [cluster]}]
      """ + "\n" + rest
    return Desk(policy: try AlertmanagerConfiguration(yaml: yaml, file: "a.yml"), startingAt: start)
  }

  private func fire(_ labels: LabelSet, at seconds: Double, until end: Double? = nil) -> DeskEvent {
    DeskEvent(
      at: start.advanced(bySeconds: seconds),
      .alert(
        IncomingAlert(
          labels: labels, startsAt: start.advanced(bySeconds: min(seconds, end ?? seconds)),
          endsAt: start.advanced(bySeconds: end ?? 1e6))))
  }

  private func told(_ desk: inout Desk, by seconds: Double) -> [String] {
    desk.advance(to: start.advanced(bySeconds: seconds))
    return desk.takeNotifications().map {
      "\(Int(start.seconds(until: $0.at))) \($0.reason.rawValue) \($0.alerts.count)"
    }
  }

  @Test func groupsWaitThenGrowThenRepeatThenEnd() throws {
    var desk = try desk()
    desk.receive(fire(["n": "1"], at: 0))
    desk.receive(fire(["n": "2"], at: 10))
    #expect(told(&desk, by: 29).isEmpty)
    #expect(told(&desk, by: 30) == ["30 first notification 2"])
    desk.receive(fire(["n": "3"], at: 100))
    #expect(told(&desk, by: 15_000) == ["330 new alerts added 3"])
    #expect(told(&desk, by: 15_031) == ["15030 repeat interval elapsed 3"])
    desk.receive(fire(["n": "1"], at: 15_040, until: 15_040))
    #expect(told(&desk, by: 15_330) == ["15330 some alerts resolved 3"])
    desk.receive(fire(["n": "2"], at: 15_340, until: 15_340))
    desk.receive(fire(["n": "3"], at: 15_340, until: 15_340))
    #expect(told(&desk, by: 15_700) == ["15630 all alerts resolved 2"])
  }

  @Test func whatIsOverBeforeTheWaitIsNeverTold() throws {
    var desk = try desk()
    desk.receive(fire(["n": "1"], at: 0))
    desk.receive(fire(["n": "1"], at: 5, until: 5))
    #expect(told(&desk, by: 1000).isEmpty)
    #expect(desk.counts.byFate == [.grouped: 2] && desk.counts.addUp)
  }

  @Test func whatMatchesBothSidesIsNotInhibitedByItsLike() throws {
    var desk = try desk()
    desk.receive(fire(["s": "up"], at: 0))
    desk.receive(fire(["s": "up", "n": "2"], at: 0))
    desk.receive(fire(["s": "low"], at: 0))
    desk.receive(fire(["s": "low", "cluster": "x"], at: 0))
    desk.advance(to: start.advanced(bySeconds: 30))
    let alerts = desk.takeNotifications().map { $0.alerts.count }
    // A missing label equals a missing one; another cluster is another matter.
    #expect(alerts.sorted() == [1, 2] && desk.counts.byFate[.inhibited] == 1)
  }

  @Test func explanationsNameTheRuleItsPlaceAndWhatWouldHaveChangedIt() throws {
    var desk = try desk()
    let low: LabelSet = ["s": "low", "alertname": "Low"]
    let quiet: LabelSet = ["quiet": "yes", "s": "low"]
    desk.receive(fire(low, at: 0))
    desk.receive(fire(quiet, at: 0))
    desk.receive(fire(["s": "up", "alertname": "Up"], at: 1))
    desk.receive(
      DeskEvent(
        at: desk.now,
        .silence(
          Silence(
            id: "S1", matchers: [try Matcher("s", .equal, "low")], startsAt: start,
            endsAt: start.advanced(bySeconds: 99), createdBy: "mara", comment: "failover"))))
    desk.advance(to: start.advanced(bySeconds: 40))
    let explanation = try #require(desk.explanation(of: low.fingerprint))
    let inhibition = try #require(explanation.steps.first { $0.stage == .inhibition })
    #expect(inhibition.isStopping && inhibition.place?.line == 7 && inhibition.statement.contains("Up"))
    #expect(inhibition.rule == #"{s="up"} mutes {s=~"low|up"} with equal cluster"#)
    #expect(explanation.steps.contains { $0.stage == .maintenance && $0.statement.contains("S1 (mara: failover)") })
    #expect(explanation.counterfactuals.contains("It would not have been muted without silence S1."))
    let muted = try #require(desk.explanation(of: quiet.fingerprint))
    // The grouping is inherited, and stands where it is said.
    let grouping = try #require(muted.steps.first { $0.rule == "group_by: [cluster]" })
    #expect(grouping.place?.line == 3 && grouping.place?.column == 3)
    #expect(muted.steps.contains { $0.isStopping && $0.rule == "always" && $0.place?.line == 6 })
    #expect(muted.counterfactuals.contains("It would have paged a outside the time interval always."))
    #expect(desk.explanation(of: LabelSet().fingerprint) == nil)
  }

  @Test func badAlertsAreCountedAndNothingElse() throws {
    var desk = try desk()
    desk.receive(DeskEvent(at: start, .alert(IncomingAlert(labels: [:]))))
    desk.receive(DeskEvent(at: start, .alert(IncomingAlert(labels: ["": "x"]))))
    let late = start.advanced(bySeconds: 9)
    desk.receive(DeskEvent(at: start, .alert(IncomingAlert(labels: ["a": "b"], startsAt: late, endsAt: start))))
    let big = String(repeating: "x", count: 1 << 20)
    desk.receive(DeskEvent(at: start, .alert(IncomingAlert(labels: ["a": big]))))
    desk.receive(DeskEvent(at: start.advanced(bySeconds: -5), .alert(IncomingAlert(labels: ["a": "b"]))))
    #expect(desk.counts.rejected == [.noLabels: 1, .badName: 1, .endsBeforeStart: 1, .tooLarge: 1])
    #expect(desk.counts.outOfOrder == 1 && desk.activeAlertCount == 1 && desk.counts.addUp)
  }
}

@Suite struct AlertHistoryTests {
  private func events(_ history: AlertHistory) throws -> [DeskEvent] {
    var reader = try history.reader()
    var events: [DeskEvent] = []
    while let event = try reader.next() { events.append(event) }
    return events
  }

  /// What does not fit into memory is sorted in a file, and comes out the same.
  @Test func longHistoriesAreSortedOutsideOfMemory() throws {
    var random = SeededGenerator(seed: 5)
    var lines = (0..<500).map { number in
      let minute = random.below(60)
      return
        #"{"labels":{"alertname":"A","n":"\#(number)"},"annotations":{"x":"\#(String(repeating: "y", count: random.below(90)))"},"#
        + #""startsAt":"2026-11-23T07:\#(minute < 10 ? "0" : "")\#(minute):00Z"\#(number % 3 == 0 ? #","endsAt":"2026-11-23T09:00:00Z""# : "")}"#
    }
    lines.insert(
      #"{"receivedAt":"2026-11-23T07:30:00Z","silence":{"startsAt":"2026-11-23T07:30:00Z","endsAt":"2026-11-23T08:00:00Z"}}"#,
      at: 40)
    let text = lines.joined(separator: "\n")
    let inMemory = try events(try AlertHistory(text: text, name: "h"))
    #expect(try events(try AlertHistory(text: text, name: "h", maximumInMemory: 7)) == inMemory)
    #expect(inMemory.count == 668 && zip(inMemory, inMemory.dropFirst()).allSatisfy { $0.at <= $1.at })
  }

  @Test func aClockThatJumpsByYearsIsAnError() throws {
    let history = try AlertHistory(
      text: #"{"labels":{"a":"b"},"startsAt":"2026-11-23T07:00:00Z"}"# + "\n"
        + #"{"labels":{"a":"c"},"startsAt":"2206-11-23T07:00:00Z"}"#, name: "h")
    #expect(throws: DatasetError.self) { try events(history) }
  }

  @Test func readsWhatTeamsKeep() throws {
    let recorder = #"""
      {"@timestamp":"2026-11-23T07:31:12.481Z","instance":"am-0","data":{"alertCreated":{"alert":{"fingerprint":"1","labels":{"labels":[{"key":"alertname","value":"A"}]},"startsAt":"2026-11-23T07:31:12.480Z"}}}}
      {"@timestamp":"2026-11-23T07:33:00Z","data":{"notification":{}}}
      {"@timestamp":"2026-11-23T07:35:00Z","data":{"alertResolved":{"alert":{"labels":{"labels":[{"key":"alertname","value":"A"}]},"startsAt":"2026-11-23T07:31:12.480Z","endsAt":"2026-11-23T07:34:00Z"}}}}
      """#
    let webhook = #"""
      {"version":"4","status":"firing","alerts":[
        {"status":"resolved","labels":{"alertname":"B"},"startsAt":"2026-11-23T08:00:00+01:00","endsAt":"2026-11-23T08:05:00+01:00"},
        {"status":"firing","labels":{"alertname":"C"},"startsAt":"2026-11-23T07:02:00Z","endsAt":"0001-01-01T00:00:00Z"}]}
      """#
    let pagerDuty = #"""
      {"event_action":"trigger","dedup_key":"k","payload":{"summary":"s","source":"pos","severity":"error","timestamp":"2026-11-23T07:44:05Z"}}
      {"@timestamp":"2026-11-23T07:50:00Z","event_action":"resolve","dedup_key":"k"}
      {"event_action":"acknowledge","dedup_key":"k"}
      """#
    let first = try AlertHistory(text: recorder, name: "r")
    #expect(try events(first).count == 2 && first.skipped == ["notification": 1])
    let second = try AlertHistory(text: webhook, name: "w")
    #expect(
      try events(second).map(\.at.description) == [
        "2026-11-23T07:00:00Z", "2026-11-23T07:02:00Z", "2026-11-23T07:05:00Z",
      ])
    let third = try AlertHistory(text: pagerDuty, name: "p")
    #expect(try events(third).count == 2 && third.skipped == ["acknowledge": 1])
    for wrong in ["{}", "3", "{\"labels\":{\"a\":\"b\"}}", "{\"alerts\":[{\"startsAt\":\"soon\"}]}", "{"] {
      #expect(throws: (any Error).self) { try AlertHistory(text: wrong, name: "x") }
    }
  }

  @Test func whatASecondPolicyLosesIsNamed() throws {
    let history = try AlertHistory(
      text: (0..<6).map {
        #"{"labels":{"alertname":"A\#($0 % 2)","n":"\#($0)"},"startsAt":"2026-11-23T07:0\#($0):00Z","endsAt":"2026-11-23T07:5\#($0):00Z"}"#
      }.joined(separator: "\n"), name: "h")
    func policy(_ yaml: String) throws -> AlertmanagerConfiguration {
      try AlertmanagerConfiguration(yaml: yaml + "\nreceivers: [{name: a}]\n", file: "p")
    }
    let loose = try policy("route: {receiver: a, group_by: ['...']}")
    let strict = try policy(
      "route: {receiver: a, routes: [{matchers: [alertname=A1], mute_time_intervals: [t]}]}\n"
        + "time_intervals: [{name: t, time_intervals: [{}]}]")
    let comparison = try PolicyComparison(history, policy: AlertPolicy(loose), against: AlertPolicy(strict))
    #expect(comparison.a.pages == 6 && comparison.b?.pages == 2 && comparison.saved == 4)
    #expect(comparison.lost?.count == 3 && comparison.gained == 0 && comparison.merged == 1 && comparison.split == 0)
    #expect(comparison.a.medianSecondsToFirstPage == 30)
    // A page that tells of several alerts of a rule is one page of it.
    #expect(comparison.b?.noisiestRules.map { "\($0.name) \($0.pages)" } == ["A0 2"])
    #expect(try PolicyComparison(history, policy: AlertPolicy(loose), against: AlertPolicy(loose)).lost == [])
  }
}
