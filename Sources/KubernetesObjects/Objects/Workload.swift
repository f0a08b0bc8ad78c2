/// Deployment, replica set, stateful set, daemon set or job: what keeps pods in number.
package struct Workload: StoredObject {
  package var kind: ObjectKind
  package var metadata = ObjectMetadata()
  /// Of a daemon set, how many nodes should run it.
  package var desiredCount = 1
  package var selector = LabelSelector()
  package var templateLabels = Labels()
  package var template = PodSpec()
  package var isPaused = false
  /// Claim templates of a stateful set, by name.
  package var claimTemplates: [String] = []
  /// The service that governs a stateful set.
  package var serviceName = ""
  package var status = WorkloadStatus()
  package var hasStatus = false

  package var reference: ObjectReference { metadata.reference(kind) }

  package init(kind: ObjectKind) { self.kind = kind }
}

/// How many there are.
package struct WorkloadStatus: Hashable, Sendable {
  package var count = 0
  package var readyCount = 0
  package var availableCount = 0
  package var updatedCount = 0
  package var failedCount = 0
  package var observedGeneration = 0
  package var conditions: [ObjectCondition] = []
}
