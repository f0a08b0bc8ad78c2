import Foundation

/// Turns a novelty into a surprise in nats by an extreme-value tail over its own past.
///
/// Keeps the largest values of the last one to two horizons in two overlapping lists, and measures an excess over the
/// k-th largest against a generalised Pareto tail with fixed shape. Source: peaks over threshold (Pickands, 1975).
struct ExceedanceTail: Sendable {
  static let capacity = 128
  static let horizon = 10_000
  private static let shape = 0.25
  private static let tailShare = 0.03
  private static let warmUp = 100

  /// Descending.
  private var current: [Double] = []
  private var next: [Double] = []
  private(set) var meanMagnitude = 0.0

  /// - Parameters:
  ///   - observed: how many values the current list covers.
  ///   - floor: the least scale of the tail, in the value's unit.
  func surprise(of value: Double, observed: Int, floor: Double) -> Double {
    guard observed >= Self.warmUp else { return 0 }
    let count = min(current.count, Self.capacity, max(4, Int(Self.tailShare * Double(observed))))
    guard count >= 2 else { return 0 }
    let threshold = current[count - 1]
    guard value > threshold else { return 0 }
    var excess = 0.0
    for index in 0..<count - 1 { excess += current[index] - threshold }
    excess /= Double(count - 1)
    let scale = max(excess * (1 - Self.shape), floor)
    return log(Double(observed) / Double(count)) + log(1 + Self.shape * (value - threshold) / scale) / Self.shape
  }

  mutating func insert(_ value: Double, alsoIntoNext: Bool, position: Int) {
    Self.insert(value, into: &current)
    if alsoIntoNext { Self.insert(value, into: &next) }
    meanMagnitude += (abs(value) - meanMagnitude) / Double(min(position + 1, 2000))
  }

  mutating func swapLists() {
    current = next
    next = []
  }

  private static func insert(_ value: Double, into list: inout [Double]) {
    if list.count == capacity {
      guard let last = list.last, value > last else { return }
      list.removeLast()
    }
    var low = 0
    var high = list.count
    while low < high {
      let middle = (low + high) / 2
      if list[middle] >= value { low = middle + 1 } else { high = middle }
    }
    list.insert(value, at: low)
  }
}
