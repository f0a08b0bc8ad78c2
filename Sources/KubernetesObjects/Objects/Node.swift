import IncidentModel

/// A machine that pods run on.
package struct ClusterNode: StoredObject {
  package var metadata = ObjectMetadata()
  package var isUnschedulable = false
  package var taints: [Taint] = []
  package var conditions: [ObjectCondition] = []
  package var allocatable = ResourceList()
  package var capacity = ResourceList()
  /// The newest heartbeat of its conditions.
  package var heartbeatAt: Timestamp?
  package var addresses: [String] = []
  package var runtimeVersion = ""
  package var hasStatus = false

  /// Nil where the node does not say.
  package var readiness: ObjectCondition? { conditions["Ready"] }

  package var isControlPlane: Bool {
    let roles = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"]
    return roles.contains { metadata.labels[$0] != nil } || taints.contains { roles.contains($0.key) }
  }
}

/// A part of the cluster with names of its own.
package struct ClusterNamespace: StoredObject {
  package var metadata = ObjectMetadata()
}

/// A sign of life that somebody renews: a node's kubelet, a scheduler.
package struct Lease: StoredObject {
  package var metadata = ObjectMetadata()
  package var holder = ""
  package var durationSeconds = 0
  package var renewedAt: Timestamp?
}
