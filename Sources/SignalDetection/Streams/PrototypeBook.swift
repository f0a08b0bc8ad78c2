/// A bounded set of remembered points under the L-infinity distance: how far is a point from all that was seen?
///
/// Points have up to three dimensions. When the book is full, points not seen for `memory` observations go first, then
/// the book coarsens: prototypes nearer than a growing radius become one. Source: the online codebook of
/// `docs/detection.md`.
struct PrototypeBook: Sendable {
  private let dimensions: Int
  private let capacity: Int
  private let memory: Int
  /// Row-major, `dimensions` a prototype.
  private var centres: [Double] = []
  private var lastSeen: [Int] = []
  private var radius = 0.0

  init(dimensions: Int, capacity: Int, memory: Int) {
    self.dimensions = dimensions
    self.capacity = capacity
    self.memory = memory
    centres.reserveCapacity(dimensions * capacity)
    lastSeen.reserveCapacity(capacity)
  }

  /// Distance to the nearest prototype; 0 when the book is empty.
  func distance(to point: SIMD4<Double>) -> Double {
    lastSeen.isEmpty ? 0 : nearest(to: point).distance
  }

  mutating func learn(_ point: SIMD4<Double>, at position: Int) {
    if !lastSeen.isEmpty {
      let found = nearest(to: point)
      if found.distance <= radius {
        lastSeen[found.index] = position
        return
      }
    }
    if lastSeen.count >= capacity { makeRoom(at: position) }
    for dimension in 0..<dimensions { centres.append(point[dimension]) }
    lastSeen.append(position)
  }

  /// The first of the nearest wins a tie.
  private func nearest(to point: SIMD4<Double>) -> (index: Int, distance: Double) {
    var best = (index: 0, distance: Double.infinity)
    centres.withUnsafeBufferPointer { centres in
      for index in 0..<lastSeen.count {
        var distance = 0.0
        for dimension in 0..<dimensions {
          distance = max(distance, abs(centres[index * dimensions + dimension] - point[dimension]))
          if distance >= best.distance { break }
        }
        if distance < best.distance { best = (index, distance) }
      }
    }
    return best
  }

  private mutating func makeRoom(at position: Int) {
    let recent = lastSeen.indices.filter { position - lastSeen[$0] <= memory }
    keep(recent)
    while lastSeen.count > capacity * 3 / 4 {
      coarsen()
      // Differences too small for a radius: forget the oldest quarter instead of coarsening for ever.
      if radius == 0 { keep(Array(lastSeen.indices.suffix(capacity * 3 / 4))) }
    }
  }

  private mutating func coarsen() {
    if radius == 0 {
      for dimension in 0..<dimensions {
        let column = stride(from: dimension, to: centres.count, by: dimensions).map { centres[$0] }
        let spread = (column.max() ?? 0) - (column.min() ?? 0)
        radius = max(radius, spread / (8 * Double(capacity)))
      }
    } else {
      radius *= 1.3
    }
    var survivors: [Int] = []
    for index in lastSeen.indices {
      if let keeper = survivors.first(where: { isWithinRadius($0, index) }) {
        lastSeen[keeper] = max(lastSeen[keeper], lastSeen[index])
      } else {
        survivors.append(index)
      }
    }
    keep(survivors)
  }

  private func isWithinRadius(_ left: Int, _ right: Int) -> Bool {
    (0..<dimensions).allSatisfy { abs(centres[left * dimensions + $0] - centres[right * dimensions + $0]) <= radius }
  }

  private mutating func keep(_ survivors: [Int]) {
    guard survivors.count < lastSeen.count else { return }
    centres = survivors.flatMap { centres[$0 * dimensions..<($0 + 1) * dimensions] }
    lastSeen = survivors.map { lastSeen[$0] }
  }
}
