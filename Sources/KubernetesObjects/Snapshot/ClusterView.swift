import IncidentModel

/// A snapshot in the orders and directions in which the rules ask: whose pods, which service, what happened to whom.
package struct ClusterView: Sendable {
  package let snapshot: ClusterSnapshot
  package let moment: Timestamp?
  /// By name, like everything here.
  package let pods: [Pod]
  package let nodes: [ClusterNode]
  package let workloads: [Workload]
  package let services: [ClusterService]
  package let namespaceLabels: NamespaceLabels
  private let podsOfOwner: [ObjectReference: [Int]]
  private let podsOnNode: [String: [Int]]
  private let eventsOfObject: [ObjectReference: [ClusterEvent]]
  private let workloadsOfOwner: [ObjectReference: [ObjectReference]]
  private let podsByLabel: [LabelInNamespace: [Int]]
  private let servicesByNamespace: [String: [Int]]
  private let servingByNamespace: [String: [Int]]
  private let endpointsOfService: [ObjectName: [ServiceEndpoints]]

  private struct LabelInNamespace: Hashable {
    var namespace: String
    var label: Labels.Entry
  }

  /// Chains of owners are two or three long; longer ones, and circles, end here.
  private static let maximumOwnerCount = 6
  private static let servingKinds: Set<ObjectKind> = [.deployment, .statefulSet, .daemonSet]

  /// - Parameter readsEvents: false where nobody will ask what happened to an object.
  package init(_ snapshot: ClusterSnapshot, readsEvents: Bool = true) {
    self.snapshot = snapshot
    moment = snapshot.moment
    let pods = snapshot.pods.valuesInOrderOfKeys
    self.pods = pods
    nodes = snapshot.nodes.valuesInOrderOfKeys
    workloads = snapshot.workloads.valuesInOrderOfKeys
    services = snapshot.services.valuesInOrderOfKeys
    namespaceLabels = NamespaceLabels(snapshot.namespaces.valuesInOrderOfKeys)
    var byOwner: [ObjectReference: [Int]] = [:]
    var byNode: [String: [Int]] = [:]
    var byLabel: [LabelInNamespace: [Int]] = [:]
    for (position, pod) in pods.enumerated() {
      if let owner = Self.owner(pod.metadata) { byOwner[owner, default: []].append(position) }
      if pod.isAssigned { byNode[pod.spec.nodeName, default: []].append(position) }
      for entry in pod.metadata.labels.entries {
        byLabel[LabelInNamespace(namespace: pod.namespace, label: entry), default: []].append(position)
      }
    }
    podsOfOwner = byOwner
    podsOnNode = byNode
    podsByLabel = byLabel
    var workloadsOfOwner: [ObjectReference: [ObjectReference]] = [:]
    for workload in workloads {
      if let owner = Self.owner(workload.metadata) { workloadsOfOwner[owner, default: []].append(workload.reference) }
    }
    self.workloadsOfOwner = workloadsOfOwner
    servicesByNamespace = Dictionary(grouping: services.indices) { [services] in services[$0].namespace }
    servingByNamespace = Dictionary(
      grouping: workloads.indices.filter { [workloads] in Self.servingKinds.contains(workloads[$0].kind) }
    ) { [workloads] in workloads[$0].namespace }
    endpointsOfService = Dictionary(
      grouping: snapshot.endpoints.values.sorted { $0.metadata.name < $1.metadata.name }
    ) { ObjectName($0.serviceName, in: $0.namespace) }
    eventsOfObject = readsEvents ? snapshot.events.newestFirstOfEachObject() : [:]
  }

  private static func owner(_ metadata: ObjectMetadata) -> ObjectReference? {
    metadata.controller.map { ObjectReference($0.kind, ObjectName($0.name, in: metadata.name.namespace)) }
  }

  // MARK: - Owners

  /// The workload that people know: for a pod of a replica set the deployment. Nil for a pod on its own.
  package func workload(of pod: Pod) -> Workload? {
    guard let owner = Self.owner(pod.metadata) else { return nil }
    return top(owner)
  }

  /// The last known workload of the chain of owners.
  package func top(_ reference: ObjectReference) -> Workload? {
    var found: Workload?
    var next: ObjectReference? = reference
    for _ in 0..<Self.maximumOwnerCount {
      guard let reference = next, let workload = snapshot.workloads[reference] else { break }
      found = workload
      next = Self.owner(workload.metadata)
    }
    return found
  }

  /// What pods are counted by: their workload, or themselves.
  package func group(of pod: Pod) -> ObjectReference {
    workload(of: pod)?.reference ?? Self.owner(pod.metadata) ?? pod.metadata.reference(.pod)
  }

  /// A workload's replica sets, newest revision first.
  package func replicaSets(of workload: Workload) -> [Workload] {
    (workloadsOfOwner[workload.reference] ?? []).compactMap { snapshot.workloads[$0] }.sorted {
      (Self.revision($0), $0.name) > (Self.revision($1), $1.name)
    }
  }

  private static func revision(_ workload: Workload) -> Int {
    workload.metadata.annotations["deployment.kubernetes.io/revision"].flatMap { Int($0) } ?? 0
  }

  /// The pods of a workload, by way of its replica sets too.
  package func pods(of workload: Workload) -> [Pod] {
    let owners = [workload.reference] + (workloadsOfOwner[workload.reference] ?? [])
    return owners.flatMap { podsOfOwner[$0] ?? [] }.sorted().map { pods[$0] }
  }

  package func pods(onNode name: String) -> [Pod] { (podsOnNode[name] ?? []).map { pods[$0] } }

  // MARK: - Services

  /// Pods in a namespace that carry all of these labels.
  package func pods(matching selector: Labels, in namespace: String) -> [Pod] {
    guard !selector.isEmpty else { return [] }
    var fewest: [Int]?
    for entry in selector.entries {
      let found = podsByLabel[LabelInNamespace(namespace: namespace, label: entry)] ?? []
      if found.count < fewest?.count ?? .max { fewest = found }
    }
    return (fewest ?? []).map { pods[$0] }.filter { selector.isSubset(of: $0.metadata.labels) }
  }

  /// Deployments, stateful sets and daemon sets: what a service may stand in front of.
  package func servingWorkloads(in namespace: String) -> [Workload] {
    (servingByNamespace[namespace] ?? []).map { workloads[$0] }
  }

  package func services(in namespace: String) -> [ClusterService] {
    (servicesByNamespace[namespace] ?? []).map { services[$0] }
  }

  package func services(selecting labels: Labels, in namespace: String) -> [ClusterService] {
    services(in: namespace).filter { !$0.selector.isEmpty && $0.selector.isSubset(of: labels) }
  }

  /// Nil where no endpoints of any service were read.
  package func endpoints(of service: ClusterService) -> [ServiceEndpoints]? {
    endpointsOfService.isEmpty ? nil : endpointsOfService[service.metadata.name] ?? []
  }

  /// Whom users miss when a workload's pods do not run: the service in front of it, or the workload itself.
  package func component(of workload: Workload) -> ObjectReference {
    component(labels: workload.templateLabels, name: workload.name, namespace: workload.namespace) ?? workload.reference
  }

  package func component(of pod: Pod) -> ObjectReference {
    if let workload = workload(of: pod) { return component(of: workload) }
    return component(labels: pod.metadata.labels, name: pod.name, namespace: pod.namespace)
      ?? pod.metadata.reference(.pod)
  }

  private func component(labels: Labels, name: String, namespace: String) -> ObjectReference? {
    let selecting = services(selecting: labels, in: namespace)
    // The usual one first: with an address of its own, then with the workload's name.
    let best = selecting.min {
      ($0.name == name ? 0 : 1, $0.clusterIP == "None" ? 1 : 0, $0.name)
        < ($1.name == name ? 0 : 1, $1.clusterIP == "None" ? 1 : 0, $1.name)
    }
    if let best { return best.metadata.reference(.service) }
    return snapshot.services[ObjectName(name, in: namespace)]?.metadata.reference(.service)
  }

  // MARK: - Events and time

  /// The newest first.
  package func events(of object: ObjectReference) -> [ClusterEvent] { eventsOfObject[object] ?? [] }

  package func events(of pod: Pod) -> [ClusterEvent] { events(of: pod.metadata.reference(.pod)) }

  /// Seconds since something happened; 0 where either time is unknown, since what is not dated is taken as it stands.
  package func age(_ time: Timestamp?) -> Double {
    guard let time, let moment else { return 0 }
    return max(0, time.seconds(until: moment))
  }
}

extension Dictionary where Key: Comparable {
  /// Names are compared many times, and objects are costly to hand around meanwhile.
  fileprivate var valuesInOrderOfKeys: [Value] { keys.sorted().compactMap { self[$0] } }
}
