/// One object of any kind that is read.
package enum KubernetesObject: Sendable {
  case pod(Pod)
  case workload(Workload)
  case service(ClusterService)
  case endpoints(ServiceEndpoints)
  case node(ClusterNode)
  case namespace(ClusterNamespace)
  case lease(Lease)
  case claim(VolumeClaim)
  case volume(PersistentVolume)
  case storageClass(StorageClass)
  case quota(ResourceQuota)
  case limitRange(LimitRange)
  case serviceAccount(ServiceAccount)
  case configMap(ConfigurationObject)
  case secret(ConfigurationObject)
  case networkPolicy(NetworkPolicy)
  case disruptionBudget(DisruptionBudget)
  case autoscaler(PodAutoscaler)
  case event(ClusterEvent)
}

/// How often a pod could be reached from a node: one line of `probes.json`.
package struct ConnectionProbe: Hashable, Sendable {
  package var node: String
  /// A service as `namespace/name`, or its name alone.
  package var target: String
  package var port: Int
  package var succeeded: Bool
  /// How long it took, where that was measured.
  package var milliseconds: Double?

  package init(node: String, target: String, port: Int, succeeded: Bool, milliseconds: Double? = nil) {
    self.node = node
    self.target = target
    self.port = port
    self.succeeded = succeeded
    self.milliseconds = milliseconds
  }
}

/// What could not be read, or was left out, in numbers.
package struct ReadingNotes: Hashable, Sendable {
  /// Objects of kinds that are not read, by `group/Kind`.
  package var unknownKinds: [String: Int] = [:]
  /// Values of another type than the API has there.
  package var mistypedCount = 0
  package var namelessCount = 0
  package var duplicateCount = 0
  /// Quantities that are none, the first few as they stand.
  package var badQuantities: [String] = []
  package var badQuantityCount = 0
  package var foreignFileCount = 0
  /// Kinds of which a list was read, if only an empty one.
  package var listedKinds: Set<ObjectKind> = []

  package static let shownQuantityCount = 3
  static let maximumUnknownKindCount = 1000

  mutating func add(badQuantity text: String) {
    badQuantityCount += 1
    let text = String(text.prefix(40))
    guard !badQuantities.contains(text) else { return }
    // The smallest few, so that order does not matter.
    badQuantities = Array((badQuantities + [text]).sorted().prefix(Self.shownQuantityCount))
  }

  mutating func add(unknownKind kind: String) {
    guard unknownKinds[kind] != nil || unknownKinds.count < Self.maximumUnknownKindCount else { return }
    unknownKinds[kind, default: 0] += 1
  }
}
