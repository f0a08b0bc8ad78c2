import IncidentModel

extension SimulatedSystem {
  mutating func addOutsideLoad(seed: UInt64) {
    var random = SeededRandom(seed: seed, purpose: "outside load")
    for gateway in gateways { outsideLoad[gateway] = random.uniform(40, 240) }
  }

  /// Nodes on two sites, and on them everything that runs, in copies where the system is small enough.
  mutating func addNodes(seed: UInt64) {
    var random = SeededRandom(seed: seed, purpose: "nodes")
    let hasReplicas = services.count <= SimulationOptions.replicaServiceLimit
    let nodeCount = max(3, hasReplicas ? services.count / 3 : services.count / 12)
    for number in 1...nodeCount {
      nodes.append(
        SimulatedNode(id: ComponentID("node-\(number)"), site: number % 2 == 0 ? "site-b" : "site-a", cores: 16))
    }
    for position in services.indices where services[position].hasOwnTelemetry {
      services[position].node = random.index(below: nodeCount)
      let copies = services[position].isStore ? 1 : 1 + random.index(below: 3)
      guard hasReplicas, copies > 1 else { continue }
      for copy in 1...copies {
        services[position].replicas.append(
          SimulatedReplica(
            id: ComponentID("\(services[position].id)-\(copy)"), node: random.index(below: nodeCount)))
      }
    }
  }

  /// Sizes every service for the busiest hour of a usual day, with room to spare: there a fifth to under a half is used.
  mutating func sizeServices(seed: UInt64) {
    var random = SeededRandom(seed: seed, purpose: "sizes")
    let requests = usualRequests().map { $0 * LoadProfile.dailyMaximum }
    let latency = usualLatencyMilliseconds()
    for position in services.indices {
      let busy = max(requests[position], 0.5) * services[position].cpuSecondsPerRequest
      services[position].cores = max(busy / random.uniform(0.2, 0.45), 0.1 * services[position].replicaCount)
      services[position].poolSize =
        max(
          requests[position] * latency[position] / 1000 / random.uniform(0.15, 0.4), 4 * services[position].replicaCount
        )
    }
    for position in calls.indices {
      calls[position].timeoutMilliseconds =
        max(latency[calls[position].to] * random.uniform(6, 14), 100).rounded()
    }
    // A node is as large as what runs on it needs, so that none starts out overloaded.
    var busyCores = [Double](repeating: 0.5, count: nodes.count)
    for (position, service) in services.enumerated() where service.hasOwnTelemetry {
      let each = requests[position] * service.cpuSecondsPerRequest / service.replicaCount
      if service.replicas.isEmpty { busyCores[service.node] += each }
      for replica in service.replicas { busyCores[replica.node] += each }
    }
    for position in nodes.indices {
      let needed = busyCores[position] / random.uniform(0.25, 0.5)
      nodes[position].cores = [4.0, 8, 16, 32, 64, 128].first { $0 >= needed } ?? needed.rounded(.up)
    }
  }

  /// Requests per second at each service when every gateway has its usual load.
  func usualRequests() -> [Double] {
    var requests = outsideLoad
    for position in services.indices {
      for call in callsFrom[position] { requests[calls[call].to] += requests[position] * calls[call].callsPerRequest }
    }
    return requests
  }

  /// Mean time of a request at each service at low load, its calls included.
  private func usualLatencyMilliseconds() -> [Double] {
    var latency = services.map(\.selfMilliseconds)
    for position in services.indices.reversed() {
      for call in callsFrom[position].map({ calls[$0] }) {
        latency[position] += call.callsPerRequest * call.waitShare * (latency[call.to] + call.networkMilliseconds)
      }
    }
    return latency
  }
}
