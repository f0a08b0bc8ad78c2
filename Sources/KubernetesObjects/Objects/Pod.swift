import IncidentModel

/// A pod as it is wanted and as it is.
package struct Pod: StoredObject {
  package var metadata = ObjectMetadata()
  package var spec = PodSpec()
  package var status = PodStatus()
  /// False where the object came without one; its state is then unknown, not bad.
  package var hasStatus = false

  /// Neither finished nor on its way out.
  package var isAlive: Bool { metadata.deletedAt == nil && status.phase != "Succeeded" && status.phase != "Failed" }

  package var isAssigned: Bool { !spec.nodeName.isEmpty }

  package var isReady: Bool { status.conditions["Ready"]?.isTrue ?? false }

  package var isMirror: Bool { metadata.annotations["kubernetes.io/config.mirror"] != nil }

  package var restartCount: Int { status.containers.reduce(0) { $0 + $1.restartCount } }

  /// The claims that its volumes need.
  package var claims: [String] {
    spec.volumes.compactMap { $0.claim ?? ($0.isEphemeralClaim ? "\(name)-\($0.name)" : nil) }
  }
}

/// What the kubelet says of a pod.
package struct PodStatus: Hashable, Sendable {
  package var phase = ""
  package var reason = ""
  package var message = ""
  package var conditions: [ObjectCondition] = []
  package var podIP = ""
  package var startedAt: Timestamp?
  package var nominatedNode = ""
  package var containers: [ContainerStatus] = []
  package var initContainers: [ContainerStatus] = []
}

/// What the kubelet says of a container.
package struct ContainerStatus: Hashable, Sendable {
  package var name = ""
  package var image = ""
  package var isReady = false
  package var isStarted: Bool?
  package var restartCount = 0
  package var state = ContainerState()
  package var lastState = ContainerState()
}

/// Waiting, running or terminated.
package struct ContainerState: Hashable, Sendable {
  package enum Phase: String, Sendable { case none, waiting, running, terminated }

  package var phase = Phase.none
  package var reason = ""
  package var message = ""
  package var exitCode = 0
  package var startedAt: Timestamp?
  package var finishedAt: Timestamp?
}
