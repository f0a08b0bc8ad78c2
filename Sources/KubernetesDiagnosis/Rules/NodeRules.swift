import IncidentModel
import KubernetesObjects

/// Nodes and what the cluster itself runs on them.
struct NodeRules {
  private let view: ClusterView

  /// Socket errors that are older have passed where the node is ready.
  private static let freshSeconds = 120.0
  private static let settlingSeconds = 60.0

  init(_ view: ClusterView) { self.view = view }

  var findings: [KubernetesFinding] {
    processes + view.nodes.flatMap(conditions) + runtimeErrors + systemPods + ProbeMatrix(view).findings + certificates
  }

  private func reference(_ node: String) -> ObjectReference { ObjectReference(.node, ObjectName(node, in: "")) }

  private func finding(
    _ cause: KubernetesCause, _ node: String, _ score: Double, _ statement: String,
    _ evidence: [KubernetesFinding.Quotation], object: ObjectReference? = nil, since: Timestamp? = nil,
    check: String? = nil
  ) -> KubernetesFinding {
    KubernetesFinding(
      cause, component: reference(node), object: object ?? reference(node), score: score, statement,
      evidence: evidence, since: since, check: check)
  }

  // MARK: - Processes

  private static let units: [(words: [String], cause: KubernetesCause)] = [
    (["kubelet"], .kubeletUnavailable), (["containerd", "crio", "cri-o", "docker"], .containerRuntimeUnavailable),
    (["kube-proxy"], .kubeProxyUnavailable), (["kube-scheduler"], .schedulerUnavailable),
    (["etcd", "kube-apiserver", "kube-controller-manager"], .controlPlaneUnavailable),
  ]

  private var processes: [KubernetesFinding] {
    view.snapshot.nodeProcesses.sorted { $0.key < $1.key }.flatMap { node, units in
      units.sorted { $0.key < $1.key }.compactMap { unit, state -> KubernetesFinding? in
        let name = unit.split(separator: ".").first.map(String.init) ?? unit
        guard let cause = Self.units.first(where: { $0.words.contains(name) })?.cause,
          !["active", "running", "activating", "reloading"].contains(state)
        else { return nil }
        return finding(
          cause, node, 0.99, "\(name) on node/\(node) is \(state).",
          [.init(reference(node), "unit \(unit)", state)],
          check: "Find out why it stopped before it is started: somebody, memory, or a certificate.")
      }
    }
  }

  // MARK: - Conditions

  private func conditions(_ node: ClusterNode) -> [KubernetesFinding] {
    var found: [KubernetesFinding] = []
    if let ready = node.readiness, !ready.isTrue { found.append(unready(node, ready)) }
    for type in ["MemoryPressure", "DiskPressure", "PIDPressure"] {
      guard let pressure = node.conditions[type], pressure.isTrue else { continue }
      found.append(
        finding(
          .nodePressure, node.name, 0.95, "node/\(node.name) reports \(type).",
          [
            .init(
              reference(node.name), "status.conditions[\(type)]", "True: \(pressure.message)", at: pressure.changedAt)
          ], since: pressure.changedAt))
    }
    return found
  }

  private static let runtimeWords = [
    "container runtime is down", "pleg", "runtime not ready", "cri", "containerd", "container runtime status",
  ]

  private func unready(_ node: ClusterNode, _ ready: ObjectCondition) -> KubernetesFinding {
    var evidence: [KubernetesFinding.Quotation] = [
      .init(
        reference(node.name), "status.conditions[Ready]", "\(ready.status), \(ready.reason): \(ready.message)",
        at: ready.changedAt)
    ]
    let isNetwork = ready.message.mentions(["network plugin", "networkpluginnotready", "cni"])
    if ready.status == "False", ready.message.mentions(Self.runtimeWords), !isNetwork {
      return finding(
        .containerRuntimeUnavailable, node.name, 0.95,
        "node/\(node.name) is not ready, and its container runtime is down.",
        evidence, since: ready.changedAt)
    }
    let lease = view.snapshot.leases[ObjectName(node.name, in: "kube-node-lease")]
    if let renewedAt = lease?.renewedAt, view.age(renewedAt) > 40 {
      evidence.append(
        .init(
          ObjectReference(.lease, ObjectName(node.name, in: "kube-node-lease")), "spec.renewTime",
          "\(Int(view.age(renewedAt))) s ago", at: renewedAt))
    }
    let score = ready.status == "Unknown" ? 0.94 : isNetwork ? 0.6 : 0.9
    return finding(
      .kubeletUnavailable, node.name, score,
      ready.status == "Unknown"
        ? "node/\(node.name) has stopped reporting its state."
        : "node/\(node.name) is not ready\(isNetwork ? ", and its network plugin is not initialized" : "").",
      evidence, since: ready.changedAt,
      check: "Reach the host itself: a dead kubelet, a dead host and a host that is cut off look the same from here.")
  }

  // MARK: - Runtime errors on nodes that are ready

  private static let sockets = ["containerd.sock", "crio.sock", "cri-dockerd.sock", "dockershim.sock", "docker.sock"]

