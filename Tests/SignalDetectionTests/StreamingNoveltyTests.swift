import SignalDetection
import Testing

@Suite struct StreamingNoveltyTests {
  /// A daily wave with integer noise, the same on every machine.
  private func seasonalSeries(count: Int) -> [Double] {
    var state: UInt64 = 42
    return (0..<count).map { index in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let phase = abs(index % 288 - 144)
      return Double(phase) + Double(state >> 58)
    }
  }

  private func surprises(_ series: [Double]) -> [Double] {
    var detector = StreamingNovelty()
    return series.map { detector.observe($0).heldNats }
  }

  @Test func aConstantSeriesNeverSurprises() {
    #expect(surprises([Double](repeating: 5, count: 3000)).allSatisfy { $0 == 0 })
  }

  @Test func aStepIsSeenAtItsVeryPoint() {
    let series = [Double](repeating: 5, count: 1000) + [Double](repeating: 6, count: 200)
    let found = surprises(series)
    #expect(found[1000] > 12)
    #expect(found.indices.filter { found[$0] > 5 } == [1000])
  }

  @Test func aLevelThatTheWaveNeverHadIsTheLoudestPoint() {
    var series = seasonalSeries(count: 6000)
    for index in 5000..<5040 { series[index] += 400 }
    let found = surprises(series)
    let loudest = found.indices.max { found[$0] < found[$1] }
    #expect(loudest == 5000)
  }

  @Test func whatComesLaterNeverChangesWhatWasSaid() {
    let series = seasonalSeries(count: 4000)
    #expect(surprises(series).prefix(2500) == surprises(Array(series.prefix(2500)))[...])
  }

  @Test func gapsAndInfinitiesChangeNothing() {
    let series = seasonalSeries(count: 3000)
    var withGaps: [Double] = []
    for (index, value) in series.enumerated() {
      if index % 7 == 0 { withGaps += [.nan, .infinity] }
      withGaps.append(value)
    }
    let kept = surprises(withGaps).enumerated().filter { withGaps[$0.offset].isFinite }.map(\.element)
    #expect(kept == surprises(series))
  }

  @Test func extremeValuesKeepEverythingFinite() {
    var detector = StreamingNovelty()
    for value in [1e308, -1e308, Double.leastNonzeroMagnitude, 0, 1e-300] {
      for _ in 0..<200 {
        let reading = detector.observe(value)
        #expect(reading.surpriseNats.isFinite && (0..<1).contains(reading.score))
      }
    }
  }

  @Test func valuesTooCloseForARadiusAreBounded() {
    var detector = StreamingNovelty()
    var value = 1.0
    for _ in 0..<1000 {
      #expect(detector.observe(value).surpriseNats.isFinite)
      value = value.nextUp
    }
  }

  @Test func theArithmeticIsTheSameOnEveryMachine() {
    var series = seasonalSeries(count: 4000)
    for index in 3000..<3040 { series[index] += 200 }
    series[3500] = .nan
    var detector = StreamingNovelty()
    let readings = series.map { detector.observe($0) }
    #expect(abs(readings.reduce(0) { $0 + $1.surpriseNats } - 1493.507_877_061_631_2) < 1e-6)
    #expect(abs(readings.reduce(0) { $0 + $1.heldNats } - 193.310_994_030_713_74) < 1e-6)
    #expect(readings.indices.filter { readings[$0].heldNats > 7 } == [3000])
  }
}
