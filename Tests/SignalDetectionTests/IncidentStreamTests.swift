import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

/// Series that arrive; what happens, happens after forty minutes.
@Suite struct IncidentStreamTests {
  private static let onset = 2400.0
  private static let cell = 20.0
  private static var moment: Timestamp { MadeUpMetrics.begin.advanced(bySeconds: onset) }

  private static func latency(
    _ component: ComponentID, every seconds: Double = 10, until last: Double = 3600, slow factor: Double = 1,
    during: Range<Double> = onset..<1e9
  ) -> MetricSeries {
    MadeUpMetrics.series(component, "latency_p50_ms", .latency, unit: "ms", every: seconds, until: last) {
      during.contains($0) ? 50 * factor : 50
    }
  }

  private static func points(_ series: [MetricSeries]) -> [MetricPoint] {
    series.flatMap { one in
      one.times.indices.map { row in
        MetricPoint(
          key: one.key, metricClass: one.metricClass, unit: one.unit,
          time: Timestamp(nanoseconds: one.times[row]), value: one.values[row])
      }
    }.sorted { ($0.time, $0.key) < ($1.time, $1.key) }
  }

  private static func stream(lateness: Double = 0, seriesLimit: Int = 100, history: Int = 600) -> IncidentStream {
    var settings = IncidentStream.Settings(cellSeconds: cell, latenessSeconds: lateness)
    settings.seriesLimit = seriesLimit
    settings.historyCount = history
    return IncidentStream(settings)
  }

  private static func events(_ points: [MetricPoint], lateness: Double = 0) -> [IncidentStream.Event] {
    var stream = stream(lateness: lateness)
    return points.compactMap { stream.observe($0) }
  }

  private static let faulty = [latency("front", slow: 3), latency("cart", slow: 4), latency("store")]

  @Test func anIncidentIsNoticedSoonWithItsDateAndWhatMoved() throws {
    let events = Self.events(Self.points(Self.faulty))
    guard events.count == 1, case .began(let found) = events[0] else {
      Issue.record("one incident is expected, not \(events)")
      return
    }
    #expect((-Self.cell...Self.cell).contains(Self.moment.seconds(until: found.since)))
    #expect((0...5 * Self.cell).contains(Self.moment.seconds(until: found.detectedAt)))
    #expect(Set(found.movers.map(\.key.component)) == ["front", "cart"])
    #expect(found.movers[0].key.component == "cart")
  }

  @Test func aWindowIsJudgedAsIfItArrived() {
    let window = MadeUpMetrics.window(Self.faulty, seconds: 3600)
    var stream = Self.stream()
    stream.serviceMap = window.serviceMap
    let arrived = Self.points(Self.faulty).compactMap { stream.observe($0) }
    #expect(IncidentStream.incidents(in: window).map { IncidentStream.Event.began($0.onset) } == arrived)
    #expect(SignalScan(window).detection.onset == IncidentStream.incidents(in: window).first?.onset.since)
  }

  @Test func whatComesLaterChangesNothing() {
    let points = Self.points(Self.faulty)
    let all = Self.events(points)
    let noticed = points.filter { $0.time <= Self.moment.advanced(bySeconds: 7 * Self.cell) }
    #expect(Self.events(noticed) == all)
    #expect(Self.events(points.filter { $0.time < Self.moment }).isEmpty)
  }

  @Test func healthySeriesAreSilentForADay() {
    let day = 86_400.0
    let spiky = MadeUpMetrics.series(
      "cart", "latency_p50_ms", .latency, unit: "ms", every: 20, until: day
    ) { $0.truncatingRemainder(dividingBy: 1000) < 20 ? 400 : 50 }
    let cpu = MadeUpMetrics.series("cart", "cpu_usage_cores", .cpu, unit: "cores", every: 20, until: day) { _ in 0.3 }
    #expect(Self.events(Self.points([Self.latency("front", every: 20, until: day), spiky, cpu])).isEmpty)
  }

  @Test func lateDoubleAndMissingPointsChangeNothing() {
    let points = Self.points(Self.faulty)
    let expected = Self.events(points, lateness: 15)
    #expect(expected.count == 1)
    // Every third point arrives ten seconds after the others of its time.
    let delayed = points.enumerated().sorted {
      ($0.element.time.advanced(bySeconds: $0.offset % 3 == 0 ? 10 : 0), $0.offset)
        < ($1.element.time.advanced(bySeconds: $1.offset % 3 == 0 ? 10 : 0), $1.offset)
    }.map(\.element)
    #expect(Self.events(delayed, lateness: 15) == expected)
    #expect(Self.events(points.flatMap { [$0, $0] }, lateness: 15) == expected)
    let gaps = points.flatMap { point -> [MetricPoint] in
      var gap = point
      gap.value = .nan
      gap.time = point.time.advanced(bySeconds: 1)
      return [point, gap]
    }
    #expect(Self.events(gaps, lateness: 15) == expected)
  }

