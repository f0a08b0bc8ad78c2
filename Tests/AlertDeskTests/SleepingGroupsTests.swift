import AlertDesk
import IncidentModel
import Testing

/// Looks that would do nothing are left out, and nobody can tell.
@Suite struct SleepingGroupsTests {
  /// The desk decides and keeps the same as one that looks at every interval, also when it starts again in between.
  @Test(arguments: 0..<6)
  func leavingLooksOutChangesNothing(batch: Int) throws {
    var told = 0
    for number in 0..<20 {
      var maker = MadeUpHistory(seed: 40_000 + UInt64(batch * 20 + number))
      let policy = try maker.policy()
      let events = try maker.events(count: 50, lasting: maker.random.pick([240, 3_000, 40_000]))
      var every = Desk(policy: policy, startingAt: MadeUpHistory.start)
      every.looksEveryInterval = true
      var some = Desk(policy: policy, startingAt: MadeUpHistory.start)
      for (place, event) in events.enumerated() {
        var event = event
        if maker.random.chance(2) { event.content = .resumed }
        every.receive(event)
        some.receive(event)
        if maker.random.chance(10) {
          let next = every.now.advanced(bySeconds: Double(maker.random.pick([0, 20, 300, 7_000])))
          every.advance(to: next)
          some.advance(to: next)
        }
        let expected = every.takeNotifications()
        #expect(some.takeNotifications() == expected, "\(batch) \(number) \(place)")
        told += expected.count
        guard maker.random.chance(10) else { continue }
        #expect(try some.persisted() == every.persisted(), "\(batch) \(number) \(place)")
        if maker.random.chance(30) { some = try Desk(policy: policy, restoring: try some.persisted()) }
      }
      let end = every.now.advanced(bySeconds: 200_000)
      every.advance(to: end)
      some.advance(to: end)
      #expect(some.takeNotifications() == every.takeNotifications())
      #expect(try some.persisted() == every.persisted())
    }
    #expect(told > 100)
  }

  private static func desk(_ rules: String = "") throws -> Desk {
    let yaml = """
      route: {receiver: a, group_by: [name], group_wait: 30s, group_interval: 5m, repeat_interval: 4h}
      receivers: [{name: a}]
      \(rules)
      """
    return Desk(policy: try AlertPolicy(yaml: yaml, file: "a.yml"), startingAt: MadeUpHistory.start)
  }

  private static func alert(_ labels: LabelSet, _ desk: Desk, lasting seconds: Double = 1e6) -> DeskEvent {
    let alert = IncomingAlert(labels: labels, startsAt: desk.now, endsAt: desk.now.advanced(bySeconds: seconds))
    return DeskEvent(at: desk.now, .alert(alert))
  }

  /// Seconds from the start to the next look, once the first ones are over.
  private static func nextLook(_ desk: inout Desk) -> Double? {
    desk.advance(to: MadeUpHistory.start.advanced(bySeconds: 1_000))
    return desk.nextDue.map { MadeUpHistory.start.seconds(until: $0) }
  }

  @Test func whatStandsIsLookedAtWhenItIsToldAgain() throws {
    var desk = try Self.desk()
    desk.receive(Self.alert(["name": "x"], desk))
    // The first look that comes more than four hours behind the first message.
    #expect(Self.nextLook(&desk) == 14_730)
    // A report of something new wakes it, at the next look of its rhythm.
    desk.receive(Self.alert(["name": "x", "id": "2"], desk))
    #expect(desk.nextDue.map { MadeUpHistory.start.seconds(until: $0) } == 1_230)
  }

  @Test func timeThatChangesSomethingWakes() throws {
    var ending = try Self.desk()
    ending.receive(Self.alert(["name": "x"], ending, lasting: 3_000))
    #expect(Self.nextLook(&ending) == 3_030)

    var muted = try Self.desk(
      "inhibit_rules: [{source_matchers: [severity=critical], target_matchers: [severity=warning]}]")
    muted.receive(Self.alert(["name": "source", "severity": "critical"], muted, lasting: 3_000))
    muted.receive(Self.alert(["name": "x", "severity": "warning"], muted))
    muted.advance(to: muted.now.advanced(bySeconds: 3_100))
    let told = muted.takeNotifications().filter { $0.groupLabels["name"] == "x" }
    #expect(told.map { MadeUpHistory.start.seconds(until: $0.at) } == [3_030])
  }

  @Test func silencesWakeWhatTheyMute() throws {
    var desk = try Self.desk()
    desk.receive(Self.alert(["name": "x"], desk))
    desk.receive(Self.alert(["name": "y"], desk))
    #expect(Self.nextLook(&desk) == 14_730)
    let silence = Silence(
      id: "s", matchers: [try Matcher("name", .equal, "x")], startsAt: desk.now,
      endsAt: desk.now.advanced(bySeconds: 600))
    desk.receive(DeskEvent(at: desk.now, .silence(silence)))
    #expect(desk.nextDue.map { MadeUpHistory.start.seconds(until: $0) } == 1_230)
  }
}
