import IncidentModel

/// The objects of a cluster as they stood at one moment.
///
/// Independent of the order in which they were read. Changes that a watch reports are applied one by one; nothing else
/// has to be read again.
package struct ClusterSnapshot: Sendable {
  package private(set) var pods: [ObjectName: Pod] = [:]
  /// By kind and name.
  package private(set) var workloads: [ObjectReference: Workload] = [:]
  package private(set) var services: [ObjectName: ClusterService] = [:]
  /// Endpoint slices and endpoints by kind and name.
  package private(set) var endpoints: [ObjectName: ServiceEndpoints] = [:]
  package private(set) var nodes: [ObjectName: ClusterNode] = [:]
  package private(set) var namespaces: [ObjectName: ClusterNamespace] = [:]
  package private(set) var leases: [ObjectName: Lease] = [:]
  package private(set) var claims: [ObjectName: VolumeClaim] = [:]
  package private(set) var volumes: [ObjectName: PersistentVolume] = [:]
  package private(set) var storageClasses: [ObjectName: StorageClass] = [:]
  package private(set) var quotas: [ObjectName: ResourceQuota] = [:]
  package private(set) var limitRanges: [ObjectName: LimitRange] = [:]
  package private(set) var serviceAccounts: [ObjectName: ServiceAccount] = [:]
  package private(set) var configMaps: [ObjectName: ConfigurationObject] = [:]
  package private(set) var secrets: [ObjectName: ConfigurationObject] = [:]
  package private(set) var networkPolicies: [ObjectName: NetworkPolicy] = [:]
  package private(set) var disruptionBudgets: [ObjectName: DisruptionBudget] = [:]
  package private(set) var autoscalers: [ObjectName: PodAutoscaler] = [:]
  package private(set) var events = EventLog()

  /// The state of the units on a node (`kubelet`, `containerd`, …) where somebody looked: node, unit, state.
  package var nodeProcesses: [String: [String: String]] = [:]
  package var probes: [ConnectionProbe] = []
  /// Whether pods that take room on nodes were left out, so that nodes may have less of it than it seems.
  package var missesPods = false
  /// The last lines that pods wrote, where logs came with the objects.
  package var podLogs: [ObjectName: String] = [:]
  package var notes = ReadingNotes()
  /// The newest time in any object; nil where there is none.
  package private(set) var newestTime: Timestamp?
  /// The moment that is meant by "now", where it is known from elsewhere.
  package var statedMoment: Timestamp?

  package init() {}

  /// What "now" means for this snapshot.
  package var moment: Timestamp? { statedMoment ?? newestTime }

  package var isEmpty: Bool {
    pods.isEmpty && workloads.isEmpty && services.isEmpty && nodes.isEmpty && claims.isEmpty && volumes.isEmpty
      && endpoints.isEmpty && leases.isEmpty && quotas.isEmpty && events.count == 0 && nodeProcesses.isEmpty
      && probes.isEmpty
  }

  /// Whether objects of a kind were read, so that one that is missing here is missing in the cluster.
  package func knows(_ kind: ObjectKind) -> Bool { notes.listedKinds.contains(kind) }

  package mutating func note(time: Timestamp?) {
    if let time, time > newestTime ?? Timestamp(nanoseconds: .min) { newestTime = time }
  }

  /// Adds an object that was read; of two versions of one object the later stays.
  package mutating func insert(_ object: KubernetesObject) {
    put(object) { older, newer in newer.isNewer(than: older) }
  }

  /// What a watch reports as `ADDED` or `MODIFIED`.
  package mutating func update(_ object: KubernetesObject) { put(object) { _, _ in true } }

  /// What a watch reports as `DELETED`. Events stay: the API forgets them, an investigation must not.
  package mutating func remove(_ object: KubernetesObject) {
    switch object {
    case .pod(let value): pods[value.metadata.name] = nil
    case .workload(let value): workloads[value.reference] = nil
    case .service(let value): services[value.metadata.name] = nil
    case .endpoints(let value): endpoints[value.metadata.name] = nil
    case .node(let value): nodes[value.metadata.name] = nil
    case .namespace(let value): namespaces[value.metadata.name] = nil
    case .lease(let value): leases[value.metadata.name] = nil
    case .claim(let value): claims[value.metadata.name] = nil
    case .volume(let value): volumes[value.metadata.name] = nil
    case .storageClass(let value): storageClasses[value.metadata.name] = nil
    case .quota(let value): quotas[value.metadata.name] = nil
    case .limitRange(let value): limitRanges[value.metadata.name] = nil
    case .serviceAccount(let value): serviceAccounts[value.metadata.name] = nil
    case .configMap(let value): configMaps[value.metadata.name] = nil
    case .secret(let value): secrets[value.metadata.name] = nil
    case .networkPolicy(let value): networkPolicies[value.metadata.name] = nil
    case .disruptionBudget(let value): disruptionBudgets[value.metadata.name] = nil
    case .autoscaler(let value): autoscalers[value.metadata.name] = nil
    case .event: break
    }
  }

  /// Forgets all objects of a kind, before they are listed again.
  package mutating func removeAll(_ kind: ObjectKind) {
    switch kind {
    case .pod: pods = [:]
    case .deployment, .replicaSet, .statefulSet, .daemonSet, .job:
      workloads = workloads.filter { $0.value.kind != kind }
    case .service: services = [:]
    case .endpoints, .endpointSlice: endpoints = [:]
    case .node: nodes = [:]
    case .namespace: namespaces = [:]
    case .lease: leases = [:]
    case .persistentVolumeClaim: claims = [:]
    case .persistentVolume: volumes = [:]
    case .storageClass: storageClasses = [:]
    case .resourceQuota: quotas = [:]
    case .limitRange: limitRanges = [:]
    case .serviceAccount: serviceAccounts = [:]
    case .configMap: configMaps = [:]
    case .secret: secrets = [:]
    case .networkPolicy: networkPolicies = [:]
    case .podDisruptionBudget: disruptionBudgets = [:]
    case .horizontalPodAutoscaler: autoscalers = [:]
    case .event: break
    }
  }

  package mutating func pruneEvents() { events.prune() }

  private typealias Replaces = (_ older: ObjectMetadata, _ newer: ObjectMetadata) -> Bool

  private mutating func put(_ object: KubernetesObject, _ replaces: Replaces) {
    var duplicates = 0
    func put<Key: Hashable, Object: StoredObject>(_ value: Object, _ key: Key, _ all: inout [Key: Object]) {
      guard let other = all[key] else {
        all[key] = value
        return
      }
      duplicates += 1
      if replaces(other.metadata, value.metadata) { all[key] = value }
    }
    switch object {
    case .pod(let value): put(value, value.metadata.name, &pods)
    case .workload(let value): put(value, value.reference, &workloads)
    case .service(let value): put(value, value.metadata.name, &services)
    case .endpoints(let value): put(value, value.metadata.name, &endpoints)
    case .node(let value): put(value, value.metadata.name, &nodes)
    case .namespace(let value): put(value, value.metadata.name, &namespaces)
    case .lease(let value): put(value, value.metadata.name, &leases)
    case .claim(let value): put(value, value.metadata.name, &claims)
    case .volume(let value): put(value, value.metadata.name, &volumes)
    case .storageClass(let value): put(value, value.metadata.name, &storageClasses)
    case .quota(let value): put(value, value.metadata.name, &quotas)
    case .limitRange(let value): put(value, value.metadata.name, &limitRanges)
    case .serviceAccount(let value): put(value, value.metadata.name, &serviceAccounts)
    case .configMap(let value): put(value, value.metadata.name, &configMaps)
    case .secret(let value): put(value, value.metadata.name, &secrets)
    case .networkPolicy(let value): put(value, value.metadata.name, &networkPolicies)
    case .disruptionBudget(let value): put(value, value.metadata.name, &disruptionBudgets)
    case .autoscaler(let value): put(value, value.metadata.name, &autoscalers)
    case .event(let value): events.insert(value)
    }
    notes.duplicateCount += duplicates
  }
}
