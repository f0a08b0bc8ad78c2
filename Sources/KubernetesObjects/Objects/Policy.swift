/// What a namespace may use in all.
package struct ResourceQuota: StoredObject {
  package var metadata = ObjectMetadata()
  package var hard = ResourceList()
  package var used = ResourceList()
}

/// Bounds and defaults for single containers, pods and claims.
package struct LimitRange: StoredObject {
  package var metadata = ObjectMetadata()
  package var items: [Item] = []

  package struct Item: Hashable, Sendable {
    package var type = ""
    package var minimum = ResourceList()
    package var maximum = ResourceList()
    package var defaultRequest = ResourceList()
    package var defaultLimit = ResourceList()
  }
}

/// An identity of pods.
package struct ServiceAccount: StoredObject {
  package var metadata = ObjectMetadata()
  package var imagePullSecrets: [String] = []
}

/// A config map or a secret: its name and its keys. Values are passed over while reading and never kept.
package struct ConfigurationObject: StoredObject {
  package var metadata = ObjectMetadata()
  /// Sorted.
  package var keys: [String] = []
  /// A secret's type, for example `kubernetes.io/dockerconfigjson`.
  package var type = ""
  /// False where only the metadata was listed, so that the keys are unknown.
  package var hasKeys = false
}

/// How many pods must stay when nodes are drained.
package struct DisruptionBudget: StoredObject {
  package var metadata = ObjectMetadata()
  package var selector = LabelSelector()
  package var allowedDisruptions = 0
  package var currentHealthy = 0
  package var desiredHealthy = 0
}

/// Changes the number of pods with the load.
package struct PodAutoscaler: StoredObject {
  package var metadata = ObjectMetadata()
  package var target = ObjectReference("", ObjectName("", in: ""))
  package var minimumCount = 1
  package var maximumCount = 0
  package var currentCount = 0
  package var desiredCount = 0
  package var conditions: [ObjectCondition] = []
}