  @Test func aPointThatIsTooLateIsCountedAndNotLookedAt() {
    var stream = Self.stream()
    let points = Self.points(Self.faulty)
    var late = points[0]
    late.value = 1e9
    var found: [IncidentStream.Event] = []
    for point in points {
      found += [stream.observe(point)].compactMap { $0 }
      if point.time >= Self.moment { found += [stream.observe(late)].compactMap { $0 } }
    }
    #expect(found == Self.events(points))
    #expect(stream.ignoredCount == points.count { $0.time >= Self.moment })
  }

  /// Errors as a running total that restarts from nothing; a minute has six samples.
  private static func total(_ rate: (Double) -> Double) -> [MetricPoint] {
    var sum = 0.0
    return (0..<360).map { row in
      let second = Double(row) * 10
      sum = row == 200 ? 0 : sum + rate(second) * (1 + 0.05 * Double(row * 7 % 5))
      return MetricPoint(
        key: MetricKey(component: "front", metric: "errors_total"),
        time: MadeUpMetrics.begin.advanced(bySeconds: second), value: sum)
    }
  }

  @Test func aCounterThatRestartsIsNoIncident() {
    #expect(Self.events(Self.total { _ in 30 }).isEmpty)
  }

  @Test func aCounterThatRunsFasterIsOne() {
    let events = Self.events(Self.total { $0 < Self.onset ? 30 : 300 })
    #expect(events.count == 1)
    if case .began(let found)? = events.first {
      #expect((-40...40).contains(Self.moment.seconds(until: found.since)))
    }
  }

  @Test func anIncidentEndsAndTheNextOneIsFound() {
    let twice = MadeUpMetrics.series("front", "latency_p50_ms", .latency, unit: "ms", every: 10, until: 7200) {
      (2400..<3000).contains($0) || $0 >= 6000 ? 200 : 50
    }
    var stream = Self.stream()
    let events = Self.points([twice]).compactMap { stream.observe($0) }
    guard events.count == 3, case .began = events[0], case .ended(let end) = events[1], case .began = events[2] else {
      Issue.record("begin, end and begin are expected, not \(events)")
      return
    }
    #expect((2980...3060).contains(MadeUpMetrics.begin.seconds(until: end)))
  }

  @Test func whatStaysBecomesNormal() {
    var stream = Self.stream(history: 240)
    let events = Self.points([Self.latency("front", until: 9000, slow: 3)]).compactMap { stream.observe($0) }
    #expect(events.count == 2)
    if case .ended(let end)? = events.last {
      #expect((50 * Self.cell...70 * Self.cell).contains(Self.moment.seconds(until: end)))
    }
  }

  @Test func memoryIsBounded() {
    var stream = Self.stream(seriesLimit: 3, history: 100)
    for point in Self.points((0..<6).map { Self.latency(ComponentID("service-\($0)"), every: 1) }) {
      _ = stream.observe(point)
    }
    #expect(stream.seriesCount == 3)
    #expect(stream.heldCount <= 3 * (100 + 2 * Int(Self.cell)))
    #expect(stream.ignoredCount == 3 * 3600)
  }

  @Test func seriesThatEndedMakeRoom() {
    var stream = Self.stream(seriesLimit: 2, history: 100)
    let old = Self.points([Self.latency("old", until: 600), Self.latency("front", until: 6000)])
    for point in old { _ = stream.observe(point) }
    #expect(stream.seriesCount == 1)
  }

  @Test func aHoleLongerThanTheMemoryIsANewBeginning() {
    let after = MadeUpMetrics.series(
      "front", "latency_p50_ms", .latency, unit: "ms", every: 10, from: 40_000, until: 42_000
    ) { _ in 500 }
    #expect(Self.events(Self.points([Self.latency("front")]) + Self.points([after])).isEmpty)
  }

  @Test func oneSeriesGoesThroughTheSameDoor() {
    let series = Self.latency("front", slow: 3)
    var novelty = StreamingNovelty()
    let expected = series.values.map { novelty.observe($0) }
    var detector = SeriesDetector()
    var readings: [StreamingNovelty.Reading] = []
    detector.observe([series]) { _, verdict in readings.append(verdict.reading) }
    #expect(readings == expected)
  }
}
