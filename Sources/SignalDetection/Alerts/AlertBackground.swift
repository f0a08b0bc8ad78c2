import IncidentModel

/// How often each condition fired in earlier windows, newer ones counting more, and how long each stays.
///
/// A longer window is looked at only as far as the current one lasts: what fires in the course of an hour is no measure
/// for ten seconds.
struct AlertBackground {
  /// Sum of the weights of the windows taken.
  private(set) var total = 0.0
  /// Weighted number of windows, per key.
  private(set) var counts: [Double]
  /// Number of windows, per key.
  private(set) var windowCounts: [Int]
  /// The same as `counts`, summed over the components of a kind, per peer group.
  private(set) var peerCounts: [Double]
  /// Which earlier windows were taken, newest first.
  private(set) var taken: [Int] = []
  /// Whether each key fired in the newest window taken.
  private(set) var isStanding: [Bool]
  private var stays: Stays
  private var groupStays: Stays

  private static let halfLifeWindows = 10.0
  /// A window this far back weighs a thousandth.
  private static let maximumCount = 100

  /// Weighted windows in which something fired and that were followed by another, and in how many of these it fired again.
  private struct Stays {
    var fired: [Double]
    var firedAgain: [Double]

    init(count: Int) {
      fired = [Double](repeating: 0, count: count)
      firedAgain = fired
    }
  }

  /// Windows that repeat the current one, or one already taken, to the letter are copies and teach nothing.
  init(of current: AlertWindow, earlier: ArraySlice<AlertWindow>, index: AlertIndex) {
    counts = [Double](repeating: 0, count: index.keys.count)
    windowCounts = [Int](repeating: 0, count: index.keys.count)
    peerCounts = [Double](repeating: 0, count: index.peerGroupCount)
    isStanding = [Bool](repeating: false, count: index.keys.count)
    stays = Stays(count: index.keys.count)
    groupStays = Stays(count: index.stayGroupCount)
    var seen: Set<Int> = [current.content]
    var firedNext: [Bool] = []
    for position in earlier.indices.reversed() where seen.insert(earlier[position].content).inserted {
      guard taken.count < Self.maximumCount else { break }
      let weight = Double.exp(Double(taken.count) * Double.log(0.5) / Self.halfLifeWindows)
      let keys = earlier[position].keys(within: current.durationSeconds)
      if taken.isEmpty {
        for key in keys { isStanding[key] = true }
        firedNext = isStanding
      } else {
        // The pair weighs as much as its newer window.
        addStays(keys, firedNext, weight * Double.exp(-Double.log(0.5) / Self.halfLifeWindows), index)
        for key in earlier[taken[taken.count - 1]].keys { firedNext[key] = false }
        for key in keys { firedNext[key] = true }
      }
      taken.append(position)
      total += weight
      for key in keys {
        counts[key] += weight
        windowCounts[key] += 1
        if let group = index.peerGroupOfKey[key] { peerCounts[group] += weight }
      }
    }
  }

  private mutating func addStays(_ keys: [Int], _ firedNext: [Bool], _ weight: Double, _ index: AlertIndex) {
    for key in keys {
      let group = index.stayGroupOfKey[key]
      stays.fired[key] += weight
      groupStays.fired[group] += weight
      if firedNext[key] {
        stays.firedAgain[key] += weight
        groupStays.firedAgain[group] += weight
      }
    }
  }

  /// The probability that a condition that fired in the window before fires again: its own record, smoothed by that of
  /// its resource class, smoothed by how often it fires at all. Nil where it did not fire before.
  func probabilityOfStaying(_ key: Int, usually probability: Double, index: AlertIndex) -> Double? {
    guard taken.count > 1, isStanding[key] else { return nil }
    let group = index.stayGroupOfKey[key]
    let ofGroup = (groupStays.firedAgain[group] + probability) / (groupStays.fired[group] + 1)
    return (stays.firedAgain[key] + ofGroup) / (stays.fired[key] + 1)
  }
}
