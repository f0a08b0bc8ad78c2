import IncidentModel
import Telemetry

/// Which metrics each kind of component has. Request metrics are taken on the clients' side, as a service mesh reports
/// them by destination; what a process consumes is taken for each replica.
extension MetricSampling {
  mutating func sampleService(_ position: Int) {
    let service = history.system.services[position]
    let missing = gap()
    let spikes = history.decoys.spikes.filter { $0.service == position }
    func spike(_ number: Double) -> SimulatedDecoys.Spike? {
      spikes.first { ($0.choice * 6).rounded(.down) == number }
    }
    let requests = truth(position) { $0.requests }
    add(
      service.id, "requests_per_second", decimals: 2, noise: .rate, missing: missing,
      spike: spike(0), truth: requests)
    if service.isTimed { sampleAnswers(position, requests: requests, missing: missing, spikes: [spike(1), spike(2)]) }
    guard service.hasOwnTelemetry else { return }
    add(
      service.id, "connections_open", decimals: 0, noise: .relative(0.05),
      missing: missing, spike: spike(3), truth: truth(position) { 4 + $0.inFlight * 1.3 })
    add(
      service.id, "pool_in_use_ratio", decimals: 4, noise: .relative(0.04), missing: missing,
      truth: truth(position) { min($0.poolShare, 1) })
    sampleRole(position, missing: missing)
    sampleProcesses(position, spike: spike(4))
  }

  private mutating func sampleAnswers(
    _ position: Int, requests: [Double], missing: Range<Int>, spikes: [SimulatedDecoys.Spike?]
  ) {
    let service = history.system.services[position]
    add(
      service.id, "error_ratio", decimals: 5, noise: .share(of: requests), missing: missing,
      truth: truth(position) { $0.errors })
    add(
      service.id, "latency_p50_ms", decimals: 2,
      noise: .sampled(spread: 0.6 * service.tail, requests: requests), missing: missing, spike: spikes[0],
      truth: truth(position) { moment in
        let slowShare = moment.affectedShare < 0.5 ? moment.affectedShare : 0
        let own = slowShare * (moment.affectedSelfMilliseconds - moment.selfMilliseconds)
        return 0.8 * max(moment.meanMilliseconds - own, 0.1)
      })
    add(
      service.id, "latency_p95_ms", decimals: 2,
      noise: .sampled(spread: 1.5 * service.tail, requests: requests), missing: missing, spike: spikes[1],
      truth: truth(position) { $0.p95Milliseconds })
  }

  private mutating func sampleRole(_ position: Int, missing: Range<Int>) {
    let service = history.system.services[position]
    if service.isStore {
      add(
        service.id, "disk_io_time_ratio", decimals: 4, noise: .bursty(0.2), missing: missing,
        truth: withJobs(at: position, truth(position) { min($0.diskBusy, 1) }) { min($0 + $1, 1) })
      add(
        service.id, "disk_used_ratio", decimals: 4, noise: .none, missing: missing,
        truth: truth(position) { $0.diskUsed })
    }
    if service.role == .database {
      add(
        service.id, "locks_waiting", decimals: 0, noise: .count, missing: missing,
        truth: truth(position) { $0.requests * 0.02 + $0.locksWaiting })
    }
    if service.role == .queue {
      add(
        service.id, "queue_depth", decimals: 0, noise: .relative(0.15), missing: missing,
        truth: withJobs(at: position, truth(position) { 3 + $0.inFlight * 6 }) { $0 * (1 + 12 * $1) })
    }
    if service.role == .gateway { sampleCertificate(position, missing: missing) }
  }

  /// Adds low-priority jobs to a series: `add` gets the value and the job's share.
  private func withJobs(at position: Int, _ truth: [Double], add: (Double, Double) -> Double) -> [Double] {
    let jobs = history.decoys.batchJobs.filter { $0.service == position }
    guard !jobs.isEmpty else { return truth }
    return truth.enumerated().map { tick, value in
      let seconds = Double(tick) * history.stepSeconds
      return jobs.reduce(value) { $1.isRunning(at: seconds) ? add($0, $1.share) : $0 }
    }
  }

  private mutating func sampleCertificate(_ position: Int, missing: Range<Int>) {
    let service = history.system.services[position]
    var random = SeededRandom(seed: history.seed, purpose: "certificate \(service.id)")
    var leftAtStart = random.uniform(6, 80) * 86_400
    if let fault = history.fault, fault.mechanism == .certificateExpiry, fault.place == .service(position) {
      leftAtStart = fault.onsetSeconds
    }
    let step = history.stepSeconds
    add(
      service.id, "certificate_expiry_seconds", decimals: 0, digits: 9, noise: .none, missing: missing,
      truth: (0..<history.tickCount).map { leftAtStart - Double($0) * step })
  }

