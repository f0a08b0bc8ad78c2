/// The kinds of API object that are read; everything else is passed over and counted.
package enum ObjectKind: String, Sendable, CaseIterable, Comparable {
  case pod = "Pod"
  case deployment = "Deployment"
  case replicaSet = "ReplicaSet"
  case statefulSet = "StatefulSet"
  case daemonSet = "DaemonSet"
  case job = "Job"
  case service = "Service"
  case endpoints = "Endpoints"
  case endpointSlice = "EndpointSlice"
  case node = "Node"
  case namespace = "Namespace"
  case lease = "Lease"
  case persistentVolumeClaim = "PersistentVolumeClaim"
  case persistentVolume = "PersistentVolume"
  case storageClass = "StorageClass"
  case resourceQuota = "ResourceQuota"
  case limitRange = "LimitRange"
  case serviceAccount = "ServiceAccount"
  case configMap = "ConfigMap"
  case secret = "Secret"
  case networkPolicy = "NetworkPolicy"
  case podDisruptionBudget = "PodDisruptionBudget"
  case horizontalPodAutoscaler = "HorizontalPodAutoscaler"
  case event = "Event"

  package static func < (left: ObjectKind, right: ObjectKind) -> Bool { left.rawValue < right.rawValue }

  /// The API groups in which an object of this kind may come; the first is today's. `""` is the core group.
  package var groups: [String] {
    switch self {
    case .deployment, .replicaSet, .statefulSet, .daemonSet: ["apps", "extensions"]
    case .job: ["batch"]
    case .endpointSlice: ["discovery.k8s.io"]
    case .lease: ["coordination.k8s.io"]
    case .storageClass: ["storage.k8s.io"]
    case .networkPolicy: ["networking.k8s.io", "extensions"]
    case .podDisruptionBudget: ["policy"]
    case .horizontalPodAutoscaler: ["autoscaling"]
    case .event: ["", "events.k8s.io"]
    default: [""]
    }
  }

  /// The name in the API's paths, in files and for `kubectl get`.
  package var resource: String {
    switch self {
    case .endpoints: "endpoints"
    case .networkPolicy: "networkpolicies"
    case .storageClass: "storageclasses"
    default: rawValue.lowercased() + "s"
    }
  }

  package var isNamespaced: Bool {
    switch self {
    case .node, .namespace, .persistentVolume, .storageClass: false
    default: true
    }
  }

  package var isWorkload: Bool {
    switch self {
    case .deployment, .replicaSet, .statefulSet, .daemonSet, .job: true
    default: false
    }
  }

  /// The kind named by `pods`, `Pod` or `pod`, as file names and lists have it.
  package init?(resource name: String) {
    let name = name.lowercased()
    guard let kind = Self.allCases.first(where: { $0.resource == name || $0.rawValue.lowercased() == name }) else {
      return nil
    }
    self = kind
  }
}

/// A name in a namespace; the namespace is empty for what has none.
package struct ObjectName: Hashable, Comparable, Sendable {
  package var namespace: String
  package var name: String

  package init(_ name: String, in namespace: String) {
    self.namespace = namespace
    self.name = name
  }

  package static func < (left: ObjectName, right: ObjectName) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }
}

/// What an event, an owner or an endpoint points at. The kind is any word, since others' kinds are pointed at too.
package struct ObjectReference: Hashable, Comparable, Sendable {
  package var kind: String
  package var name: ObjectName

  package init(_ kind: String, _ name: ObjectName) {
    self.kind = kind
    self.name = name
  }

  package init(_ kind: ObjectKind, _ name: ObjectName) { self.init(kind.rawValue, name) }

  package static func < (left: ObjectReference, right: ObjectReference) -> Bool {
    (left.kind, left.name) < (right.kind, right.name)
  }
}

extension ObjectReference: CustomStringConvertible {
  /// `pod/web-1` as `kubectl` writes it.
  package var description: String { "\(kind.lowercased())/\(name.name)" }
}
