import IncidentModel
import KubernetesObjects

/// Pods that no node has: the what-if scheduler says why, the scheduler's own message confirms it.
struct SchedulingRules {
  private let view: ClusterView
  private let lostNodes: Set<String>
  private let simulation: SchedulingSimulation

  /// One pod of each workload is explained, up to so many workloads.
  static let maximumGroupCount = 300
  /// A scheduler that lives looks at a pod within a second.
  static let schedulerPatienceSeconds = 30.0
  /// Leases of the control plane are renewed every two seconds and last fifteen.
  static let staleLeaseSeconds = 30.0

  private static let confirmedScore = 0.85
  private static let unsureScore = 0.7

  init(_ view: ClusterView, lostNodes: Set<String>) {
    self.view = view
    self.lostNodes = lostNodes
    simulation = SchedulingSimulation(view)
  }

  var findings: [KubernetesFinding] {
    var first: [ObjectReference: Pod] = [:]
    var counts: [ObjectReference: Int] = [:]
    for pod in view.pods where !pod.isAssigned && pod.isAlive && pod.status.phase != "Running" && pod.hasStatus {
      let owner = pod.metadata.controller
      let group =
        owner.map { ObjectReference($0.kind, ObjectName($0.name, in: pod.namespace)) }
        ?? pod.metadata.reference(.pod)
      counts[group, default: 0] += 1
      if first[group] == nil { first[group] = pod }
    }
    return first.sorted { $0.key < $1.key }.prefix(Self.maximumGroupCount).flatMap { group, pod in
      findings(pod, count: counts[group] ?? 1)
    }
  }

  private func findings(_ pod: Pod, count: Int) -> [KubernetesFinding] {
    guard !view.nodes.isEmpty else { return [] }
    let explanation = simulation.explain(pod)
    var found: [KubernetesFinding] = []
    if let ignored = neverLookedAt(pod, explanation, count) { found.append(ignored) }
    switch explanation.precondition {
    case .gated, .missingClaim, .unboundClaim: return found
    case .otherScheduler(let name):
      guard view.age(pod.metadata.createdAt) > Self.schedulerPatienceSeconds else { return [] }
      return [
        KubernetesFinding(
          .schedulerUnavailable, component: view.component(of: pod), object: pod.metadata.reference(.pod), score: 0.6,
          "\(pods(pod, count)) wait for the scheduler \(name), which has not placed them.",
          evidence: [.init(pod.metadata.reference(.pod), "spec.schedulerName", name)], since: pod.metadata.createdAt,
          check: "See whether a scheduler of that name runs.")
      ]
    case nil: break
    }
    let blame = explanation.blame
    // What the cluster itself marks as unwell is told by the rules on nodes.
    let own = blame.filter { !$0.blocker.isNodeCondition }
    let hasLost =
      blame.contains { $0.blocker.isNodeCondition }
      || explanation.blockers.contains {
        $0.value.contains(where: \.isNodeCondition) && lostNodes.contains($0.key)
      }
    var remembered: Set<KubernetesCause> = []
    for (place, one) in own.enumerated() {
      guard let cause = one.blocker.cause, remembered.insert(cause).inserted else { continue }
      found.append(finding(pod, count, one, cause, place: place, hasLost: hasLost, explanation))
    }
    return found
  }

  private func finding(
    _ pod: Pod, _ count: Int, _ blame: SchedulingExplanation.Blame, _ cause: KubernetesCause, place: Int, hasLost: Bool,
    _ explanation: SchedulingExplanation
  ) -> KubernetesFinding {
    let reference = pod.metadata.reference(.pod)
    let message = schedulerMessage(pod)
    var score = message == nil ? 0.9 : 0.96
    if let message, !message.value.contains(blame.blocker.schedulerText.prefix(24)) { score = 0.85 }
    if blame.changeCount > 1 { score = min(score, 0.85) }
    if place > 0 { score = min(score, 0.6) }
    if hasLost { score = min(score, 0.7) }
    // What others take from nodes is not known then; the scheduler's own words still are.
    if view.snapshot.missesPods { score = min(score, score > 0.9 ? Self.confirmedScore : Self.unsureScore) }
    let remedies = SchedulingRemedies.changes(for: blame, pod, explanation, simulation)
      .filter { simulation.whatIf($0, pod).fits }
    var evidence = [quotation(pod, blame)]
    if let message { evidence.append(message) }
    evidence.append(.init(reference, "filters of the scheduler, run again", explanation.message))
    for node in blame.nodes.prefix(2) {
      if let field = nodeField(blame.blocker, node) { evidence.append(field) }
    }
    var found = KubernetesFinding(
      cause, component: view.component(of: pod), object: object(pod, blame), score: score,
      "\(pods(pod, count)) cannot be placed: \(reason(pod, blame, explanation)).", evidence: evidence,
      since: pod.metadata.createdAt, check: check(cause), remedies: remedies)
    found.container = pod.spec.containers.first?.name
    found.waitingPod = pod.metadata.name
    return found
  }

