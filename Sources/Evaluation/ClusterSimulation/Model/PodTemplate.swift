/// What a workload's pods are made of.
struct PodTemplate: Hashable, Sendable {
  var labels: [String: String]
  var containers: [ContainerTemplate]
  var initContainers: [ContainerTemplate] = []
  var serviceAccount = "default"
  var nodeSelector: [String: String] = [:]
  /// All must hold.
  var nodeAffinity: [NodeRequirement] = []
  var antiAffinity: AntiAffinity?
  var spread: SpreadConstraint?
  var tolerations: [Toleration] = []
  var volumes: [TemplateVolume] = []
  var pullSecrets: [String] = []
  var isOnHostNetwork = false
  var priorityClass: String?
  var restartPolicy = "Always"

  struct NodeRequirement: Hashable, Sendable {
    var key: String
    /// `In`, `NotIn`, `Exists`.
    var operation: String
    var values: [String]
  }

  /// Required: no other pod with these labels in the same topology.
  struct AntiAffinity: Hashable, Sendable {
    var labels: [String: String]
    var topologyKey: String
  }

  /// `whenUnsatisfiable: DoNotSchedule`.
  struct SpreadConstraint: Hashable, Sendable {
    var labels: [String: String]
    var topologyKey: String
    var maximumSkew: Int
    var minimumDomains: Int?
  }

  struct TemplateVolume: Hashable, Sendable {
    var name: String
    var source: Source

    enum Source: Hashable, Sendable {
      case claim(String)
      case configMap(String)
      case secret(String)
      case emptyDirectory
    }
  }

  var cpuRequest: Int { containers.reduce(0) { $0 + $1.cpuRequest } }
  var memoryRequest: Int { containers.reduce(0) { $0 + $1.memoryRequest } }
  var cpuLimit: Int { containers.reduce(0) { $0 + ($1.cpuLimit ?? 0) } }
  var memoryLimit: Int { containers.reduce(0) { $0 + ($1.memoryLimit ?? 0) } }
  var extendedRequests: [String: Int] {
    containers.reduce(into: [:]) { sum, container in sum.merge(container.extended) { $0 + $1 } }
  }
  var hostPorts: [Int] { containers.flatMap(\.ports).compactMap(\.hostPort) }
}

struct ContainerTemplate: Hashable, Sendable {
  var name: String
  var image: String
  var ports: [ContainerPort] = []
  var environment: [EnvironmentVariable] = []
  /// ConfigMaps whose keys become variables.
  var environmentFrom: [String] = []
  /// Millicores and MiB.
  var cpuRequest: Int
  var memoryRequest: Int
  var cpuLimit: Int?
  var memoryLimit: Int?
  var extended: [String: Int] = [:]
  var liveness: ProbeTemplate?
  var readiness: ProbeTemplate?
  var startup: ProbeTemplate?
  /// Volume name to path.
  var mounts: [String: String] = [:]
  var command: [String] = []
  var arguments: [String] = []
  var readsTerminationFromLog = false

  struct ContainerPort: Hashable, Sendable {
    var name: String?
    var number: Int
    var transport = "TCP"
    var hostPort: Int?
  }

  struct EnvironmentVariable: Hashable, Sendable {
    var name: String
    var value: Value

    enum Value: Hashable, Sendable {
      case text(String)
      case secretKey(name: String, key: String)
      case configMapKey(name: String, key: String)
    }
  }
}

struct ProbeTemplate: Hashable, Sendable {
  var action: Action
  var initialDelaySeconds = 0
  var periodSeconds = 10
  var timeoutSeconds = 1
  var failureThreshold = 3

  enum Action: Hashable, Sendable {
    case http(path: String, port: PortReference, isTLS: Bool)
    case tcp(PortReference)
    case grpc(Int)
    case command([String])
  }
}

/// A port by number or by name, as probes and services give it.
enum PortReference: Hashable, Sendable {
  case number(Int)
  case name(String)
}
