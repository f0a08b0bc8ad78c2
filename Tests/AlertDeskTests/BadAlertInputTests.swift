import AlertDesk
import IncidentModel
import Testing

/// What is wrong, too large or too much is refused with a reason or counted, and the rest goes on.
@Suite struct BadAlertInputTests {
  private let start = MadeUpHistory.start

  private func desk(_ maximumCount: Int = 1_000_000) throws -> Desk {
    var limits = Desk.Limits()
    limits.maximumAlertCount = maximumCount
    return Desk(
      policy: try AlertPolicy(yaml: "route: {receiver: a, group_wait: 1s}\nreceivers: [{name: a}]\n", file: "a.yml"),
      startingAt: start, limits: limits)
  }

  private func problem(_ yaml: String) -> String {
    do {
      _ = try AlertPolicy(yaml: yaml, file: "p.yml")
      return "accepted"
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    (
      "route: {receiver: a}\nreceivers: [{name: a}]\nroute: {receiver: a}\n",
      "p.yml:1:1: the key “route” is given twice"
    ),
    ("route: {receiver: nobody}\nreceivers: [{name: a}]\n", "p.yml:1:19: there is no receiver “nobody”"),
    (
      "route: {receiver: a}\nreceivers: [{name: a}]\ntime_intervals: [{name: t, time_intervals: [{location: Mars/Base}]}]\n",
      "p.yml:3:"
    ),
    (
      "route: {receiver: a, routes: [{matchers: ['a=~\"(((a{100}){100}){100}\"']}]}\nreceivers: [{name: a}]\n",
      "p.yml:1:"
    ),
  ])
  func policiesAreRefusedWithThePlace(yaml: String, start: String) {
    #expect(problem(yaml).hasPrefix(start), "\(problem(yaml))")
  }

  @Test func alertsAreCountedByWhyTheyAreRejected() throws {
    var desk = try desk()
    func receive(_ alert: IncomingAlert, _ seconds: Double = 0) {
      desk.receive(DeskEvent(at: start.advanced(bySeconds: seconds), .alert(alert)))
    }
    receive(IncomingAlert(labels: ["alertname": "Big", "x": String(repeating: "x", count: 1 << 20)]))
    receive(IncomingAlert(labels: ["alertname": "Back"], startsAt: start, endsAt: start.advanced(bySeconds: -1)))
    receive(IncomingAlert(labels: [:]))
    #expect(desk.activeAlertCount == 0)
    receive(IncomingAlert(labels: ["alertname": "Good"]), 100)
    // The clock of the sender is behind: it counts as of now.
    receive(IncomingAlert(labels: ["alertname": "Late"]), 50)
    desk.advance(to: start.advanced(bySeconds: 110))
    #expect(desk.counts.rejected == [.tooLarge: 1, .endsBeforeStart: 1, .noLabels: 1])
    #expect(desk.counts.outOfOrder == 1 && desk.counts.byFate == [.notified: 2] && desk.counts.addUp)
  }

  /// The senders could report nothing while nobody listened: that is no end of what they had reported.
  @Test func anOutageEndsNothing() throws {
    var desk = try desk()
    desk.receive(DeskEvent(at: start, .alert(IncomingAlert(labels: ["alertname": "A"]))))
    desk.advance(to: start.advanced(bySeconds: 2))
    #expect(desk.takeNotifications().count == 1)
    desk.receive(DeskEvent(at: start.advanced(bySeconds: 5_000), .resumed))
    desk.advance(to: start.advanced(bySeconds: 5_001))
    #expect(desk.takeNotifications().isEmpty)
    desk.advance(to: start.advanced(bySeconds: 6_000))
    #expect(desk.takeNotifications().map(\.reason) == [.allResolved] && desk.counts.addUp)
  }

  /// With another policy the alerts are grouped anew, and nobody is told again what they were told.
  @Test func aRestartWithAnotherPolicyRemembersWhatWasTold() throws {
    func policy(_ routes: String) throws -> AlertPolicy {
      try AlertPolicy(
        yaml:
          "route: {receiver: a, group_by: [alertname], group_wait: 1s\(routes)}\nreceivers: [{name: b}, {name: a}]\n",
        file: "a.yml")
    }
    var desk = Desk(
      policy: try policy(", routes: [{matchers: [x=y], receiver: b}, {matchers: [x=z], receiver: b}]"),
      startingAt: start)
    for labels in [["alertname": "A"], ["alertname": "B", "x": "z"]] as [LabelSet] {
      desk.receive(DeskEvent(at: start, .alert(IncomingAlert(labels: labels, endsAt: start.advanced(bySeconds: 1e5)))))
    }
    desk.advance(to: start.advanced(bySeconds: 2))
    #expect(desk.takeNotifications().map(\.receiver).sorted() == ["a", "b"])
    var next = try Desk(policy: try policy(""), restoring: try desk.persisted())
    next.advance(to: start.advanced(bySeconds: 600))
    // B goes to another receiver now; A goes where it went.
    #expect(next.takeNotifications().map { "\($0.receiver) \($0.groupLabels)" } == ["a {alertname=\"B\"}"])
    #expect(next.counts.addUp && next.groupCount == 2)
  }

  @Test func anAlertWithCountlessLabelsIsRefusedAtOnce() throws {
    var desk = try desk()
    let labels = LabelSet((0..<200_000).map { (name: "n\($0)", value: "v") })
    desk.receive(DeskEvent(at: start, .alert(IncomingAlert(labels: labels))))
    #expect(desk.counts.rejected[.tooLarge] == 1 && desk.counts.addUp)
    // The last value of a name counts, also where it is none.
    let twice = LabelSet([
      (name: "b", value: "1"), (name: "a", value: "1"), (name: "b", value: "2"), (name: "a", value: ""),
    ])
    #expect(twice == ["b": "2"])
  }
}