  private var runtimeErrors: [KubernetesFinding] {
    view.nodes.compactMap { node in
      guard node.readiness?.isTrue ?? false else { return nil }
      let own = view.events(of: reference(node.name))
      let ofPods = view.pods(onNode: node.name).filter { !$0.isReady && $0.isAlive }.flatMap { view.events(of: $0) }
      let error = (own + ofPods).filter { event in
        event.lastAt != nil && view.age(event.lastAt) < Self.freshSeconds && event.isWarning
          && event.message.mentions(Self.sockets)
          && event.message.mentions(["connection refused", "no such file", "unavailable", "connection error"])
      }.min(by: ClusterEvent.isLater)
      return error.map { event in
        finding(
          .containerRuntimeUnavailable, node.name, event.object.kind == "Node" ? 0.9 : 0.8,
          "The container runtime of node/\(node.name) does not answer.", [.init(event)], since: event.firstAt)
      }
    }
  }

  // MARK: - Pods of the cluster itself

  private var systemPods: [KubernetesFinding] {
    view.pods.filter { $0.namespace == "kube-system" && $0.isAlive && $0.isAssigned }.compactMap(systemPod)
      + staleLease
  }

  private func systemPod(_ pod: Pod) -> KubernetesFinding? {
    guard pod.hasStatus, !pod.isReady, let node = view.snapshot.nodes[ObjectName(pod.spec.nodeName, in: "")],
      node.readiness?.isTrue ?? true, let cause = systemCause(pod), isBroken(pod)
    else { return nil }
    let reference = pod.metadata.reference(.pod)
    let status = pod.status.containers.first { !$0.isReady }
    let state =
      status.map { "\($0.state.phase.rawValue) \($0.state.reason), \($0.restartCount) restarts" } ?? pod.status.phase
    return finding(
      cause, node.name, cause == .schedulerUnavailable && hasFreshSchedulerLease ? 0.45 : 0.92,
      "\(reference) on node/\(node.name) does not run.",
      [
        .init(reference, "status.conditions[Ready]", "False", at: pod.status.conditions["Ready"]?.changedAt),
        .init(reference, "containerStatuses", state),
      ], object: reference, since: pod.status.conditions["Ready"]?.changedAt,
      check: cause == .kubeProxyUnavailable ? "A network plugin that fails on this node alone looks the same." : nil)
  }

  private func systemCause(_ pod: Pod) -> KubernetesCause? {
    let labels = pod.metadata.labels
    let name = labels["component"] ?? labels["k8s-app"] ?? ""
    func means(_ word: String) -> Bool { name == word || pod.name.hasPrefix(word + "-") }
    if means("kube-proxy") { return .kubeProxyUnavailable }
    if means("kube-scheduler") { return .schedulerUnavailable }
    return ["etcd", "kube-apiserver", "kube-controller-manager"].contains(where: means) ? .controlPlaneUnavailable : nil
  }

  /// Not merely starting.
  private func isBroken(_ pod: Pod) -> Bool {
    let since = pod.status.conditions["Ready"]?.changedAt ?? pod.metadata.createdAt
    return pod.restartCount > 0 || view.age(since) > Self.settlingSeconds
  }

  private var hasFreshSchedulerLease: Bool {
    let lease = view.snapshot.leases[ObjectName("kube-scheduler", in: "kube-system")]
    return lease?.renewedAt.map { view.age($0) <= SchedulingRules.staleLeaseSeconds } ?? false
  }

  /// A controller manager that stopped renewing its lease.
  private var staleLease: [KubernetesFinding] {
    guard let lease = view.snapshot.leases[ObjectName("kube-controller-manager", in: "kube-system")],
      let renewedAt = lease.renewedAt, view.age(renewedAt) > Self.settlingSeconds
    else { return [] }
    let holder = String(lease.holder.prefix { $0 != "_" })
    let known =
      view.snapshot.nodes[ObjectName(holder, in: "")] != nil ? holder : view.nodes.first(where: \.isControlPlane)?.name
    guard let node = known else { return [] }
    return [
      finding(
        .controlPlaneUnavailable, node, 0.9, "The controller manager has stopped renewing its lease.",
        [
          .init(lease.metadata.reference(.lease), "spec.renewTime", "\(Int(view.age(renewedAt))) s ago", at: renewedAt)
        ], object: lease.metadata.reference(.lease), since: renewedAt)
    ]
  }

  // MARK: - Certificates

  private static let expired = ["certificate has expired", "certificate is not yet valid"]

  private var certificates: [KubernetesFinding] {
    let nodes = view.nodes.compactMap { node -> KubernetesFinding? in
      let text = node.readiness.flatMap { $0.isTrue ? nil : $0.message } ?? ""
      let event = view.events(of: reference(node.name)).first { isFreshExpiry($0) }
      guard text.mentions(Self.expired) || event != nil else { return nil }
      let quotation =
        event.map { KubernetesFinding.Quotation($0) }
        ?? .init(reference(node.name), "status.conditions[Ready].message", text)
      return finding(
        .certificateExpired, node.name, 0.96, "A certificate that node/\(node.name) needs has expired.", [quotation],
        since: event?.firstAt)
    }
    let pods = view.pods.filter { $0.isAlive && !$0.isReady }.compactMap { pod -> KubernetesFinding? in
      guard let event = view.events(of: pod).first(where: isFreshExpiry) else { return nil }
      return KubernetesFinding(
        .certificateExpired, component: view.component(of: pod), object: pod.metadata.reference(.pod), score: 0.9,
        "A certificate that \(pod.metadata.reference(.pod)) meets has expired.", evidence: [.init(event)],
        since: event.firstAt)
    }
    return nodes + pods
  }

  private func isFreshExpiry(_ event: ClusterEvent) -> Bool {
    event.isWarning && view.age(event.lastAt) < StartRules.recentSeconds && event.message.mentions(Self.expired)
  }
}
