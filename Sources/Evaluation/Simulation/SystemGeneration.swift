import IncidentModel

extension SimulatedSystem {
  /// A layered system: gateways, applications in several layers, then stores, then services of other companies.
  static func generate(name: String, seed: UInt64, services count: Int) -> SimulatedSystem {
    var builder = SystemBuilder(seed: seed)
    builder.addServices(count)
    builder.addCalls()
    var system = builder.system(named: name)
    system.addOutsideLoad(seed: seed)
    system.addNodes(seed: seed)
    system.sizeServices(seed: seed)
    return system
  }
}

/// Chooses the services and who calls whom.
private struct SystemBuilder {
  private var random: SeededRandom
  private var names: SystemNames
  private var services: [SimulatedService] = []
  /// By service position.
  private var layers: [Int] = []
  private var applications: [Int] = []
  private var calls: [SimulatedCall] = []
  private var connected: Set<Pair> = []
  private var hasCaller: Set<Int> = []

  private struct Pair: Hashable {
    var from: Int
    var to: Int
  }

  init(seed: UInt64) {
    random = SeededRandom(seed: seed, purpose: "system")
    names = SystemNames(seed: seed)
  }

  mutating func addServices(_ count: Int) {
    let gatewayCount = count < 12 ? 1 : 2 + count / 80
    let storeCount = max(1, count / 4)
    let applicationCount = max(2, count - gatewayCount - storeCount)
    for number in 0..<gatewayCount { add(names.gateway(number), role: .gateway, layer: 0) }
    let layerCount = min(3 + applicationCount / 40, 7, applicationCount)
    // Every layer gets at least one.
    let applicationLayers = (0..<applicationCount).map { number in
      number < layerCount ? number + 1 : 1 + random.index(below: layerCount)
    }
    for (number, layer) in applicationLayers.sorted().enumerated() {
      applications.append(services.count)
      add(names.application(number), role: .application, layer: layer)
    }
    let owners = random.shuffled(applications)
    for number in 0..<storeCount {
      let role = [ComponentRole.database, .cache, .database, .queue][number % 4]
      let suffix = role == .database ? "db" : role.rawValue
      let owner = owners[number % owners.count]
      add(names.store(of: services[owner].id.rawValue, suffix: suffix), role: role, layer: layerCount + 1)
      connect(owner, services.count - 1)
    }
    for number in 0..<max(1, count / 12) { add(names.external(number), role: .external, layer: layerCount + 2) }
  }

  private mutating func add(_ name: String, role: ComponentRole, layer: Int) {
    let selfMilliseconds: Double
    switch role {
    case .gateway: selfMilliseconds = random.uniform(1, 4)
    case .cache: selfMilliseconds = random.uniform(0.4, 1.5)
    case .database: selfMilliseconds = random.uniform(2, 9)
    case .queue: selfMilliseconds = random.uniform(1, 4)
    case .external: selfMilliseconds = random.uniform(40, 160)
    default: selfMilliseconds = random.uniform(3, 28)
    }
    let operations = random.shuffled(SystemNames.operations).prefix(role == .external ? 1 : 2)
    layers.append(layer)
    services.append(
      SimulatedService(
        id: ComponentID(name), role: role, replicas: [], node: 0, selfMilliseconds: selfMilliseconds,
        tail: random.uniform(0.8, 1.8),
        cpuSecondsPerRequest: selfMilliseconds / 1000 * (role == .external ? 0 : random.uniform(0.3, 0.8)),
        cores: 1, memoryLimitBytes: 0x1p30 * Double(1 + random.index(below: 4)),
        memoryUsedShare: random.uniform(0.35, 0.7), poolSize: 1, errorRatio: random.uniform(0.0002, 0.002),
        bytesPerRequest: random.uniform(800, 12_000), diskUsedRatio: random.uniform(0.3, 0.75),
        diskMilliseconds: role == .database || role == .queue ? random.uniform(0.3, 1.5) : 0.01,
        operations: Array(operations),
        isTimed: role == .application || role == .gateway || role == .external || random.chance(0.5)))
  }

  mutating func addCalls() {
    let depth = applications.map { layers[$0] }.max() ?? 1
    var byLayer = [[Int]](repeating: [], count: depth + 1)
    for position in services.indices where layers[position] <= depth { byLayer[layers[position]].append(position) }
    for layer in 0..<depth {
      for caller in byLayer[layer] {
        let fanOut = layer == 0 ? 2 + random.index(below: 3) : 1 + random.index(below: 3)
        for _ in 0..<fanOut { if let callee = random.pick(byLayer[layer + 1]) { connect(caller, callee) } }
        if layer + 2 <= depth, random.chance(0.25), let further = random.pick(byLayer[layer + 2]) {
          connect(caller, further)
        }
      }
      // Nobody is left without a caller.
      for callee in byLayer[layer + 1] where !hasCaller.contains(callee) {
        if let caller = random.pick(byLayer[layer]) { connect(caller, callee) }
      }
    }
    for position in services.indices where services[position].isStore || services[position].role == .external {
      let more = services[position].isStore ? random.index(below: 3) : 1 + random.index(below: 2)
      for _ in 0..<more { if let user = random.pick(applications) { connect(user, position) } }
    }
  }

  private mutating func connect(_ from: Int, _ to: Int) {
    guard from != to, connected.insert(Pair(from: from, to: to)).inserted else { return }
    hasCaller.insert(to)
    let callee = services[to]
    calls.append(
      SimulatedCall(
        from: from, to: to,
        callsPerRequest: callee.isStore ? random.uniform(0.5, 1.8) : random.uniform(0.15, 0.9),
        criticality: random.chance(0.25) ? random.uniform(0.05, 0.3) : random.uniform(0.7, 1),
        waitShare: callee.role == .queue ? 0.3 : random.uniform(0.6, 1), timeoutMilliseconds: 1000,
        networkMilliseconds: callee.role == .external ? random.uniform(5, 20) : random.uniform(0.2, 0.8),
        retries: random.chance(0.4) ? 1 : 0))
  }

  func system(named name: String) -> SimulatedSystem {
    var callsFrom = [[Int]](repeating: [], count: services.count)
    var callsTo = callsFrom
    for (position, call) in calls.enumerated() {
      callsFrom[call.from].append(position)
      callsTo[call.to].append(position)
    }
    return SimulatedSystem(
      name: name, services: services, calls: calls, nodes: [],
      outsideLoad: [Double](repeating: 0, count: services.count), callsFrom: callsFrom, callsTo: callsTo)
  }
}
