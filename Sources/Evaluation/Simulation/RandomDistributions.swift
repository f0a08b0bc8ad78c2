extension SeededRandom {
  /// Standard normal, by Box and Muller (1958).
  mutating func normal() -> Double {
    let radius = (-2 * PortableMath.logarithm(max(unit(), 1e-300))).squareRoot()
    return radius * PortableMath.sine(turns: unit() + 0.25)
  }

  /// Around 1, always positive; `spread` is the standard deviation of its logarithm.
  mutating func logNormal(spread: Double) -> Double { PortableMath.exponential(spread * normal()) }

  /// A standard normal that is now and then several times as large: one in fifty is four times as wide.
  mutating func heavyTailed() -> Double { normal() * (chance(0.02) ? 4 : 1) }

  /// Waiting time with this mean.
  mutating func exponential(mean: Double) -> Double { -mean * PortableMath.logarithm(max(unit(), 1e-300)) }

  /// Count of independent events; by products below 30, by a rounded normal above.
  mutating func poisson(mean: Double) -> Int {
    guard mean > 0 else { return 0 }
    guard mean < 30 else { return max(0, Int((mean + mean.squareRoot() * normal()).rounded())) }
    let limit = PortableMath.exponential(-mean)
    var product = unit()
    var count = 0
    while product > limit {
      product *= unit()
      count += 1
    }
    return count
  }

  /// Nil for an empty array.
  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[index(below: elements.count)]
  }

  /// In a random order, by Fisher and Yates.
  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var result = elements
    for position in result.indices.dropFirst() { result.swapAt(position, index(below: position + 1)) }
    return result
  }

  /// So many lower-case hexadecimal digits.
  mutating func hexadecimal(digits: Int) -> String {
    let alphabet = Array("0123456789abcdef".utf8)
    return String(decoding: (0..<digits).map { _ in alphabet[index(below: 16)] }, as: UTF8.self)
  }
}
