import Testing

@testable import SignalDetection

@Suite struct SampleSortingTests {
  /// Numbers of all sizes and both signs, the same on every machine.
  private func sample(count: Int) -> [Double] {
    var state: UInt64 = 11
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let size = Double(state >> 54) - 512
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 40) - 8_388_608) * Double(sign: .plus, exponent: Int(size) / 2, significand: 1)
    }
  }

  @Test(arguments: [0, 1, 63, 64, 65, 257, 5000])
  func numbersComeInAscendingOrder(count: Int) {
    let values = sample(count: count)
    #expect(values.sortedFinite() == values.sorted())
  }

  @Test func zerosSmallestAndLargestNumbersAreInTheirPlaces() {
    let edges = [
      0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1,
      -1,
    ]
    let values = sample(count: 300) + edges + edges
    #expect(values.sortedFinite() == values.sorted())
  }

  @Test func whatIsNotFiniteIsLeftOut() {
    let values = sample(count: 100)
    #expect((values + [.nan, .infinity, -.infinity] + values).sortedFinite() == (values + values).sorted())
  }

  @Test func equalNumbersStayAsMany() {
    #expect([Double](repeating: 7.5, count: 1000).sortedFinite() == [Double](repeating: 7.5, count: 1000))
  }

  @Test(arguments: [0, 1, 2, 3, 64, 65, 257, 5000])
  func theMedianIsThatOfTheSortedSample(count: Int) {
    let values = sample(count: count)
    let few = values.map { ($0 / 1e9).rounded() }
    for sample in [
      values, values.sorted(), values.sorted().reversed(), few, values.sorted() + values.sorted().reversed(),
    ] {
      let withGaps = sample + [.nan, .infinity, -0.0, -.infinity]
      let wanted = OrderStatistics.median(ofSorted: (sample + [0]).sorted())
      #expect(OrderStatistics.median(of: withGaps) == wanted)
    }
  }

  /// Ranks that are the same, neighbours and at both ends, in samples that are hard on a pivot.
  @Test(arguments: [1, 2, 3, 47, 48, 49, 600])
  func everyRankIsInItsPlaceAndNoneIsDisturbedByAnother(count: Int) {
    let values = sample(count: count)
    let few = values.map { ($0.truncatingRemainder(dividingBy: 7)).rounded() }
    let pipe = values.sorted().enumerated().sorted { ($0.offset % 2, $0.offset) < ($1.offset % 2, $1.offset) }.map(
      \.element)
    let asked = [0, count / 10, count / 10, count / 2, count / 2 + 1, count * 9 / 10, count - 2, count - 1, count - 1]
    let ranks = asked.map { min(max($0, 0), count - 1) }.sorted()
    for sample in [
      values, values.sorted(), values.sorted().reversed(), few, pipe, [Double](repeating: 3, count: count),
    ] {
      let sorted = sample.sorted()
      var placed = sample
      SampleSelection.place(ranks: ranks[...], in: &placed, within: 0..<count)
      #expect(ranks.map { placed[$0] } == ranks.map { sorted[$0] })
      #expect(placed.sorted() == sorted)
      for rank in ranks {
        #expect(placed[..<rank].allSatisfy { $0 <= placed[rank] } && placed[rank...].allSatisfy { $0 >= placed[rank] })
      }
    }
  }

  @Test(arguments: [1, 2, 3, 8, 9]) func oneCanBeLeftOutOfAMedian(count: Int) {
    let values = sample(count: count).sorted()
    for index in values.indices {
      var rest = values
      rest.remove(at: index)
      #expect(
        OrderStatistics.median(ofSorted: values, without: index) == OrderStatistics.median(ofSorted: rest))
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 63, 64, 257, 600])
  func aBaselineIsWhatSortingAllWouldGive(count: Int) throws {
    let values = (sample(count: count) + sample(count: count)).map { ($0.truncatingRemainder(dividingBy: 1000)) }
    let sorted = values.sortedFinite()
    let baseline = try #require(Baseline(values: values + [.nan], metricClass: .latency, unit: "s"))
    let median = try #require(OrderStatistics.median(ofSorted: sorted))
    #expect(baseline.median == median)
    #expect(baseline.low == OrderStatistics.quantile(ofSorted: sorted, 0.1))
    #expect(baseline.high == OrderStatistics.quantile(ofSorted: sorted, 0.9))
    #expect(
      baseline.medianDeviation == OrderStatistics.medianAbsoluteDeviation(ofSorted: sorted, from: baseline.median))
    #expect(baseline.count == sorted.count)
  }
}
