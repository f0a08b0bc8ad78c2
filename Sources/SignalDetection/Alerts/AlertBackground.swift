import Foundation
import IncidentModel

/// How often each condition fired in earlier windows, newer ones counting more.
struct AlertBackground {
  /// Sum of the weights of the windows taken.
  private(set) var total = 0.0
  /// Weighted number of windows, per key.
  private(set) var counts: [Double]
  /// The same summed over the components of a kind, per peer group.
  private(set) var peerCounts: [Double]
  /// Which earlier windows were taken, newest first.
  private(set) var taken: [Int] = []

  private static let halfLifeWindows = 10.0

  /// Windows that repeat the current one, or one already taken, to the letter are copies and teach nothing.
  init(of current: AlertWindow, earlier: ArraySlice<AlertWindow>, index: AlertIndex) {
    counts = [Double](repeating: 0, count: index.keys.count)
    peerCounts = [Double](repeating: 0, count: index.peerGroupCount)
    var seen: Set<[Int]> = [current.keys]
    for position in earlier.indices.reversed() where seen.insert(earlier[position].keys).inserted {
      let weight = pow(0.5, Double(taken.count) / Self.halfLifeWindows)
      taken.append(position)
      total += weight
      for key in earlier[position].keys {
        counts[key] += weight
        if let group = index.peerGroupOfKey[key] { peerCounts[group] += weight }
      }
    }
  }
}

/// How surprising each condition of a window is, in nats, decayed by how late it fired.
struct AlertSurprise {
  /// Aligned with the window's keys.
  private(set) var nats: [Double]

  private static let onsetDecaySeconds = 150.0

  init(of window: AlertWindow, background: AlertBackground, index: AlertIndex) {
    var firing = [Int](repeating: 0, count: index.peerGroupCount)
    for key in window.keys {
      if let group = index.peerGroupOfKey[key] { firing[group] += 1 }
    }
    nats = window.keys.indices.map { position in
      let key = window.keys[position]
      let probability = Self.probability(
        of: key, firingPeers: firing, window: window, background: background, index: index)
      let lateness = max(0, window.onsetSeconds[position])
      return -log(probability.clamped(to: 0.001...0.999)) * exp(-lateness / Self.onsetDecaySeconds)
    }
  }

  private static func probability(
    of key: Int, firingPeers: [Int], window: AlertWindow, background: AlertBackground, index: AlertIndex
  ) -> Double {
    let count = background.counts[key]
    guard let group = index.peerGroupOfKey[key] else { return (count + 0.2) / (background.total + 1) }
    let component = index.componentOfKey[key]
    let kindSize = Double(index.kindSizes[component])
    let prior = background.total > 0 ? (background.peerCounts[group] + 0.5) / (background.total * kindSize + 1) : 0.3
    let own = (count + prior) / (background.total + 1)
    let others = index.kindSizes[component] - index.siblingCounts[component]
    guard others > 0 else { return own }
    let siblings = window.keys.count {
      index.peerGroupOfKey[$0] == group && index.areSiblings(index.componentOfKey[$0], component)
    }
    return max(own, (Double(firingPeers[group] - siblings) + 0.5) / (Double(others) + 1))
  }
}