  private func check(_ cause: KubernetesCause) -> String? {
    guard view.snapshot.missesPods else { return SchedulingRemedies.check(cause) }
    return [
      SchedulingRemedies.check(cause), "Pods of other namespaces were not read: look at what they take from the nodes.",
    ]
    .compactMap { $0 }.joined(separator: " ")
  }

  // MARK: - Words

  private func pods(_ pod: Pod, _ count: Int) -> String {
    count == 1 ? "\(pod.metadata.reference(.pod))" : "\(count) pods of \(view.group(of: pod))"
  }

  /// The node is at fault where it was taken out of service, the pod's template elsewhere.
  private func object(_ pod: Pod, _ blame: SchedulingExplanation.Blame) -> ObjectReference {
    if case .unschedulable = blame.blocker, let node = blame.nodes.first {
      return ObjectReference(.node, ObjectName(node, in: ""))
    }
    return view.group(of: pod)
  }

  private func quotation(_ pod: Pod, _ blame: SchedulingExplanation.Blame) -> KubernetesFinding.Quotation {
    let reference = pod.metadata.reference(.pod)
    switch blame.blocker {
    case .nodeSelector: return .init(reference, "spec.nodeSelector", "\(pod.spec.nodeSelector)")
    case .nodeAffinity:
      let terms = (pod.spec.affinity.nodeTerms ?? []).map(\.description).joined(separator: " or ")
      return .init(reference, "spec.affinity.nodeAffinity required", terms)
    case .insufficient(let resource):
      return .init(reference, "requests.\(resource)", "\(pod.spec.requests[resource] ?? .zero)")
    case .taint: return .init(reference, "spec.tolerations", tolerations(pod))
    case .podAntiAffinity, .existingAntiAffinity, .podAffinity:
      let term = (pod.spec.affinity.podAntiAffinity + pod.spec.affinity.podAffinity).first
      let selector = term?.selector.map { "\($0)" } ?? "of pods that run there"
      return .init(reference, "spec.affinity required", "\(selector) by \(term?.topologyKey ?? "topology")")
    case .topologySpread(let key): return .init(reference, "spec.topologySpreadConstraints", key)
    case .hostPort(let port): return .init(reference, "hostPort", "\(port)")
    case .volumeNodeAffinity(let volume): return .init(reference, "spec.volumes", "bound to \(volume)")
    case .tooManyPods: return .init(reference, "status.phase", pod.status.phase)
    case .unschedulable, .otherNodeName: return .init(reference, "status.phase", pod.status.phase)
    }
  }

  private func tolerations(_ pod: Pod) -> String {
    let keys = pod.spec.tolerations.map { $0.key.isEmpty ? "*" : $0.key }
    return keys.isEmpty ? "none" : keys.joined(separator: ", ")
  }

  private func nodeField(_ blocker: NodeBlocker, _ name: String) -> KubernetesFinding.Quotation? {
    let reference = ObjectReference(.node, ObjectName(name, in: ""))
    guard let node = view.snapshot.nodes[ObjectName(name, in: "")] else { return nil }
    switch blocker {
    case .unschedulable: return .init(reference, "spec.unschedulable", "true")
    case .taint(let taint): return .init(reference, "spec.taints", "\(taint)")
    case .insufficient(let resource):
      let free = simulation.capacity(node).free[resource] ?? .zero
      return .init(reference, "allocatable.\(resource) less requests", "\(max(free, .zero))")
    case .tooManyPods: return .init(reference, "allocatable.pods", "\(node.allocatable["pods"] ?? .zero)")
    case .nodeSelector, .nodeAffinity: return .init(reference, "metadata.labels", "\(node.metadata.labels)")
    default: return nil
    }
  }

