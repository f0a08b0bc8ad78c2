/// One service at one moment.
struct ServiceMoment: Sendable {
  var requests = 0.0
  /// As its clients see them, network included.
  var meanMilliseconds = 0.0
  var p95Milliseconds = 0.0
  /// Share of requests that fail, for whatever reason, and those that fail here.
  var errors = 0.0
  var ownErrors = 0.0
  /// Own time of a request that does not meet the fault, and of one that does.
  var selfMilliseconds = 0.0
  var affectedSelfMilliseconds = 0.0
  /// For one replica: an untouched one and one with the fault.
  var cpuCores = 0.0
  var affectedCPUCores = 0.0
  var memoryShare = 0.0
  var affectedMemoryShare = 0.0
  var inFlight = 0.0
  var poolShare = 0.0
  var diskBusy = 0.0
  var diskUsed = 0.0
  var retransmits = 0.0
  var locksWaiting = 0.0
  var affectedShare = 0.0
  var delayMilliseconds = 0.0
  var lossRatio = 0.0
}

/// Runs a system forward in time: load spreads down the calls, waiting and failures come back up.
///
/// A request's own time grows with utilisation as in a queue with one server, ρ²/(1 − ρ); requests in progress follow
/// from Little's law, and a full pool makes its owner slow as well, which is how a victim becomes louder than a cause.
struct SystemDynamics {
  private let system: SimulatedSystem
  private let fault: SimulatedFault?
  private let shares: [Int: Double]
  private var noise: [Double]
  private var random: SeededRandom
  private var previous: [ServiceMoment]
  private var current: [ServiceMoment]

  init(system: SimulatedSystem, fault: SimulatedFault?, seed: UInt64) {
    self.system = system
    self.fault = fault
    shares = fault?.affectedShares(in: system) ?? [:]
    random = SeededRandom(seed: seed, purpose: "dynamics")
    noise = [Double](repeating: 0, count: system.services.count)
    previous = [ServiceMoment](repeating: ServiceMoment(), count: system.services.count)
    current = previous
  }

  /// The next moment of every service; `outsideLoad` is in requests per second by service position.
  mutating func advance(to seconds: Double, outsideLoad: [Double]) -> [ServiceMoment] {
    swap(&previous, &current)
    for position in current.indices { current[position] = ServiceMoment() }
    var effects: [Int: FaultEffect] = [:]
    for (position, share) in shares {
      effects[position] = fault?.effect(on: system.services[position], share: share, at: seconds)
    }
    spreadLoad(outsideLoad, effects)
    for position in current.indices.reversed() { settle(position, effects[position]) }
    return current
  }

  private mutating func spreadLoad(_ outsideLoad: [Double], _ effects: [Int: FaultEffect]) {
    for position in current.indices {
      let effect = effects[position]
      current[position].requests += outsideLoad[position] * (effect?.outsideFactor ?? 1)
      // A request that fails here at once calls nobody.
      let working = current[position].requests * (1 - 0.8 * previous[position].ownErrors)
      for index in system.callsFrom[position] {
        let call = system.calls[index]
        let factor = effect?.call == index ? effect?.callFactor ?? 1 : 1
        let failing = previous[call.to].errors
        // A client that retries also stops calling what fails most of the time.
        let attempts = call.retries > 0 && failing > 0.6 ? 0.4 : 1 + call.retries * failing
        current[call.to].requests += working * call.callsPerRequest * factor * attempts
      }
    }
  }

  private mutating func settle(_ position: Int, _ effect: FaultEffect?) {
    let service = system.services[position]
    var moment = current[position]
    noise[position] = 0.8 * noise[position] + service.unsteadiness * random.heavyTailed()
    work(service, effect, slowness: PortableMath.exponential(noise[position]), &moment)
    let share = moment.affectedShare
    let ownMean = (1 - share) * moment.selfMilliseconds + share * moment.affectedSelfMilliseconds
    // With one bad replica among several the slow requests are the tail.
    let gap = share < 1 ? (moment.affectedSelfMilliseconds - moment.selfMilliseconds) * min(share / 0.2, 1) : 0
    var spread = ownMean * service.tail + max(gap, 0)
    spread *= spread
    var mean = ownMean
    var working = 1.0
    for index in system.callsFrom[position] {
      let wait = waiting(for: index, of: effect)
      mean += wait.meanMilliseconds
      spread += wait.spread
      working *= 1 - wait.failing
      moment.retransmits += wait.retransmits
    }
    moment.inFlight = moment.requests * mean / 1000
    moment.poolShare = moment.inFlight / (service.poolSize * (effect?.poolFactor ?? 1))
    // Requests queue in front of a full pool; the queue of a moment ago is what delays this one.
    let crowding = min(max(0.5 * (moment.poolShare + previous[position].poolShare) - 0.85, 0) * 2, 3)
    mean += crowding * mean * 0.5
    // What does not fit into the queue is turned away.
    moment.ownErrors = min(moment.ownErrors + min(max(0, moment.poolShare - 1.1) * 0.25, 0.5), 0.98)
    moment.errors = 1 - (1 - moment.ownErrors) * working
    let network = networkCost(effect)
    moment.meanMilliseconds = mean * (1 - 0.3 * moment.ownErrors) + network.mean
    moment.p95Milliseconds =
      moment.meanMilliseconds + (spread + crowding * mean * crowding * mean).squareRoot() + network.tail
    moment.errors = min(moment.errors + network.failing, 0.99)
    current[position] = moment
  }

