import IncidentModel

/// Where more load than usual begins, and how much of what others show it explains.
struct LoadOrigin {
  private var rises: [ComponentID: Double] = [:]
  private var inherited: [ComponentID: Double] = [:]

  /// A rise below this log ratio explains nothing.
  private static let minimumRise = 0.25

  init(signals: [Signal], map: ServiceMap) {
    for signal in signals where signal.channel == .traffic && signal.logRatio > 0 {
      rises[signal.component] = max(rises[signal.component] ?? 0, signal.logRatio)
    }
    for component in rises.keys {
      inherited[component] = map.callers(of: component).compactMap { rises[$0] }.max()
    }
  }

  /// The log ratio by which load rose; 0 where it did not.
  func rise(_ component: ComponentID) -> Double { rises[component] ?? 0 }

  /// How much of a component's excess its load does not explain: 1 without a clear rise.
  func unexplainedShare(_ component: ComponentID) -> Double {
    let rise = rise(component)
    return rise < Self.minimumRise ? 1 : max(0.2, 1 - rise / 0.5)
  }

  /// Load counts where it begins: what callers pass on is theirs, and what falls off is a consequence more often.
  func strength(_ signal: Signal) -> Double {
    guard signal.logRatio > 0 else { return 0.2 * signal.strength }
    guard signal.logRatio >= Self.minimumRise else { return 0.5 * signal.strength }
    let passedOn = (inherited[signal.component] ?? 0) / signal.logRatio
    return signal.strength * (1.5 - 1.5 * passedOn).clamped(to: 0.05...1)
  }
}
