/// A machine of a simulated cluster. Times are Unix seconds throughout the simulation.
struct ClusterNode: Sendable {
  var name: String
  var uid: String
  var isControlPlane: Bool
  var zone: String
  var region: String
  /// Labels beside the built-in ones.
  var labels: [String: String]
  var isCordoned = false
  var taints: [NodeTaint]
  /// What pods may use.
  var cpuMillicores: Int
  var memoryMebibytes: Int
  var maximumPods: Int
  /// Such as `nvidia.com/gpu`.
  var extended: [String: Int] = [:]
  var address: String
  /// The second and third part of the addresses of its pods, `10.<number / 256>.<number % 256>.x`.
  var podNetwork: Int
  var createdAt: Int
  /// When it last booted.
  var bootedAt: Int
  var health = Health.ready

  enum Health: Hashable, Sendable {
    case ready
    /// The kubelet has stopped answering.
    case unknown(since: Int)
    /// The kubelet answers that it is not ready.
    case notReady(since: Int, message: String)
    /// `MemoryPressure`, `DiskPressure` or `PIDPressure`.
    case pressure(type: String, since: Int)
  }

  var hostnameLabels: [String: String] {
    var all = labels
    all["kubernetes.io/hostname"] = name
    all["kubernetes.io/os"] = "linux"
    all["kubernetes.io/arch"] = "amd64"
    all["beta.kubernetes.io/os"] = "linux"
    all["beta.kubernetes.io/arch"] = "amd64"
    all["topology.kubernetes.io/zone"] = zone
    all["topology.kubernetes.io/region"] = region
    if isControlPlane { all["node-role.kubernetes.io/control-plane"] = "" }
    return all
  }

  /// The taints as the API shows them, those of the node controller among them.
  var allTaints: [NodeTaint] {
    var all = taints
    if isCordoned { all.append(NodeTaint(key: "node.kubernetes.io/unschedulable", effect: "NoSchedule")) }
    switch health {
    case .ready: break
    case .unknown(let since):
      all.append(NodeTaint(key: "node.kubernetes.io/unreachable", effect: "NoSchedule"))
      all.append(NodeTaint(key: "node.kubernetes.io/unreachable", effect: "NoExecute", addedAt: since))
    case .notReady(let since, _):
      all.append(NodeTaint(key: "node.kubernetes.io/not-ready", effect: "NoSchedule"))
      all.append(NodeTaint(key: "node.kubernetes.io/not-ready", effect: "NoExecute", addedAt: since))
    case .pressure(let type, _):
      let key =
        switch type {
        case "MemoryPressure": "memory-pressure"
        case "DiskPressure": "disk-pressure"
        default: "pid-pressure"
        }
      all.append(NodeTaint(key: "node.kubernetes.io/\(key)", effect: "NoSchedule"))
    }
    return all
  }
}

struct NodeTaint: Hashable, Sendable {
  var key: String
  var value: String?
  var effect: String
  var addedAt: Int?

  init(key: String, value: String? = nil, effect: String, addedAt: Int? = nil) {
    self.key = key
    self.value = value
    self.effect = effect
    self.addedAt = addedAt
  }
}

struct Toleration: Hashable, Sendable {
  /// Nil tolerates every key.
  var key: String?
  /// Nil tolerates every value: operator `Exists`.
  var value: String?
  /// Nil tolerates every effect.
  var effect: String?
  var seconds: Int?

  func tolerates(_ taint: NodeTaint) -> Bool {
    (key == nil || key == taint.key) && (effect == nil || effect == taint.effect)
      && (value == nil || value == taint.value ?? "")
  }
}
