import IncidentModel

extension [Signal] {
  /// What calls of a service's replicas exceed their normal by, as the service's own where nobody measures that of the
  /// service: the map knows who calls services, and no chain of calls can be followed through a replica.
  func callsOnServices(_ map: ServiceMap) -> [Signal] {
    let ofCalls: Set<SignalChannel> = [.latencyExcess, .errorExcess]
    var measured: [SignalChannel: Set<ComponentID>] = [:]
    for signal in self where ofCalls.contains(signal.channel) {
      measured[signal.channel, default: []].insert(signal.component)
    }
    return self.map { signal in
      guard let known = measured[signal.channel], let service = map[signal.component]?.instanceOf,
        !known.contains(service)
      else { return signal }
      var signal = signal
      signal.component = service
      return signal
    }
  }

  /// The share of each component's requests that fails beyond the usual, where that is known.
  var failingShares: [ComponentID: Double] {
    reduce(into: [:]) { shares, signal in
      guard let share = signal.failingShare else { return }
      shares[signal.component] = Swift.max(shares[signal.component] ?? 0, share)
    }
  }
}

extension Signal {
  /// Requests that wait: in pools, queues and open connections.
  var isWaiting: Bool { metricClass == .connections || metricClass == .saturation }

  /// A request that fails counts as one that takes e to the power of this times as long.
  private static let failureFactor = 4.0

  /// A resource that is used up, and not because requests wait.
  var isUse: Bool { channel == .resource && direction == .rise && strength >= 1 && !isWaiting }

  /// How far it moved, as a logarithm of a ratio; nil for what has no size.
  var size: Double? {
    failingShare.map { Self.failureFactor * $0 } ?? (deviationSigmas == 0 ? nil : abs(logRatio))
  }

  /// Whether a node's use of a resource is the use of this component on it.
  func explains(_ node: Signal) -> Bool {
    metricClass == node.metricClass && direction == node.direction && strength >= 0.5 * node.strength
  }
}
