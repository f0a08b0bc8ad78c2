import IncidentModel

/// What really went on in a simulated system, before anyone measured it.
struct SystemHistory: Sendable {
  var system: SimulatedSystem
  var fault: SimulatedFault?
  var decoys: SimulatedDecoys
  var start: Timestamp
  var stepSeconds: Double
  /// By tick, then by service.
  var moments: [[ServiceMoment]]
  var seed: UInt64

  init(
    system: SimulatedSystem, fault: SimulatedFault?, decoys: SimulatedDecoys, start: Timestamp, ticks: Int,
    stepSeconds: Double, seed: UInt64
  ) {
    self.system = system
    self.fault = fault
    self.decoys = decoys
    self.start = start
    self.stepSeconds = stepSeconds
    self.seed = seed
    let hour = (start.seconds / 3600).truncatingRemainder(dividingBy: 24)
    let gateways = system.gateways
    var profile = LoadProfile(gateways: gateways.count, startHour: hour, busyHour: decoys.busyHour, seed: seed)
    var dynamics = SystemDynamics(system: system, fault: fault, seed: seed)
    var load = system.outsideLoad
    moments = []
    moments.reserveCapacity(ticks)
    // A few moments before the start let the feedback settle.
    for tick in -5..<ticks {
      let seconds = Double(tick) * stepSeconds
      for (number, gateway) in gateways.enumerated() {
        load[gateway] = system.outsideLoad[gateway] * profile.factor(gateway: number, seconds: max(seconds, 0))
      }
      let moment = dynamics.advance(to: seconds, outsideLoad: load)
      if tick >= 0 { moments.append(moment) }
    }
  }

  var tickCount: Int { moments.count }
  var durationSeconds: Double { Double(tickCount) * stepSeconds }

  func time(atTick tick: Int) -> Timestamp { start.advanced(bySeconds: Double(tick) * stepSeconds) }

  func tick(atSeconds seconds: Double) -> Int { min(max(Int(seconds / stepSeconds), 0), tickCount - 1) }
}
