extension SimulatedCluster {
  /// An event about a pod, or about one of its containers.
  mutating func note(
    _ pod: ClusterPod, _ reason: String, _ message: String, warning: Bool = true, from component: String,
    first: Int, last: Int, count: Int = 1, container: String? = nil
  ) {
    let isInit = pod.initContainers.contains { $0.name == container }
    events.append(
      ClusterEvent(
        kind: "Pod", apiVersion: "v1", namespace: workloads[pod.workload].namespace, name: pod.name, uid: pod.uid,
        fieldPath: container.map { "spec.\(isInit ? "initContainers" : "containers"){\($0)}" }, reason: reason,
        message: message, isWarning: warning, component: component,
        host: component == "kubelet" ? pod.node.map { nodes[$0].name } : nil, count: count, first: first, last: last))
  }

  /// An event about a workload itself.
  mutating func note(
    workload position: Int, _ reason: String, _ message: String, warning: Bool = true, first: Int, last: Int,
    count: Int = 1
  ) {
    let workload = workloads[position]
    let component =
      switch workload.kind {
      case .deployment: "deployment-controller"
      case .statefulSet: "statefulset-controller"
      case .daemonSet: "daemonset-controller"
      case .job: "job-controller"
      case .staticPod: "kubelet"
      }
    events.append(
      ClusterEvent(
        kind: workload.kind.rawValue, apiVersion: workload.kind == .job ? "batch/v1" : "apps/v1",
        namespace: workload.namespace, name: workload.name, uid: workload.uid, reason: reason, message: message,
        isWarning: warning, component: component, count: count, first: first, last: last))
  }

  /// An event about the ReplicaSet of a Deployment's revision.
  mutating func note(
    replicaSetOf position: Int, revision: Int, _ reason: String, _ message: String, warning: Bool = true, first: Int,
    last: Int, count: Int = 1
  ) {
    let workload = workloads[position]
    events.append(
      ClusterEvent(
        kind: "ReplicaSet", apiVersion: "apps/v1", namespace: workload.namespace,
        name: workload.replicaSetName(revision), uid: workload.revisions[revision].uid, reason: reason,
        message: message, isWarning: warning, component: "replicaset-controller", count: count, first: first,
        last: last))
  }

  mutating func note(
    node position: Int, _ reason: String, _ message: String, warning: Bool = true, from component: String, first: Int,
    last: Int, count: Int = 1
  ) {
    let node = nodes[position]
    // The kubelet knows no UID of its own node and writes its name in that place.
    events.append(
      ClusterEvent(
        kind: "Node", apiVersion: "v1", namespace: "default", name: node.name,
        uid: component == "kubelet" ? node.name : node.uid, reason: reason, message: message, isWarning: warning,
        component: component, host: component == "kubelet" ? node.name : nil, count: count, first: first, last: last))
  }

  mutating func note(
    claim: VolumeClaim, _ reason: String, _ message: String, warning: Bool = true,
    from component: String = "persistentvolume-controller", first: Int, last: Int, count: Int
  ) {
    events.append(
      ClusterEvent(
        kind: "PersistentVolumeClaim", apiVersion: "v1", namespace: claim.namespace, name: claim.name, uid: claim.uid,
        reason: reason, message: message, isWarning: warning, component: component, count: count, first: first,
        last: last))
  }
}
