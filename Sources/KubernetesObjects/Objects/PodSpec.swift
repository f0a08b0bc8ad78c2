/// What a pod, or a workload's template, asks for.
package struct PodSpec: Hashable, Sendable {
  package var nodeName = ""
  package var nodeSelector = Labels()
  package var affinity = Affinity.none
  package var tolerations: [Toleration] = []
  package var topologySpread: [TopologySpreadConstraint] = []
  package var schedulerName = ""
  package var schedulingGates: [String] = []
  package var serviceAccountName = ""
  package var imagePullSecrets: [String] = []
  package var containers: [Container] = []
  package var initContainers: [Container] = []
  package var volumes: [PodVolume] = []
  package var overhead = ResourceList()
  package var usesHostNetwork = false
  package var priority = 0
  package var restartPolicy = ""
  package var runsAsUser: Int?
  package var ownsFilesAsGroup: Int?

  /// What the scheduler subtracts from a node: the containers together, or the largest start-up container where that
  /// is more, and the overhead. Containers that start first and stay (`restartPolicy: Always`) count with the others.
  package var requests: ResourceList {
    var total = ResourceList()
    for container in containers { total.add(container.requests) }
    var sidecars = ResourceList()
    var starting = ResourceList()
    for container in initContainers {
      var atThisPoint = sidecars
      atThisPoint.add(container.requests)
      if container.restartPolicy == "Always" { sidecars = atThisPoint }
      starting.raise(to: atThisPoint)
    }
    total.add(sidecars)
    total.raise(to: starting)
    total.add(overhead)
    return total
  }

  /// Ports that are taken on the node itself.
  package var hostPorts: [ContainerPort] {
    (containers + initContainers.filter { $0.restartPolicy == "Always" }).flatMap(\.ports).compactMap { port in
      var port = port
      if port.hostPort == 0, usesHostNetwork { port.hostPort = port.port }
      return port.hostPort > 0 ? port : nil
    }
  }

  package var claimNames: [String] { volumes.compactMap(\.claim) }
}

/// One container of a pod.
package struct Container: Hashable, Sendable {
  package var name = ""
  package var image = ""
  package var ports: [ContainerPort] = []
  package var addresses: [EnvironmentAddress] = []
  package var references: [ConfigurationReference] = []
  package var requests = ResourceList()
  package var limits = ResourceList()
  package var liveness: Probe?
  package var readiness: Probe?
  package var startup: Probe?
  package var mounts: [VolumeMount] = []
  package var command: [String] = []
  /// Of a start-up container; `Always` makes it stay.
  package var restartPolicy = ""
  package var runsAsUser: Int?
  package var hasReadOnlyRoot = false

  package init() {}
}

/// A port that a container says it listens on.
package struct ContainerPort: Hashable, Sendable {
  package var name = ""
  package var port = 0
  /// `TCP`, `UDP` or `SCTP`.
  package var transport = "TCP"
  package var hostPort = 0
  package var hostAddress = ""
}

/// An environment variable whose value is the address of something. Other values are not kept.
package struct EnvironmentAddress: Hashable, Sendable {
  package var variable: String
  /// As the value has it, without user and password.
  package var host: String
  package var port: Int?
}

/// A config map or secret that a container needs before it can start.
package struct ConfigurationReference: Hashable, Sendable {
  package var isSecret: Bool
  package var name: String
  /// Nil where the whole object is meant.
  package var key: String?
  package var isOptional = false
}

/// How the kubelet asks a container whether it is well.
package struct Probe: Hashable, Sendable {
  package enum Handler: String, Sendable { case http, tcp, grpc, exec, none }

  package var handler = Handler.none
  /// A number or a port's name.
  package var port = ""
  package var path = ""
  package var scheme = "HTTP"
  package var host = ""
  package var initialDelaySeconds = 0
  package var periodSeconds = 10
  package var timeoutSeconds = 1
  package var failureThreshold = 3

  /// The number of the port among those of the container; nil for an unknown name and for probes without one.
  package func portNumber(in container: Container) -> Int? {
    Int(port) ?? container.ports.first { !port.isEmpty && $0.name == port }?.port
  }

  /// How long a container has before the probe acts.
  package var budgetSeconds: Int { initialDelaySeconds + periodSeconds * failureThreshold }
}

/// Where a volume shows in a container.
package struct VolumeMount: Hashable, Sendable {
  package var name = ""
  package var path = ""
  package var isReadOnly = false
}

/// A volume of a pod.
package struct PodVolume: Hashable, Sendable {
  package var name = ""
  /// The key under which its source stands, for example `persistentVolumeClaim`, `hostPath` or `nfs`.
  package var source = ""
  package var claim: String?
  package var references: [ConfigurationReference] = []
  /// A generic ephemeral volume has a claim named for the pod.
  package var isEphemeralClaim = false
}
