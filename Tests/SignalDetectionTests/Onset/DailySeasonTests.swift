import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

/// Five days of a series, sampled every five minutes; the fifth is looked at, the four before are known to be normal.
@Suite struct DailySeasonTests {
  private static let day = 86_400.0
  private static let busyHour = 12.0 * 3600..<13 * 3600

  private static func window(days: Double = 5, _ value: @escaping (Double) -> Double) -> TelemetryWindow {
    let series = MadeUpMetrics.series(
      "front", "requests", .throughput, unit: "", every: 300, until: days * day, value)
    return MadeUpMetrics.window([series], seconds: days * day, lookingFrom: (days - 1) * day)
  }

  private static func isBusy(_ second: Double) -> Bool {
    busyHour.contains(second.truncatingRemainder(dividingBy: day))
  }

  @Test func anHourThatIsAlwaysBusyIsTakenOut() throws {
    let series = try #require(
      DailySeason.removed(from: Self.window { Self.isBusy($0) ? 900 : 100 })?.metrics.first)
    let busy = series.values.indices.filter { Self.isBusy(Double($0) * 300) }.map { series.values[$0] }
    #expect(busy.count == 60)
    // 8 % of ripple of 900 stays.
    #expect(busy.allSatisfy { abs($0 - 100) < 80 })
  }

  @Test func whatOneDayAloneHasStays() throws {
    let spike = 4.5 * Self.day..<4.5 * Self.day + 3600
    let series = try #require(
      DailySeason.removed(from: Self.window { spike.contains($0) ? 5000 : Self.isBusy($0) ? 900 : 100 })?.metrics.first)
    let largest = try #require(series.values.indices.max { series.values[$0] < series.values[$1] })
    #expect(spike.contains(Double(largest) * 300))
    #expect(series.values[largest] > 3900)
  }

  /// A day is judged by the others alone: one spike in the reference is not half taken out by itself.
  @Test func aSpikeOfOneNormalDayStaysInIt() throws {
    let spike = 2.5 * Self.day..<2.5 * Self.day + 3600
    let series = try #require(
      DailySeason.removed(from: Self.window { spike.contains($0) ? 5000 : Self.isBusy($0) ? 900 : 100 })?.metrics.first)
    let inSpike = series.values.indices.filter { spike.contains(Double($0) * 300) }.map { series.values[$0] }
    #expect(inSpike.allSatisfy { $0 > 3900 })
  }

  @Test func withoutTwoNormalDaysNothingIsTakenOut() {
    let window = Self.window(days: 2) { Self.isBusy($0) ? 900 : 100 }
    #expect(DailySeason.removed(from: window) == nil)
  }

  @Test func aSeriesWithoutDaysIsLeftAlone() {
    let window = Self.window { _ in 100 }
    #expect(DailySeason.removed(from: window) == nil)
  }
}
