import IncidentModel

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
      return -Double.log(probability.clamped(to: 0.001...0.999)) * Double.exp(-lateness / Self.onsetDecaySeconds)
    }
  }

  /// The largest of three: how often it fires, that it stays where it fired before, and how many of its peers fire.
  private static func probability(
    of key: Int, firingPeers: [Int], window: AlertWindow, background: AlertBackground, index: AlertIndex
  ) -> Double {
    let count = background.counts[key]
    let component = index.componentOfKey[key]
    var prior = 0.2
    if let group = index.peerGroupOfKey[key] {
      let kindSize = Double(index.kindSizes[component])
      prior = background.total > 0 ? (background.peerCounts[group] + 0.5) / (background.total * kindSize + 1) : 0.3
    }
    var probability = (count + prior) / (background.total + 1)
    if let staying = background.probabilityOfStaying(key, usually: probability, index: index) {
      probability = max(probability, staying)
    }
    let others = index.kindSizes[component] - index.siblingCounts[component]
    guard let group = index.peerGroupOfKey[key], others > 0 else { return probability }
    let siblings = window.keys.count {
      index.peerGroupOfKey[$0] == group && index.areSiblings(index.componentOfKey[$0], component)
    }
    return max(probability, (Double(firingPeers[group] - siblings) + 0.5) / (Double(others) + 1))
  }
}