  private mutating func sampleProcesses(_ position: Int, spike: SimulatedDecoys.Spike?) {
    let service = history.system.services[position]
    let affectedCopies = history.affectedCopies(of: position)
    let names = service.replicas.isEmpty ? [service.id] : service.replicas.map(\.id)
    let limit = service.cores / service.replicaCount
    let memoryLimit = service.memoryLimitBytes
    // Caches that warm up make memory grow a little without anything being wrong.
    var random = SeededRandom(seed: history.seed, purpose: "growth \(service.id)")
    let growth = random.chance(0.2) ? random.uniform(0.02, 0.12) : 0
    for (copy, name) in names.enumerated() {
      let missing = gap()
      let isAffected = affectedCopies.contains(copy)
      var cpu = truth(position) { isAffected ? $0.affectedCPUCores : $0.cpuCores }
      if copy == 0, !service.isStore { cpu = withJobs(at: position, cpu) { min($0 + $1 * limit, limit) } }
      let sent = truth(position) { moment in
        moment.requests / service.replicaCount * service.bytesPerRequest * (1 - (isAffected ? moment.lossRatio : 0))
      }
      let isBackedUp = service.role == .database || service.role == .cache
      add(
        name, "cpu_usage_cores", decimals: 4, digits: 3, noise: .relative(0.1), missing: missing,
        spike: copy == 0 ? spike : nil, truth: cpu)
      add(
        name, "memory_working_set_bytes", decimals: 0, noise: .wandering(0.003), missing: missing,
        truth: history.moments.enumerated().map { tick, moments in
          let moment = moments[position]
          let share = isAffected ? moment.affectedMemoryShare : moment.memoryShare
          let grown = 1 + growth * Double(tick) / Double(history.tickCount)
          return memoryLimit * min(share * grown * (1 + 0.04 * min(moment.poolShare, 2)), 1)
        })
      add(
        name, "network_transmit_bytes_per_second", decimals: 0, digits: 3, noise: .relative(0.06),
        missing: missing, truth: isBackedUp ? withJobs(at: position, sent) { $0 * (1 + 3 * $1) } : sent)
      add(
        name, "tcp_retransmit_ratio", decimals: 5, digits: 3, noise: .bursty(0.5), missing: missing,
        truth: truth(position) { moment in
          // On a sound copy only the callees' losses show.
          isAffected || affectedCopies.isEmpty
            ? moment.retransmits + (isAffected ? moment.lossRatio * (1 - moment.affectedShare) : 0)
            : max(moment.retransmits - moment.lossRatio * moment.affectedShare, 0)
        })
    }
  }

  mutating func sampleNode(_ position: Int) {
    let node = history.system.nodes[position]
    let missing = gap()
    let loads = history.nodeLoads(position)
    var random = SeededRandom(seed: history.seed, purpose: "node \(node.id)")
    let diskUsed = random.uniform(0.3, 0.8)
    let memory = random.uniform(0.35, 0.7)
    add(
      node.id, "node_cpu_utilization_ratio", decimals: 4, noise: .relative(0.08), missing: missing,
      truth: loads.cpu)
    add(
      node.id, "node_memory_used_ratio", decimals: 4, noise: .wandering(0.002), missing: missing,
      truth: loads.memory.map { min(memory + $0, 0.99) })
    add(
      node.id, "node_disk_io_time_ratio", decimals: 4, noise: .bursty(0.25), missing: missing,
      truth: loads.disk)
    add(
      node.id, "node_disk_used_ratio", decimals: 4, noise: .none, missing: missing,
      truth: [Double](repeating: diskUsed, count: history.tickCount))
  }
}

extension SystemHistory {
  /// Which copies of a service meet the fault; for a service without replicas, copy 0 is the service itself.
  func affectedCopies(of position: Int) -> Set<Int> {
    guard let fault else { return [] }
    let service = system.services[position]
    switch fault.place {
    case .service(let target): return target == position ? Set(0..<max(service.replicas.count, 1)) : []
    case .replica(let target, let copy): return target == position ? [copy] : []
    case .node(let node):
      if service.replicas.isEmpty { return service.hasOwnTelemetry && service.node == node ? [0] : [] }
      return Set(service.replicas.indices.filter { service.replicas[$0].node == node })
    }
  }

  /// Shares of a node's processor, memory and disk that are in use, by tick.
  func nodeLoads(_ node: Int) -> (cpu: [Double], memory: [Double], disk: [Double]) {
    var cpu = [Double](repeating: 0.04 * system.nodes[node].cores, count: tickCount)
    var memory = [Double](repeating: 0, count: tickCount)
    var disk = [Double](repeating: 0.02, count: tickCount)
    for (position, service) in system.services.enumerated() where service.hasOwnTelemetry {
      let affected = affectedCopies(of: position)
      let copies = service.replicas.isEmpty ? [service.node] : service.replicas.map(\.node)
      for (copy, place) in copies.enumerated() where place == node {
        for tick in 0..<tickCount {
          let moment = moments[tick][position]
          cpu[tick] += affected.contains(copy) ? moment.affectedCPUCores : moment.cpuCores
          memory[tick] += affected.contains(copy) ? 0.1 * (moment.affectedMemoryShare - service.memoryUsedShare) : 0
          disk[tick] += service.isStore ? 0.5 * moment.diskBusy : 0
        }
      }
    }
    if let fault, fault.place == .node(node) {
      for tick in 0..<tickCount {
        let amount = fault.strength * fault.intensity(at: Double(tick) * stepSeconds)
        switch fault.mechanism {
        case .cpuHog: cpu[tick] += amount * 0.9 * system.nodes[node].cores
        case .diskSaturation: disk[tick] += 0.8 * amount
        default: break
        }
      }
    }
    return (cpu.map { min($0 / system.nodes[node].cores, 1) }, memory, disk.map { min($0, 1) })
  }
}
