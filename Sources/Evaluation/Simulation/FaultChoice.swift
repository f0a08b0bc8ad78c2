import IncidentModel

extension SimulatedFault {
  /// Where a mechanism can strike in a system, and how it begins; nil where the system has no such place.
  static func choose(
    _ mechanism: Mechanism, in system: SimulatedSystem, windowSeconds: Double, random: inout SeededRandom
  ) -> SimulatedFault? {
    guard let place = place(of: mechanism, in: system, random: &random) else { return nil }
    let isSlow = mechanism == .memoryLeak
    let onsetShare = isSlow ? random.uniform(0.3, 0.45) : random.uniform(0.5, 0.75)
    // Half of the faults are there at once, the others grow over up to eight minutes.
    let ramp = random.chance(0.5) ? random.uniform(0, 30) : random.uniform(60, 480)
    // From weak to heavy; the middle is a plain case.
    let strength = 0.7 * random.logNormal(spread: 0.5)
    let form = random.unit()
    var call: Int?
    if mechanism == .badConfiguration, case .service(let position) = place {
      let calls = system.callsFrom[position]
      let isAboutStore = form >= 0.6
      call = random.pick(calls.filter { system.services[system.calls[$0].to].isStore == isAboutStore }) ?? calls.first
    }
    // Connections that were open before a certificate expired live on for a while, and a disk takes time to fill.
    let ownRamp: Double? =
      mechanism == .certificateExpiry ? 90 : mechanism == .diskSaturation && form >= 0.7 ? 420 : nil
    // It takes some minutes after the ramp until somebody has been alerted.
    let latest = max(windowSeconds - (ownRamp ?? ramp) - 600, windowSeconds * 0.3)
    return SimulatedFault(
      mechanism: mechanism, place: place, onsetSeconds: min(windowSeconds * onsetShare, latest),
      rampSeconds: ownRamp ?? ramp,
      strength: strength, form: form, call: call)
  }

  private static func place(
    of mechanism: Mechanism, in system: SimulatedSystem, random: inout SeededRandom
  ) -> Place? {
    func services(_ isFit: (SimulatedService) -> Bool) -> [Int] {
      system.services.indices.filter { isFit(system.services[$0]) }
    }
    switch mechanism {
    case .cpuHog, .diskSaturation:
      if random.chance(0.15) { return .node(random.index(below: system.nodes.count)) }
      let isDisk = mechanism == .diskSaturation
      let fits = services { isDisk ? $0.role == .database || $0.role == .queue : $0.role != .external }
      return random.pick(fits).map { process(of: $0, in: system, random: &random) }
    case .memoryLeak:
      return random.pick(services { $0.role == .application || $0.role == .cache }).map {
        process(of: $0, in: system, random: &random)
      }
    case .networkDelay, .networkLoss:
      return random.pick(services { $0.role != .external && $0.role != .gateway }).map {
        process(of: $0, in: system, random: &random)
      }
    case .failingRelease, .badConfiguration:
      return random.pick(services { $0.role == .application }).map { .service($0) }
    case .dependencyOutage: return random.pick(services { $0.role == .external }).map { .service($0) }
    case .lockContention: return random.pick(services { $0.role == .database }).map { .service($0) }
    case .trafficSurge, .certificateExpiry: return random.pick(services { $0.role == .gateway }).map { .service($0) }
    }
  }

  /// One copy or all of them.
  private static func process(
    of service: Int, in system: SimulatedSystem, random: inout SeededRandom
  ) -> Place {
    let copies = system.services[service].replicas.count
    guard copies > 0, random.chance(0.6) else { return .service(service) }
    return .replica(service: service, copy: random.index(below: copies))
  }
}
