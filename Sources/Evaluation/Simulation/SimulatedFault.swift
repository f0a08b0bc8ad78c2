import IncidentModel

/// One fault of a simulated system: what goes wrong, where, since when and how badly.
struct SimulatedFault: Sendable {
  var mechanism: Mechanism
  var place: Place
  var onsetSeconds: Double
  /// From nothing to full strength.
  var rampSeconds: Double
  /// 1 is a plain case; below is weak.
  var strength: Double
  /// 0…1, chooses between the forms that a mechanism has.
  var form: Double
  /// The call that a configuration change affects, where it is one.
  var call: Int?

  enum Mechanism: String, Sendable, CaseIterable {
    case cpuHog, memoryLeak, diskSaturation, networkDelay, networkLoss, failingRelease, badConfiguration
    case dependencyOutage, trafficSurge, lockContention, certificateExpiry

    var kind: FaultKind {
      switch self {
      case .cpuHog: .cpu
      case .memoryLeak: .memory
      case .diskSaturation: .disk
      case .networkDelay: .networkDelay
      case .networkLoss: .networkLoss
      // Locks are held by statements: by what the code does, not by what the machine lacks.
      case .failingRelease, .lockContention: .code
      case .badConfiguration: .config
      case .dependencyOutage: .dependency
      case .trafficSurge: .traffic
      case .certificateExpiry: .certificate
      }
    }
  }

  enum Place: Hashable, Sendable {
    case service(Int)
    case replica(service: Int, copy: Int)
    case node(Int)
  }

  func component(in system: SimulatedSystem) -> ComponentID {
    switch place {
    case .service(let position): system.services[position].id
    case .replica(let position, let copy): system.services[position].replicas[copy].id
    case .node(let position): system.nodes[position].id
    }
  }

  /// The faulty component and everything whose requests pass through it.
  func concernedComponents(in system: SimulatedSystem) -> Set<ComponentID> {
    let services = affectedShares(in: system).keys
    let all = services.reduce(into: Set(services)) { $0.formUnion(system.callers(ofPosition: $1)) }
    return Set(all.map { system.services[$0].id } + [component(in: system)])
  }

  /// The share of each service's requests that meet the fault.
  func affectedShares(in system: SimulatedSystem) -> [Int: Double] {
    switch place {
    case .service(let position): return [position: 1]
    case .replica(let position, _): return [position: 1 / system.services[position].replicaCount]
    case .node(let node):
      var shares: [Int: Double] = [:]
      for (position, service) in system.services.enumerated() where service.hasOwnTelemetry {
        let here =
          service.replicas.isEmpty ? (service.node == node ? 1 : 0) : service.replicas.count { $0.node == node }
        if here > 0 { shares[position] = Double(here) / service.replicaCount }
      }
      return shares
    }
  }
}

/// What a fault does to one service at one moment; the defaults do nothing.
struct FaultEffect: Sendable {
  var affectedShare = 1.0
  /// Cores that something else burns beside the service, for each replica.
  var hogCores = 0.0
  /// Cores that a neighbour on the same node takes away, for each replica.
  var stolenCores = 0.0
  var selfFactor = 1.0
  var cpuFactor = 1.0
  var ownErrors = 0.0
  /// Share of the memory limit.
  var leakedShare = 0.0
  var diskBusy = 0.0
  var diskUsed = 0.0
  /// On every message in or out.
  var delayMilliseconds = 0.0
  var lossRatio = 0.0
  var poolFactor = 1.0
  var locksWaiting = 0.0
  var outsideFactor = 1.0
  /// On one of the service's calls.
  var call: Int?
  var callFactor = 1.0
  var timeoutFactor = 1.0
}

extension SimulatedFault {
  /// 0 before the onset, 1 when the ramp is over.
  func intensity(at seconds: Double) -> Double {
    guard seconds >= onsetSeconds else { return 0 }
    return rampSeconds <= 0 ? 1 : min((seconds - onsetSeconds) / rampSeconds, 1)
  }

  /// Nil before the onset.
  func effect(on service: SimulatedService, share: Double, at seconds: Double) -> FaultEffect? {
    guard seconds >= onsetSeconds else { return nil }
    let amount = strength * intensity(at: seconds)
    let limit = service.cores / service.replicaCount
    var effect = FaultEffect(affectedShare: share)
    switch mechanism {
    case .cpuHog:
      if case .node = place {
        effect.stolenCores = amount * limit * 0.9
      } else {
        effect.hogCores = amount * limit * 0.9
      }
    case .memoryLeak: leak(&effect, at: seconds, usedShare: service.memoryUsedShare)
    case .diskSaturation:
      if form < 0.7 || !service.isStore {
        effect.diskBusy = min(amount * 0.8, 1.2)
        effect.selfFactor = 1 + (service.isStore ? 2 : 0.4) * amount
      } else {
        effect.diskUsed = 1.02 * (1 - service.diskUsedRatio) * intensity(at: seconds)
        effect.ownErrors = service.diskUsedRatio + effect.diskUsed >= 0.99 ? min(0.1 + 0.3 * strength, 0.9) : 0
      }
    case .networkDelay: effect.delayMilliseconds = amount * (15 + 150 * form)
    case .networkLoss: effect.lossRatio = min(amount * (0.03 + 0.1 * form), 0.5)
    case .failingRelease:
      if form < 0.65 { effect.ownErrors = min(amount * 0.2, 0.95) }
      if form > 0.5 {
        effect.selfFactor = 1 + 2.5 * amount
        effect.cpuFactor = 1 + amount
      }
    case .badConfiguration: configuration(&effect, amount: amount)
    case .dependencyOutage:
      if form < 0.6 { effect.ownErrors = min(amount * 0.5, 0.98) }
      if form > 0.4 { effect.selfFactor = 1 + 6 * amount }
    case .trafficSurge: effect.outsideFactor = 1 + 1.2 * amount
    case .lockContention:
      effect.selfFactor = 1 + 6 * amount
      effect.cpuFactor = 0.8
      effect.ownErrors = min(0.02 * amount, 0.3)
      effect.locksWaiting = 12 * amount
    case .certificateExpiry: effect.ownErrors = min(amount * 0.6, 0.97)
    }
    return effect
  }

  /// Memory grows until the limit is reached, the process is restarted, and it begins again.
  private func leak(_ effect: inout FaultEffect, at seconds: Double, usedShare: Double) {
    let free = max(1 - usedShare, 0.05)
    let secondsToLimit = max((2400 - 1200 * form) / max(strength, 0.1), 300)
    let elapsed = seconds - onsetSeconds
    let round = (elapsed / secondsToLimit).rounded(.down)
    effect.leakedShare = free * (elapsed - round * secondsToLimit) / secondsToLimit
    if round >= 1, elapsed - round * secondsToLimit < 60 { effect.ownErrors = 0.4 }
    let pressure = max(0, (usedShare + effect.leakedShare - 0.82) / 0.18)
    effect.selfFactor = 1 + 3 * pressure * pressure
    effect.cpuFactor = 1 + 0.8 * pressure
  }

  private func configuration(_ effect: inout FaultEffect, amount: Double) {
    effect.call = call
    switch form {
    case ..<0.35: effect.poolFactor = 1 / (1 + 4 * amount)
    case ..<0.6 where call != nil: effect.timeoutFactor = 1 / (1 + 25 * amount)
    case ..<0.8 where call != nil: effect.callFactor = 1 + 3 * amount
    default: effect.ownErrors = min(0.25 * amount, 0.95)
    }
  }
}
