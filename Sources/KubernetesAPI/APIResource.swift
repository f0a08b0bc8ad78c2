import HTTPTransport

/// One resource of the API that is read, and how.
package struct APIResource: Hashable, Sendable {
  /// `""` is the core group.
  package var group: String
  package var version: String
  /// In the plural, as paths and roles have it.
  package var name: String
  package var kind: String
  package var isNamespaced: Bool
  /// Whether only names and labels are asked for, and never what is in the object.
  package var isMetadataOnly: Bool

  private init(
    _ apiVersion: String, _ name: String, _ kind: String, isNamespaced: Bool = true, isMetadataOnly: Bool = false
  ) {
    let parts = apiVersion.split(separator: "/").map(String.init)
    group = parts.count > 1 ? parts[0] : ""
    version = parts[parts.count - 1]
    self.name = name
    self.kind = kind
    self.isNamespaced = isNamespaced
    self.isMetadataOnly = isMetadataOnly
  }

  package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

  /// `deployments.apps`, as roles and `kubectl` name it.
  package var qualifiedName: String { group.isEmpty ? name : "\(name).\(group)" }

  /// Everything that is read, in this order. `docs/kubernetes-rbac.yaml` grants exactly this.
  package static let all: [APIResource] = [
    APIResource("v1", "nodes", "Node", isNamespaced: false),
    APIResource("v1", "namespaces", "Namespace", isNamespaced: false),
    APIResource("v1", "persistentvolumes", "PersistentVolume", isNamespaced: false),
    APIResource("storage.k8s.io/v1", "storageclasses", "StorageClass", isNamespaced: false),
    APIResource("v1", "pods", "Pod"),
    APIResource("apps/v1", "deployments", "Deployment"),
    APIResource("apps/v1", "replicasets", "ReplicaSet"),
    APIResource("apps/v1", "statefulsets", "StatefulSet"),
    APIResource("apps/v1", "daemonsets", "DaemonSet"),
    APIResource("batch/v1", "jobs", "Job"),
    APIResource("v1", "services", "Service"),
    APIResource("discovery.k8s.io/v1", "endpointslices", "EndpointSlice"),
    APIResource("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy"),
    APIResource("v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
    APIResource("v1", "resourcequotas", "ResourceQuota"),
    APIResource("v1", "limitranges", "LimitRange"),
    APIResource("v1", "serviceaccounts", "ServiceAccount"),
    APIResource("policy/v1", "poddisruptionbudgets", "PodDisruptionBudget"),
    APIResource("autoscaling/v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler"),
    APIResource("coordination.k8s.io/v1", "leases", "Lease"),
    APIResource("v1", "configmaps", "ConfigMap", isMetadataOnly: true),
    APIResource("v1", "secrets", "Secret", isMetadataOnly: true),
    APIResource("v1", "events", "Event"),
  ]

  package static func named(_ name: String) -> APIResource? { all.first { $0.name == name } }
}

/// A resource in one namespace, in all of them, or without any: what one list and one watch are about.
package struct ResourceScope: Hashable, Sendable, CustomStringConvertible {
  package var resource: APIResource
  /// Nil for all namespaces, and for what has none.
  package var namespace: String?
  package var fieldSelector: String?
  /// Namespaces that other scopes of the same resource read; the field selector leaves them out.
  package var excludedNamespaces: [String] = []
  /// What is kept of each object; nil for all of it.
  package var outline: ObjectOutline?

  package init(_ resource: APIResource, in namespace: String? = nil, fieldSelector: String? = nil) {
    self.resource = resource
    self.namespace = namespace
    self.fieldSelector = fieldSelector
  }

  package var path: String {
    let root = resource.group.isEmpty ? "/api/" : "/apis/\(resource.group)/"
    let space = namespace.map { "/namespaces/\(URLText.escaped($0))" } ?? ""
    return root + resource.version + space + "/" + resource.name
  }

  package var description: String {
    guard resource.isNamespaced else { return resource.qualifiedName }
    if !excludedNamespaces.isEmpty { return resource.qualifiedName + " in other namespaces" }
    return resource.qualifiedName + (namespace.map { " in the namespace \($0)" } ?? " in all namespaces")
  }

  /// What an investigation of one namespace reads, or of the whole cluster where none is given.
  ///
  /// Beside the namespace itself: the pods and leases of the system's, which tell whether scheduler, kubelets and
  /// proxies work, of all other pods what they take from nodes, and the events of nodes, which the API keeps in
  /// `default`.
  package static func plan(namespace: String?) -> [ResourceScope] {
    APIResource.all.flatMap { resource -> [ResourceScope] in
      guard resource.isNamespaced, let namespace else { return [ResourceScope(resource)] }
      var scopes = [ResourceScope(resource, in: namespace)]
      let others =
        switch resource.name {
        case "pods": ["kube-system"]
        case "leases": ["kube-node-lease", "kube-system"]
        default: [String]()
        }
      scopes += others.filter { $0 != namespace }.map { ResourceScope(resource, in: $0) }
      if resource.name == "pods" {
        scopes.append(elsewhere(resource, without: ([namespace] + others).uniqued))
      }
      if resource.name == "events", namespace != "default" {
        scopes.append(ResourceScope(resource, in: "default", fieldSelector: "involvedObject.kind=Node"))
      }
      return scopes
    }
  }
}

extension ResourceScope {
  /// Pods that run in other namespaces, as far as the scheduler looks at them.
  private static func elsewhere(_ resource: APIResource, without namespaces: [String]) -> ResourceScope {
    let fields =
      namespaces.map { "metadata.namespace!=\($0)" } + [
        "spec.nodeName!=", "status.phase!=Succeeded", "status.phase!=Failed",
      ]
    var scope = ResourceScope(resource, fieldSelector: fields.joined(separator: ","))
    scope.excludedNamespaces = namespaces
    scope.outline = .occupant
    return scope
  }
}

extension [String] {
  fileprivate var uniqued: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
