/// How unusual two numbers are together, by their ranks among normal cells (Fisher's method), window against window.
struct JointSurprise {
  private var stretches: [[Double]]

  init(_ first: [[Double]], _ second: [[Double]]) {
    let firstNormal = first.dropLast().joined().sorted()
    let secondNormal = second.dropLast().joined().sorted()
    stretches = zip(first, second).map { pair in
      zip(pair.0, pair.1).map { Self.nats($0, among: firstNormal) + Self.nats($1, among: secondNormal) }
    }
  }

  private static func nats(_ value: Double, among sorted: [Double]) -> Double {
    let above = sorted.count - sorted.partitioningIndex { $0 >= value }
    return -Double.log((Double(above) + 0.5) / (Double(sorted.count) + 1))
  }

  /// The share of normal windows, as long as the observed one, whose largest surprise is at least the observed one's.
  func shareOfNormal(fewest: Int) -> Double? {
    guard let observed = stretches.last, let largest = observed.max() else { return nil }
    var windows = 0
    var unusual = 0
    for normal in stretches.dropLast() where normal.count >= observed.count {
      let peaks = RollingMaximum.of(normal, width: observed.count)
      windows += peaks.count
      unusual += peaks.count { $0 >= largest }
    }
    guard windows / max(observed.count, 1) >= fewest else { return nil }
    return Double(unusual) / Double(windows)
  }
}

/// The largest value of each stretch of equal length, in one pass (van Herk's method).
private enum RollingMaximum {
  static func of(_ values: [Double], width: Int) -> [Double] {
    guard width > 0, values.count >= width else { return [] }
    var forward = values
    var backward = values
    for index in values.indices.dropFirst() where index % width != 0 {
      forward[index] = max(forward[index - 1], values[index])
    }
    for index in values.indices.dropLast().reversed() where (index + 1) % width != 0 {
      backward[index] = max(backward[index + 1], values[index])
    }
    return (0...values.count - width).map { max(backward[$0], forward[$0 + width - 1]) }
  }
}
