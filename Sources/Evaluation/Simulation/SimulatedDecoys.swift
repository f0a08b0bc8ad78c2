import IncidentModel

/// Things that happen around an incident, or on a quiet day, and are not its cause.
struct SimulatedDecoys: Sendable {
  /// A release or setting that changes nothing anybody could notice.
  var changes: [Change] = []
  /// One or two points far off, in one series.
  var spikes: [Spike] = []
  /// Low-priority work that takes what nobody else needed: loud in one metric, and nobody is slower for it.
  var batchJobs: [BatchJob] = []
  /// A condition that an alert has been complaining about since before the window.
  var standingAlerts: [StandingAlert] = []
  /// A burst of harmless warnings.
  var logBursts: [LogBurst] = []
  var busyHour: BusyHour?
  /// A probe from outside that failed once for reasons of its own, and called somebody.
  var falsePageSeconds: Double?

  struct Change: Sendable {
    var service: Int
    var seconds: Double
    var isDeploy: Bool
  }

  struct Spike: Sendable {
    var service: Int
    var tick: Int
    var length: Int
    var factor: Double
    /// Chooses the series.
    var choice: Double
  }

  struct BatchJob: Sendable {
    var service: Int
    var startSeconds: Double
    var endSeconds: Double
    /// How much of what there is, 0…1. Of a database or cache the disk and the network are taken (a backup), of a
    /// queue the depth grows (a bulk import), of all others the processor is taken.
    var share: Double

    func isRunning(at seconds: Double) -> Bool { (startSeconds..<endSeconds).contains(seconds) }
  }

  struct StandingAlert: Sendable {
    var service: Int
    var hoursBefore: Double
    var form: Double
  }

  struct LogBurst: Sendable {
    var service: Int
    var startSeconds: Double
    var lines: Int
  }

  struct BusyHour: Sendable {
    var startSeconds: Double
    var rampSeconds: Double
    var factor: Double
  }

  /// Around `focusSeconds`: the onset of a fault, or any moment of a quiet window. Never at the fault's own services.
  static func choose(
    in system: SimulatedSystem, windowSeconds: Double, ticks: Int, focusSeconds: Double, sparing: Set<Int>,
    isHealthy: Bool, random: inout SeededRandom
  ) -> SimulatedDecoys {
    let others = system.services.indices.filter { system.services[$0].hasOwnTelemetry && !sparing.contains($0) }
    var decoys = SimulatedDecoys()
    func moment(_ random: inout SeededRandom, _ before: Double, _ after: Double) -> Double {
      min(max(focusSeconds + random.uniform(-before, after), 60), windowSeconds - 60)
    }
    for _ in 0..<1 + random.index(below: 2) where random.chance(0.75) {
      guard let service = random.pick(others) else { break }
      decoys.changes.append(
        Change(service: service, seconds: moment(&random, 900, 240), isDeploy: random.chance(0.75)))
    }
    for _ in 0..<random.index(below: 4) {
      guard let service = random.pick(others) else { break }
      decoys.spikes.append(
        Spike(
          service: service, tick: random.index(below: ticks), length: 1 + random.index(below: 2),
          factor: random.uniform(2, 6), choice: random.unit()))
    }
    let jobCount = random.chance(0.65) ? 1 + random.index(below: 2) : 0
    for _ in 0..<jobCount {
      guard let service = random.pick(others) else { break }
      let start = moment(&random, 900, 300)
      decoys.batchJobs.append(
        BatchJob(
          service: service, startSeconds: start, endSeconds: start + random.uniform(240, 1500),
          share: random.uniform(0.15, 0.7)))
    }
    if random.chance(0.5), let service = random.pick(others) {
      decoys.standingAlerts.append(
        StandingAlert(service: service, hoursBefore: random.uniform(2, 90), form: random.unit()))
    }
    if random.chance(0.4), let service = random.pick(others) {
      decoys.logBursts.append(
        LogBurst(service: service, startSeconds: moment(&random, 1200, 300), lines: 8 + random.index(below: 25)))
    }
    if isHealthy, random.chance(0.4) { decoys.falsePageSeconds = focusSeconds }
    if random.chance(isHealthy ? 0.4 : 0.2) {
      decoys.busyHour = BusyHour(
        startSeconds: moment(&random, 1800, 0), rampSeconds: random.uniform(600, 1800),
        factor: random.uniform(1.1, 1.35))
    }
    return decoys
  }
}

/// Requests from outside over a day: two maxima on a working day, a shorter wave, and slow noise.
struct LoadProfile: Sendable {
  /// The daily curve's highest factor on the usual load, rounded up.
  static let dailyMaximum = 1.4

  private let startHour: Double
  private let busyHour: SimulatedDecoys.BusyHour?
  private var wander: [Double]
  private var random: SeededRandom

  init(gateways: Int, startHour: Double, busyHour: SimulatedDecoys.BusyHour?, seed: UInt64) {
    self.startHour = startHour
    self.busyHour = busyHour
    wander = [Double](repeating: 0, count: gateways)
    random = SeededRandom(seed: seed, purpose: "load")
  }

  /// The factor on a gateway's usual load, for the next moment.
  mutating func factor(gateway: Int, seconds: Double) -> Double {
    let hour = startHour + seconds / 3600
    let daily = 1 + 0.35 * PortableMath.sine(turns: (hour - 9) / 24) + 0.12 * PortableMath.sine(turns: (hour - 4) / 12)
    let short = 1 + 0.04 * PortableMath.sine(turns: hour / 0.62 + Double(gateway) * 0.37)
    wander[gateway] = 0.9 * wander[gateway] + 0.012 * random.normal()
    var busy = 1.0
    if let busyHour, seconds > busyHour.startSeconds {
      let rise = min((seconds - busyHour.startSeconds) / busyHour.rampSeconds, 1)
      busy += (busyHour.factor - 1) * rise
    }
    return max(daily, 0.2) * short * busy * PortableMath.exponential(wander[gateway])
  }
}
