import IncidentModel
import Testing

@testable import SignalDetection

@Suite struct AlarmBudgetTests {
  private static let start: Int64 = 1_700_000_000

  private func moment(_ seconds: Int) -> Timestamp {
    Timestamp(nanoseconds: (Self.start + Int64(seconds)) * 1_000_000_000)
  }

  private func reading(_ nats: Double, held: Double? = nil) -> StreamingNovelty.Reading {
    StreamingNovelty.Reading(surpriseNats: nats, heldNats: held ?? nats, views: [])
  }

  /// A budget at the end of two quiet days.
  private func settled(stepSeconds: Int, alarmsPerDay: Double = 1) -> AlarmBudget {
    var budget = AlarmBudget(alarmsPerDay: alarmsPerDay)
    for second in stride(from: 0, to: 2 * 86_400, by: stepSeconds) { _ = budget.judge(reading(0), at: moment(second)) }
    return budget
  }

  /// How many alarms a day, as a multiple of one a week, over 60 days of minutes; surprises are independent and
  /// exponential, beyond 7 nats with another mean.
  private func spending(tailMean: Double) -> Double {
    var budget = AlarmBudget(alarmsPerDay: 1.0 / 7)
    var state: UInt64 = 5
    var alarms = 0
    for minute in 0..<60 * 1440 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let nats = -Double.log((Double(state >> 11) + 0.5) / 9_007_199_254_740_992)
      let judgement = budget.judge(reading(nats > 7 ? 7 + tailMean * (nats - 7) : nats), at: moment(minute * 60))
      if judgement.isAlarm { alarms += 1 }
    }
    return Double(alarms) / 59 * 7
  }

  @Test(arguments: [1.0, 2]) func aHealthyStreamKeepsItsBudgetWithinAFactorOfTwo(tailMean: Double) {
    #expect((0.5...2).contains(spending(tailMean: tailMean)))
  }

  @Test func theSameSurpriseIsRarerWherePointsAreRarer() {
    var minutes = settled(stepSeconds: 60)
    var hours = settled(stepSeconds: 3600)
    let often = minutes.judge(reading(9), at: moment(2 * 86_400)).falseAlarmsPerDay
    let rarely = hours.judge(reading(9), at: moment(2 * 86_400)).falseAlarmsPerDay
    #expect(abs(often / rarely - 60) < 0.01)
  }

  @Test func oneHalfSpendsExactlyTheBudget() {
    let probe = settled(stepSeconds: 60)
    var first = probe
    let rate = first.judge(reading(8), at: moment(2 * 86_400)).falseAlarmsPerDay
    for (factor, isAlarm) in [(0.99, false), (1.01, true)] {
      var budget = settled(stepSeconds: 60, alarmsPerDay: rate * factor)
      let judgement = budget.judge(reading(8), at: moment(2 * 86_400))
      #expect(abs(judgement.score - 0.5) < 0.01)
      #expect(judgement.isAlarm == isAlarm)
    }
  }

  @Test func theFirstDayNeverAlarms() {
    var budget = AlarmBudget(alarmsPerDay: 1)
    for minute in 0..<1440 { #expect(!budget.judge(reading(50), at: moment(minute * 60)).isAlarm) }
    #expect(budget.judge(reading(50), at: moment(86_400)).isAlarm)
  }

  @Test func onlyTheFirstPointOfAnEpisodeAlarms() {
    var budget = settled(stepSeconds: 60)
    let judgement = budget.judge(reading(50, held: 0.5), at: moment(2 * 86_400))
    #expect(judgement.score == 0 && judgement.falseAlarmsPerDay == .infinity)
  }

  @Test func aStreamThatOftenSurprisesNeedsMoreForAnAlarmUntilItIsForgotten() {
    var budget = settled(stepSeconds: 60)
    func rate(at second: Int) -> Double {
      var probe = budget
      return probe.judge(reading(12), at: moment(second)).falseAlarmsPerDay
    }
    let before = rate(at: 2 * 86_400)
    for minute in 0..<20 { _ = budget.judge(reading(12), at: moment(2 * 86_400 + minute * 60)) }
    let after = rate(at: 2 * 86_400 + 1200)
    #expect(after > 10 * before)
    for minute in 20..<60_000 { _ = budget.judge(reading(0), at: moment(2 * 86_400 + minute * 60)) }
    #expect(rate(at: 2 * 86_400 + 60_000 * 60) < after / 3)
  }

  @Test func clocksThatGoBackAreEndured() {
    var budget = AlarmBudget(alarmsPerDay: 1)
    for second in [0, 0, -100_000, 200_000, 100_000, 200_060] {
      let judgement = budget.judge(reading(30), at: moment(second))
      #expect((0...1).contains(judgement.score) && judgement.falseAlarmsPerDay >= 0)
    }
  }
}