  private func reason(
    _ pod: Pod, _ blame: SchedulingExplanation.Blame, _ explanation: SchedulingExplanation
  ) -> String {
    let nodes = blame.nodes.count == 1 ? "node/\(blame.nodes[0])" : "\(blame.nodes.count) nodes"
    let more = blame.changeCount > 1 ? ", and \(blame.changeCount - 1) more things keep it away" : ""
    switch blame.blocker {
    case .unschedulable: return "\(nodes) would take it and cannot, being cordoned\(more)"
    case .taint(let taint): return "\(nodes) would take it but for the taint \(taint)\(more)"
    case .nodeSelector: return "no node has the labels \(pod.spec.nodeSelector)"
    case .nodeAffinity: return "no node satisfies its required nodeAffinity"
    case .hostPort(let port): return "port \(port) is taken on \(nodes)\(more)"
    case .tooManyPods: return "\(nodes) run as many pods as they may\(more)"
    case .insufficient(let resource):
      let request = pod.spec.requests[resource] ?? .zero
      let largest = view.nodes.filter { blame.nodes.contains($0.name) }.compactMap { $0.allocatable[resource] }.max()
      let isImpossible = largest.map { request > $0 } ?? true
      return isImpossible
        ? "it requests \(request) of \(resource), more than any of \(nodes) has in all\(more)"
        : "it requests \(request) of \(resource), and \(nodes) have less free\(more)"
    case .volumeNodeAffinity(let volume): return "its volume \(volume) cannot be reached from \(nodes)\(more)"
    case .topologySpread(let key): return "its spread over \(key) rejects \(nodes)\(more)"
    case .podAffinity: return "no pod that it must be near to runs on \(nodes)\(more)"
    case .podAntiAffinity: return "on \(nodes) a pod runs that it must not be near to\(more)"
    case .existingAntiAffinity: return "pods on \(nodes) do not want it near\(more)"
    case .otherNodeName: return "it asks for a node by name"
    }
  }

  private func schedulerMessage(_ pod: Pod) -> KubernetesFinding.Quotation? {
    if let condition = pod.status.conditions["PodScheduled"], condition.status == "False", !condition.message.isEmpty {
      return .init(
        pod.metadata.reference(.pod), "status.conditions[PodScheduled].message", condition.message,
        at: condition.changedAt)
    }
    return view.events(of: pod).first { $0.reason == "FailedScheduling" }.map { .init($0) }
  }

  // MARK: - The scheduler itself

  /// A pod without a PodScheduled condition and without an event was never looked at.
  private func neverLookedAt(_ pod: Pod, _ explanation: SchedulingExplanation, _ count: Int) -> KubernetesFinding? {
    let isDefault = pod.spec.schedulerName.isEmpty || pod.spec.schedulerName == "default-scheduler"
    guard isDefault, explanation.precondition == nil, pod.status.conditions["PodScheduled"] == nil,
      view.age(pod.metadata.createdAt) > Self.schedulerPatienceSeconds,
      !view.events(of: pod).contains(where: { $0.reason == "FailedScheduling" })
    else { return nil }
    let reference = pod.metadata.reference(.pod)
    var evidence: [KubernetesFinding.Quotation] = [
      .init(reference, "status.conditions[PodScheduled]", "missing"),
      .init(
        reference, "filters of the scheduler, run again",
        explanation.fittingNodes.isEmpty
          ? explanation.message : "fits \(explanation.fittingNodes.prefix(3).joined(separator: ", "))"),
    ]
    var score = explanation.fits && !view.snapshot.missesPods ? 0.9 : 0.6
    let scheduler = SchedulerPlace(view)
    if let lease = scheduler.lease, view.age(lease.renewedAt) > Self.staleLeaseSeconds {
      score = 0.97
      evidence.append(
        .init(
          lease.metadata.reference(.lease), "spec.renewTime", "\(Int(view.age(lease.renewedAt))) s ago",
          at: lease.renewedAt))
    }
    if let pod = scheduler.pod, !pod.isReady {
      score = max(score, 0.95)
      evidence.append(.init(pod.metadata.reference(.pod), "status.conditions[Ready]", "False"))
    }
    return KubernetesFinding(
      .schedulerUnavailable, component: scheduler.component, object: scheduler.object, score: score,
      "\(pods(pod, count)) wait for a node and no scheduler has looked at them.", evidence: evidence,
      since: pod.metadata.createdAt, check: "Look at the kube-scheduler's lease and static pod.")
  }
}

/// Where the scheduler runs, as far as objects tell.
struct SchedulerPlace {
  let lease: Lease?
  let pod: Pod?
  /// The control-plane node, or the namespace where none is known.
  let component: ObjectReference

  var object: ObjectReference { pod?.metadata.reference(.pod) ?? component }

  init(_ view: ClusterView) {
    lease = view.snapshot.leases[ObjectName("kube-scheduler", in: "kube-system")]
    let pods = view.pods.filter { $0.namespace == "kube-system" && $0.name.hasPrefix("kube-scheduler") }
    pod = pods.first { !$0.isReady } ?? pods.first
    let holder = lease.map { String($0.holder.prefix { $0 != "_" }) }
    let names = [pod?.spec.nodeName, holder, view.nodes.first(where: \.isControlPlane)?.name]
    let name = names.compactMap { $0 }.first { view.snapshot.nodes[ObjectName($0, in: "")] != nil }
    component =
      name.map { ObjectReference(.node, ObjectName($0, in: "")) }
      ?? ObjectReference("Namespace", ObjectName("kube-system", in: ""))
  }
}
