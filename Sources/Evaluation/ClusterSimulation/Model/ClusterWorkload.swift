/// A Deployment, StatefulSet, DaemonSet or Job, or a static pod of a node.
struct ClusterWorkload: Sendable {
  enum Kind: String, Sendable {
    case deployment = "Deployment"
    case statefulSet = "StatefulSet"
    case daemonSet = "DaemonSet"
    case job = "Job"
    case staticPod = "Node"
  }

  var kind: Kind
  var namespace: String
  var name: String
  var uid: String
  var labels: [String: String]
  /// The labels that select its pods.
  var selector: [String: String]
  var replicas: Int
  /// Oldest first; the last is what is wanted now.
  var revisions: [Revision]
  var createdAt: Int
  /// The last change of its spec, and by which client.
  var changedAt: Int
  var changedBy: String
  var generation: Int
  /// What keeps its pods from being made, as the API server refused it.
  var createFailure: CreateFailure?
  /// Of a StatefulSet: the size in GiB of the claim of each pod.
  var claimGibibytes: Int?
  var claimClass: String?
  /// Of a Deployment whose pods are all replaced at once.
  var recreates = false
  /// Of a Job: how many pods have failed, and when it completed.
  var failedAttempts = 0
  var completedAt: Int?

  struct Revision: Sendable {
    var template: PodTemplate
    var hash: String
    var uid: String
    var createdAt: Int
    /// How many pods it wants; of the current revision, what is left.
    var number: Int
  }

  struct CreateFailure: Sendable {
    /// Without the words that the controller puts before it.
    var message: String
    var since: Int
    var count: Int
  }

  /// The current template.
  var template: PodTemplate {
    get { revisions[revisions.count - 1].template }
    set { revisions[revisions.count - 1].template = newValue }
  }

  func replicaSetName(_ revision: Int) -> String { "\(name)-\(revisions[revision].hash)" }
}

/// One pod as the kubelet, the scheduler and the controllers have written it.
struct ClusterPod: Sendable {
  var name: String
  var uid: String
  /// Positions in the cluster's lists.
  var workload: Int
  var revision: Int
  var node: Int?
  /// Empty while it has no address.
  var address: String
  var createdAt: Int
  /// Of a pod without a node: what the scheduler said; nil where the scheduler has never looked.
  var unschedulable: String?
  var containers: [ContainerRecord]
  var initContainers: [ContainerRecord] = []
  /// `Failed` or `Succeeded` pods, with reason and message.
  var ended: Ending?
  var deletedAt: Int?
  /// When its readiness last changed.
  var readinessChangedAt: Int
  /// Set by the node controller when the node stops answering; what the kubelet wrote of the containers stays.
  var isOnLostNode = false

  struct Ending: Sendable {
    var phase: String
    var reason: String?
    var message: String?
    var at: Int
  }

  var isReady: Bool { node != nil && ended == nil && !isOnLostNode && containers.allSatisfy(\.isReady) }
  var isInitialized: Bool {
    node != nil
      && initContainers.allSatisfy { if case .terminated(let end) = $0.state { end.exitCode == 0 } else { false } }
  }
  var phase: String {
    if let ended { return ended.phase }
    guard node != nil else { return "Pending" }
    let hasStarted = containers.contains { container in
      if case .running = container.state { true } else { container.last != nil || container.restarts > 0 }
    }
    return hasStarted ? "Running" : "Pending"
  }
}

/// The status of one container.
struct ContainerRecord: Hashable, Sendable {
  var name: String
  var isReady: Bool
  var restarts = 0
  var state: State
  var last: Termination?

  enum State: Hashable, Sendable {
    case running(since: Int)
    case waiting(reason: String, message: String?)
    case terminated(Termination)
  }

  struct Termination: Hashable, Sendable {
    var reason: String
    var exitCode: Int
    var startedAt: Int
    var finishedAt: Int
    var message: String?
  }
}
