/// A whole cluster at one moment.
struct SimulatedCluster: Sendable {
  /// The moment of the snapshot.
  var now: Int
  /// 28 for v1.28.
  var minorVersion: Int
  var runtime: String
  var provisioner: String
  var nodes: [ClusterNode] = []
  /// By name, with when each was made.
  var namespaces: [String: Int] = [:]
  var workloads: [ClusterWorkload] = []
  var pods: [ClusterPod] = []
  var services: [ClusterService] = []
  var applications: [Application] = []
  var claims: [VolumeClaim] = []
  var volumes: [ClusterVolume] = []
  var storageClasses: [ClusterStorageClass] = []
  var quotas: [ClusterQuota] = []
  var policies: [ClusterNetworkPolicy] = []
  var serviceAccounts: [NamespacedName] = []
  var configMaps: [KeyedObject] = []
  var secrets: [KeyedObject] = []
  var leases: [ClusterLease] = []
  var events: [ClusterEvent] = []
  var limitRanges: [APIValue] = []
  var webhooks: [APIValue] = []
  var logs: [ClusterLogLine] = []
  /// Whether each node can reach each service, where that was measured.
  var probes: [ReachabilityProbe] = []
  /// State of the units of each node, where somebody reads it.
  var processes: [String: [String: String]] = [:]
  var disturbances: [ClusterDisturbance] = []
  /// Whether anybody records series.
  var isMeasured = false
  var metrics: [ClusterSeries] = []

  /// A workload with the service in front of it: what users of the cluster care about.
  struct Application: Sendable {
    var workload: Int
    var service: Int
    /// Applications that it calls, as its variables name them.
    var calls: [Int] = []
  }

  func pods(of workload: Int) -> [Int] { pods.indices.filter { pods[$0].workload == workload } }
}

struct NamespacedName: Hashable, Sendable {
  var namespace: String
  var name: String
}

struct ClusterService: Sendable {
  var namespace: String
  var name: String
  var uid: String
  var labels: [String: String]
  var selector: [String: String]
  var ports: [ServicePort]
  /// `None` for a headless one.
  var clusterAddress: String
  var createdAt: Int
  var changedAt: Int
  var changedBy: String
  /// True for one that could not be made, or that nobody has made.
  var isAbsent = false

  struct ServicePort: Hashable, Sendable {
    var name: String?
    var number: Int
    var target: PortReference
    var transport = "TCP"
  }
}

struct VolumeClaim: Sendable {
  var namespace: String
  var name: String
  var uid: String
  var storageClass: String?
  var accessModes: [String]
  var gibibytes: Int
  var selector: [String: String] = [:]
  /// The bound volume's name; nil while it waits.
  var volume: String?
  var createdAt: Int
  var labels: [String: String] = [:]
}

struct ClusterVolume: Sendable {
  var name: String
  var uid: String
  var storageClass: String?
  var accessModes: [String]
  var gibibytes: Int
  var labels: [String: String] = [:]
  /// `Available`, `Bound` or `Released`.
  var phase: String
  var claim: NamespacedName?
  var claimUID: String?
  var zone: String?
  /// A CSI driver, or nil for a volume on NFS.
  var driver: String?
  var reclaimPolicy: String
  var createdAt: Int
}

struct ClusterStorageClass: Sendable {
  var name: String
  var provisioner: String
  var waitsForConsumer: Bool
  var isDefault: Bool
  var createdAt: Int
}

struct ClusterQuota: Sendable {
  var namespace: String
  var name: String
  /// What is limited, each with its limit: millicores, MiB, GiB or a count.
  var hard: [String: Int]
  var createdAt: Int
  var changedAt: Int
}

struct ClusterNetworkPolicy: Sendable {
  var namespace: String
  var name: String
  /// The pods it is for; empty for all of the namespace.
  var selector: [String: String]
  /// Labels of pods in the namespace that may come in; nil for every pod of every namespace.
  var admitted: [[String: String]]?
  /// Labels of namespaces that may come in.
  var admittedNamespaces: [String] = []
  var createdAt: Int
}

/// A ConfigMap or Secret: keys only, values are dummies.
struct KeyedObject: Sendable {
  var namespace: String
  var name: String
  var keys: [String]
  var createdAt: Int
  var type = "Opaque"
}

struct ClusterLease: Sendable {
  var namespace: String
  var name: String
  var holder: String
  var durationSeconds: Int
  var renewedAt: Int
  var acquiredAt: Int
}

struct ClusterEvent: Sendable {
  var kind: String
  var apiVersion: String
  var namespace: String
  var name: String
  var uid: String
  var fieldPath: String?
  var reason: String
  var message: String
  var isWarning: Bool
  var component: String
  var host: String?
  var count = 1
  var first: Int
  var last: Int
}

struct ClusterLogLine: Sendable {
  var at: Int
  var component: String
  var severity: String
  var body: String
}

struct ReachabilityProbe: Sendable {
  var from: String
  /// `<service>.<namespace>`.
  var to: String
  var port: Int
  var isReachable: Bool
}

/// Samples of one series, evenly spaced up to the moment of the snapshot.
struct ClusterSeries: Sendable {
  var component: String
  var metric: String
  var values: [Double]
  /// The name under which the same is exported as a counter.
  var counter: String?

  /// What an exporter gives of it: the sum so far.
  func asCounter(stepSeconds: Double) -> ClusterSeries {
    guard let counter else { return self }
    var sum = 1000.0
    let sums = values.map { value -> Double in
      sum += value * stepSeconds
      return sum
    }
    return ClusterSeries(component: component, metric: counter, values: sums)
  }
}
