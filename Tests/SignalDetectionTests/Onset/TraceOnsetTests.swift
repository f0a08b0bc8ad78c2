import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

/// Without an alert, from spans alone.
@Suite struct TraceOnsetTests {
  private static func request(own: Double = 5, gap: Double = 1, stops: Bool = false) -> Step {
    let cart = Step(
      service: "cart", ownMilliseconds: own, gapMilliseconds: gap, calls: stops ? [] : [Step(service: "store")])
    return Step(service: "front", calls: [cart, Step(service: "offers")])
  }

  /// The first seven minutes are known to be normal; the incident begins three minutes later.
  private static func blind(knowsNormal: Bool = true, _ incident: @escaping (Int) -> Step) -> TelemetryWindow {
    var window = MadeUpTraces(normal: { _ in request() }, incident: incident).window()
    let known = MadeUpTraces.onset.advanced(bySeconds: -180)
    window.incident.alertedAt = nil
    if knowsNormal {
      window.referenceWindows = [TimeWindow(start: window.incident.window.start, end: known)]
      window.incident.window.start = known
    }
    return window
  }

  @Test(arguments: [true, false])
  func aServiceThatSlowsDownDatesTheOnset(knowsNormal: Bool) throws {
    let onset = try #require(TraceOnset.estimate(Self.blind(knowsNormal: knowsNormal) { _ in Self.request(own: 80) }))
    #expect((-25...15).contains(MadeUpTraces.onset.seconds(until: onset)))
  }

  @Test(arguments: [true, false])
  func aNetworkThatSlowsDownDatesTheOnset(knowsNormal: Bool) throws {
    let onset = try #require(TraceOnset.estimate(Self.blind(knowsNormal: knowsNormal) { _ in Self.request(gap: 60) }))
    #expect((-25...15).contains(MadeUpTraces.onset.seconds(until: onset)))
  }

  @Test func aStepThatIsLeftOutDatesTheOnset() throws {
    let onset = try #require(TraceOnset.estimate(Self.blind { Self.request(stops: $0 % 2 == 0) }))
    #expect((-25...15).contains(MadeUpTraces.onset.seconds(until: onset)))
  }

  @Test func healthyTracesDateNothing() {
    #expect(TraceOnset.estimate(Self.blind { _ in Self.request() }) == nil)
    #expect(TraceOnset.estimate(Self.blind(knowsNormal: false) { _ in Self.request() }) == nil)
  }

  @Test func withoutTracesThereIsNoEstimate() {
    var window = Self.blind { _ in Self.request(own: 80) }
    window.spans = SpanTable()
    #expect(TraceOnset.estimate(window) == nil)
  }

  @Test func theScanFindsTheIncidentWithoutAHint() throws {
    let scan = SignalScan(Self.blind { _ in Self.request(own: 80) })
    #expect(scan.detection.isAnomalous)
    #expect(scan.detection.onsetSource == .estimated)
    let onset = try #require(scan.detection.onset)
    #expect((-25...15).contains(MadeUpTraces.onset.seconds(until: onset)))
    #expect(scan.signals.strongest(.traceSelfTime)?.component == "cart")
    #expect(scan.signals.map(\.id) == scan.signals.indices.map { SignalID("S\($0 + 1)") })
  }

  @Test func theScanIsSilentWhereNothingHappened() {
    #expect(!SignalScan(Self.blind { _ in Self.request() }).detection.isAnomalous)
  }
}
