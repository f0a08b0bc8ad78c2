import Foundation
import IncidentModel

/// A causal detector for one series: deterministic, one pass, no labels, no timestamps, bounded memory.
///
/// Five views of the stream each give a novelty (distance to what was seen, or a change of spread), an extreme-value tail
/// turns each into nats, the root of the sum of squares joins them, and a hold keeps the first point of an episode.
/// It works on the order of points: resample or difference counters first. See `docs/detection.md`.
package struct StreamingNovelty: Sendable {
  /// What the detector says of one point.
  package struct Reading: Sendable, Equatable {
    /// Joined surprise in nats, before the hold.
    package var surpriseNats: Double
    /// After the hold: only the first point of an episode keeps its surprise; the others keep a hundredth.
    package var heldNats: Double
    /// Per view, in nats: value in its context, level and spread, value pair, step, spread alone.
    package var views: [Double]

    /// 0…1, monotone in `heldNats`.
    package var score: Double { heldNats / (heldNats + 6) }
  }

  private static let ringSize = 24
  private static let bookCapacity = 128
  private static let exclusions = [4, 4, 2, 1]
  private static let largestMagnitude = 1e100

  private var position = 0
  private var previous = 0.0
  private var ring = [Double](repeating: 0, count: ringSize)
  private var slowMean = 0.0
  private var slowDeviation = 0.0
  private var books: [PrototypeBook] = [3, 2, 2, 1].map {
    PrototypeBook(dimensions: $0, capacity: bookCapacity, memory: ExceedanceTail.horizon)
  }
  /// The last rows of each view, so that a point is not compared with its own neighbours.
  private var delayed: [[SIMD4<Double>]] = exclusions.map { [SIMD4<Double>](repeating: .zero, count: $0) }
  private var tails = [ExceedanceTail](repeating: ExceedanceTail(), count: 6)
  private var currentCount = 0
  private var nextCount = 0
  private var isNextActive = false
  private var lastEmission = -1_000_000_000
  private var level = 0.0

  package init() {}

  /// Takes the next point; a non-finite one changes nothing and scores 0.
  package mutating func observe(_ value: Double) -> Reading {
    guard value.isFinite else { return Reading(surpriseNats: 0, heldNats: 0, views: [0, 0, 0, 0, 0]) }
    let x = value.clamped(to: -Self.largestMagnitude...Self.largestMagnitude)
    let before = position == 0 ? x : previous
    let (mean, deviation) = updateContext(x)
    let rows = [
      SIMD4(x, mean, deviation, 0), SIMD4(mean, deviation, 0, 0), SIMD4(x, before, 0, 0), SIMD4(x - before, 0, 0, 0),
    ]
    let spread = log(deviation + 0.05 * slowDeviation + 2e-4 * abs(slowMean) + 1e-12)
    let novelties = learnAndQuery(rows)
    let surprises = surprises(of: novelties, spread: spread)
    let spreadSurprise = max(surprises[4], surprises[5])
    let views = [surprises[0], surprises[1], surprises[2], surprises[3], spreadSurprise]
    let joined = views.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let held = hold(joined)
    previous = x
    position += 1
    return Reading(surpriseNats: joined, heldNats: held, views: views)
  }

  /// The mean and standard deviation of the last points, this one included; also the slow level and deviation.
  private mutating func updateContext(_ x: Double) -> (mean: Double, deviation: Double) {
    ring[position % Self.ringSize] = x
    let count = min(position + 1, Self.ringSize)
    let mean = ring[0..<count].reduce(0, +) / Double(count)
    let variance = ring[0..<count].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    let weight = 1 / Double(min(position + 1, 2000))
    if position == 0 { slowMean = x }
    slowMean += weight * (x - slowMean)
    slowDeviation += weight * (abs(x - slowMean) - slowDeviation)
    return (mean, variance.squareRoot())
  }

  private mutating func learnAndQuery(_ rows: [SIMD4<Double>]) -> [Double] {
    rows.indices.map { view in
      let exclusion = Self.exclusions[view]
      if position >= exclusion {
        books[view].learn(delayed[view][position % exclusion], at: position - exclusion)
      }
      let distance = books[view].distance(to: rows[view])
      delayed[view][position % exclusion] = rows[view]
      return distance
    }
  }

  private mutating func surprises(of novelties: [Double], spread: Double) -> [Double] {
    if isNextActive && nextCount == ExceedanceTail.horizon {
      for index in tails.indices { tails[index].swapLists() }
      currentCount = nextCount
      nextCount = 0
    }
    if currentCount >= ExceedanceTail.horizon { isNextActive = true }
    let leastScale = 0.05 * slowDeviation + 0.001 * abs(slowMean) + 1e-12
    let values = novelties + [spread, -spread]
    let result = tails.indices.map { index -> Double in
      let isSpread = index >= 4
      guard !isSpread || position >= Self.ringSize else { return 0 }
      let floor = isSpread ? 0.25 : max(leastScale, 0.1 * tails[index].meanMagnitude)
      let surprise = tails[index].surprise(of: values[index], observed: currentCount, floor: floor)
      tails[index].insert(values[index], alsoIntoNext: isNextActive, position: position)
      return surprise
    }
    currentCount += 1
    if isNextActive { nextCount += 1 }
    return result
  }

  private mutating func hold(_ surprise: Double) -> Double {
    let refractoryPoints = (0.03 * Double(position)).clamped(to: 20...1000)
    if Double(position - lastEmission) >= refractoryPoints { level = 0 }
    guard surprise > 0, surprise > 1.2 * level else { return 0.01 * surprise }
    lastEmission = position
    level = surprise
    return surprise
  }
}
