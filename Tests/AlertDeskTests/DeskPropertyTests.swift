import AlertDesk
import Foundation
import IncidentModel
import Testing

/// What holds for every history.
@Suite struct DeskPropertyTests {
  private static let limits = {
    var limits = Desk.Limits()
    limits.maximumAlertCount = 14
    return limits
  }()

  @Test(arguments: 0..<4)
  func noAlertIsLostAndCountsAddUp(batch: Int) throws {
    var fates: Set<AlertFate> = []
    var duplicateCount = 0
    for number in 0..<250 {
      var maker = MadeUpHistory(seed: UInt64(batch * 250 + number))
      var desk = Desk(policy: try maker.policy(), startingAt: MadeUpHistory.start, limits: Self.limits)
      let events = try maker.events(count: 60)
      var received = 0
      for event in events {
        desk.receive(event)
        if case .alert = event.content { received += 1 }
        #expect(desk.counts.addUp && desk.counts.received == received, "\(batch) \(number) \(desk.counts)")
      }
      desk.advance(to: desk.now.advanced(bySeconds: 100_000))
      #expect(desk.counts.addUp && desk.counts.received == received)
      // All has its end, so that nothing is left.
      #expect(desk.activeAlertCount == 0 && desk.groupCount == 0)
      #expect(desk.incidents.allSatisfy { !$0.isOpen })
      duplicateCount += desk.counts.deduplicatedInto
      fates.formUnion(desk.counts.byFate.keys)
    }
    #expect(fates == Set(AlertFate.allCases) && duplicateCount > 0)
  }

  @Test(arguments: 0..<10)
  func aRestartChangesNothing(batch: Int) throws {
    var toldCount = 0
    for number in 0..<20 {
      var maker = MadeUpHistory(seed: 7_000 + UInt64(batch * 20 + number))
      let policy = try maker.policy()
      let events = try maker.events(count: 60)
      var whole = Desk(policy: policy, startingAt: MadeUpHistory.start)
      var parts = whole
      let cuts = [maker.random.below(60), maker.random.below(60)]
      var expected: [AlertDesk.Notification] = []
      var found: [AlertDesk.Notification] = []
      for (place, event) in events.enumerated() {
        whole.receive(event)
        expected += whole.takeNotifications()
        parts.receive(event)
        if cuts.contains(place) { parts = try Desk(policy: policy, restoring: try parts.persisted()) }
        found += parts.takeNotifications()
      }
      let end = whole.now.advanced(bySeconds: 10_000)
      whole.advance(to: end)
      parts.advance(to: end)
      expected += whole.takeNotifications()
      found += parts.takeNotifications()
      #expect(found == expected)
      toldCount += expected.count
      #expect(try parts.persisted() == whole.persisted())
    }
    #expect(toldCount > 100)
  }

  /// How often the clock is told makes no difference.
  @Test func stepsOfTheClockDoNotMatter() throws {
    for seed in 0..<40 {
      var maker = MadeUpHistory(seed: 900 + UInt64(seed))
      let policy = try maker.policy()
      let events = try maker.events(count: 40).filter { $0.at >= MadeUpHistory.start }
      var coarse = Desk(policy: policy, startingAt: MadeUpHistory.start)
      var fine = coarse
      for event in events {
        coarse.receive(event)
        while fine.now.advanced(bySeconds: 7) < event.at { fine.advance(to: fine.now.advanced(bySeconds: 7)) }
        fine.receive(event)
      }
      #expect(fine.takeNotifications() == coarse.takeNotifications())
      #expect(try fine.persisted() == coarse.persisted())
    }
  }

  @Test func aMillionDistinctLabelsAreBounded() throws {
    let policy = try AlertmanagerConfiguration(
      yaml: "route: {receiver: a, group_by: ['...']}\nreceivers: [{name: a}]\n", file: "a.yml")
    var limits = Desk.Limits()
    limits.maximumAlertCount = 1000
    var desk = Desk(policy: policy, startingAt: MadeUpHistory.start, limits: limits)
    for number in 0..<20_000 {
      desk.receive(
        DeskEvent(at: MadeUpHistory.start, .alert(IncomingAlert(labels: ["id": String(number)], startsAt: nil))))
    }
    #expect(desk.activeAlertCount == 1000 && desk.counts.rejected[.tooMany] == 19_000 && desk.counts.addUp)
  }
}
