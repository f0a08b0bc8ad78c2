import IncidentModel

/// A made-up system: services in call order (callers before callees), the calls between them, and where they run.
struct SimulatedSystem: Sendable {
  var name: String
  var services: [SimulatedService]
  var calls: [SimulatedCall]
  var nodes: [SimulatedNode]
  /// Requests per second that reach each gateway from outside at a usual hour, by service position; else 0.
  var outsideLoad: [Double]
  /// Positions in `calls`, by the caller.
  var callsFrom: [[Int]]
  /// Positions in `calls`, by the callee.
  var callsTo: [[Int]]

  var gateways: [Int] { services.indices.filter { services[$0].role == .gateway } }

  /// Of every process, by the name of what its memory is measured at.
  var memoryLimits: [ComponentID: Double] {
    var limits: [ComponentID: Double] = [:]
    for service in services {
      for name in service.replicas.isEmpty ? [service.id] : service.replicas.map(\.id) {
        limits[name] = service.memoryLimitBytes
      }
    }
    return limits
  }

  /// Every service that calls this one, directly or through others.
  func callers(ofPosition target: Int) -> Set<Int> {
    var seen: Set<Int> = []
    var open = [target]
    while let current = open.popLast() {
      for call in callsTo[current] where seen.insert(calls[call].from).inserted { open.append(calls[call].from) }
    }
    return seen
  }
}

struct SimulatedService: Sendable {
  var id: ComponentID
  var role: ComponentRole
  /// Copies that share the load; empty where the service itself is what runs.
  var replicas: [SimulatedReplica]
  /// Where it runs when it has no replicas.
  var node: Int
  /// Own time for one request at low load.
  var selfMilliseconds: Double
  /// Distance from mean to 95th percentile of the own time, as a multiple of it.
  var tail: Double
  var cpuSecondsPerRequest: Double
  /// All replicas together.
  var cores: Double
  /// For each replica.
  var memoryLimitBytes: Double
  var memoryUsedShare: Double
  /// Requests that can be worked on at the same time.
  var poolSize: Double
  /// Share of requests that fail on a good day.
  var errorRatio: Double
  var bytesPerRequest: Double
  var diskUsedRatio: Double
  /// Disk time per request.
  var diskMilliseconds: Double
  var operations: [String]
  /// Whether somebody measures how long its answers take; of half of the stores nobody does.
  var isTimed: Bool

  /// How much the own time strays from one moment to the next: what stores and services of others do besides is not
  /// seen from here.
  var unsteadiness: Double {
    switch role {
    case .external: 0.07
    case .database, .cache, .queue: 0.04
    default: 0.02
    }
  }

  var replicaCount: Double { Double(max(replicas.count, 1)) }
  var hasOwnTelemetry: Bool { role != .external }
  var isStore: Bool { role == .database || role == .cache || role == .queue }
}

struct SimulatedReplica: Sendable {
  var id: ComponentID
  var node: Int
}

struct SimulatedNode: Sendable {
  var id: ComponentID
  var site: String
  var cores: Double
}

struct SimulatedCall: Sendable {
  var from: Int
  var to: Int
  var callsPerRequest: Double
  /// Share of the callee's failures that fail the caller's request too.
  var criticality: Double
  /// Share of the callee's time that the caller waits for; the rest runs beside other work.
  var waitShare: Double
  var timeoutMilliseconds: Double
  var networkMilliseconds: Double
  /// Further attempts after a failure.
  var retries: Double
}
