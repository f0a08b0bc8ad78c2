import SignalDetection
import Testing

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
}