  /// Processor, memory, disk and own time.
  private func work(
    _ service: SimulatedService, _ effect: FaultEffect?, slowness: Double, _ moment: inout ServiceMoment
  ) {
    let effect = effect ?? FaultEffect(affectedShare: 0)
    let limit = service.cores / service.replicaCount
    let demand = moment.requests / service.replicaCount * service.cpuSecondsPerRequest
    let taken = min(effect.hogCores + effect.stolenCores, 0.95 * limit)
    let available = max(limit - 0.8 * taken, 0.1 * limit)
    let load = limit > 0 ? demand / limit : 0
    let affectedLoad = limit > 0 ? demand * effect.cpuFactor / available : 0
    let usualDisk = moment.requests * service.diskMilliseconds / 1000 / max(service.replicaCount, 1)
    moment.diskBusy = min(usualDisk / (1 + usualDisk) + effect.diskBusy, 1)
    let diskFactor = service.isStore ? 1 + 0.5 * queueing(moment.diskBusy) : 1
    moment.selfMilliseconds = service.selfMilliseconds * slowness * (1 + queueing(load)) * diskFactor
    moment.affectedSelfMilliseconds =
      service.selfMilliseconds * slowness * (1 + queueing(affectedLoad)) * diskFactor * effect.selfFactor
    moment.affectedShare = effect.affectedShare
    let overload =
      min(max(0, load - 1) * 0.3, 0.9) * (1 - effect.affectedShare)
      + min(max(0, affectedLoad - 1) * 0.3, 0.9) * effect.affectedShare
    moment.ownErrors = min(service.errorRatio + effect.ownErrors * effect.affectedShare + overload, 0.98)
    moment.cpuCores = min(demand + 0.02 * limit, limit)
    moment.affectedCPUCores = min(demand * effect.cpuFactor + effect.hogCores + 0.02 * limit, limit)
    moment.memoryShare = service.memoryUsedShare
    moment.affectedMemoryShare = min(service.memoryUsedShare + effect.leakedShare, 1)
    moment.diskUsed = min(service.diskUsedRatio + effect.diskUsed, 1)
    moment.locksWaiting = effect.locksWaiting
    moment.retransmits = 0.0006 + effect.lossRatio * effect.affectedShare
    moment.delayMilliseconds = effect.delayMilliseconds
    moment.lossRatio = effect.lossRatio
  }

  private func queueing(_ load: Double) -> Double { 0.7 * load * load / (1 - min(load, 0.97)) }

  private struct Waiting {
    var meanMilliseconds = 0.0
    /// Variance-like: squares of the distances from mean to 95th percentile add up.
    var spread = 0.0
    var failing = 0.0
    var retransmits = 0.0
  }

  private func waiting(for index: Int, of effect: FaultEffect?) -> Waiting {
    let call = system.calls[index]
    let callee = current[call.to]
    let network = networkCost(effect)
    let isChanged = effect?.call == index
    let timeout = call.timeoutMilliseconds * (isChanged ? effect?.timeoutFactor ?? 1 : 1)
    let mean = callee.meanMilliseconds + call.networkMilliseconds + network.mean
    let p95 = callee.p95Milliseconds + call.networkMilliseconds + network.mean + network.tail
    let late = shareBeyond(timeout, mean: mean, p95: p95)
    let failing = 1 - (1 - callee.errors) * (1 - late) * (1 - network.failing)
    // A second attempt mends what is not persistent.
    let afterRetries = call.retries > 0 ? failing * (0.3 + 0.7 * failing) : failing
    let rate = call.callsPerRequest * (isChanged ? effect?.callFactor ?? 1 : 1)
    let waited = min(mean, timeout)
    let reach = call.waitShare * (min(p95, 1.5 * timeout) - waited)
    return Waiting(
      meanMilliseconds: rate * call.waitShare * waited * (1 + call.retries * failing),
      spread: min(rate, 2) * max(reach, 0) * max(reach, 0), failing: call.criticality * min(rate, 1) * afterRetries,
      retransmits: 0.3 * callee.lossRatio * min(rate, 1))
  }

  /// Delay and loss on a service's own network interface, for one message each way.
  private func networkCost(_ effect: FaultEffect?) -> (mean: Double, tail: Double, failing: Double) {
    guard let effect else { return (0, 0, 0) }
    let share = effect.affectedShare
    // A lost packet is sent again after about 200 ms.
    let tail = effect.lossRatio > 0.02 ? 200 * min(share * effect.lossRatio / 0.05, 2) : 0
    return (
      share * (effect.delayMilliseconds + 250 * effect.lossRatio), tail + 0.1 * share * effect.delayMilliseconds,
      share * effect.lossRatio * effect.lossRatio * 2
    )
  }

  /// The share of answers that come after a moment, from an exponential tail through the 95th percentile.
  private func shareBeyond(_ timeout: Double, mean: Double, p95: Double) -> Double {
    let scale = max(p95 - mean, 0.1)
    if timeout >= p95 { return 0.05 * PortableMath.exponential(-3 * (timeout - p95) / scale) }
    if timeout <= mean { return min(0.5 + 0.5 * (mean - timeout) / max(mean, 1), 0.98) }
    return 0.05 + 0.45 * (p95 - timeout) / scale
  }
}
