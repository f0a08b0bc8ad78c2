/// A stable address for the pods that a selector finds.
package struct ClusterService: StoredObject {
  package var metadata = ObjectMetadata()
  package var selector = Labels()
  package var ports: [ServicePort] = []
  package var type = "ClusterIP"
  package var clusterIP = ""
  package var externalName = ""
  package var publishesNotReady = false
}

/// A port of a service.
package struct ServicePort: Hashable, Sendable {
  package var name = ""
  package var port = 0
  /// A number or a port's name; empty means the same as `port`.
  package var targetPort = ""
  package var transport = "TCP"
  package var nodePort = 0

  /// The port of a container that traffic goes to; nil for a name that no container has.
  package func target(in spec: PodSpec) -> ContainerPort? {
    let wanted = targetPort.isEmpty ? String(port) : targetPort
    let all = spec.containers.flatMap(\.ports)
    let matching = all.filter { Int(wanted) == $0.port || (Int(wanted) == nil && $0.name == wanted) }
    return matching.first { $0.transport == transport } ?? matching.first
  }
}

/// The addresses behind a service: an endpoint slice, or the older endpoints object.
package struct ServiceEndpoints: StoredObject {
  package var metadata = ObjectMetadata()
  /// From the label `kubernetes.io/service-name`, or the object's own name.
  package var serviceName = ""
  package var endpoints: [Endpoint] = []
  package var ports: [ServicePort] = []

  package struct Endpoint: Hashable, Sendable {
    package var address = ""
    package var isReady = true
    package var podName = ""
    package var nodeName = ""
  }
}

/// Who may talk to the pods that a selector finds.
package struct NetworkPolicy: StoredObject {
  package var metadata = ObjectMetadata()
  package var podSelector = LabelSelector()
  package var restrictsIngress = false
  package var restrictsEgress = false
  package var ingress: [Rule] = []
  package var egress: [Rule] = []

  /// What is let through: any of the peers, on any of the ports; none of either means all.
  package struct Rule: Hashable, Sendable {
    package var peers: [Peer] = []
    package var ports: [PolicyPort] = []
  }

  package struct Peer: Hashable, Sendable {
    package var podSelector: LabelSelector?
    package var namespaceSelector: LabelSelector?
    package var addressBlock: String?
  }

  package struct PolicyPort: Hashable, Sendable {
    /// A number or a name; empty means all.
    package var port = ""
    package var endPort: Int?
    package var transport = "TCP"
  }
}
